/** `update`: moves the entries that `install` has written, and their copies of the program, to this version. */

import { quoted } from '../config/echo.ts';
import { CONFIGURATION, USAGE } from '../config/problems.ts';
import type { Asked } from '../config/read.ts';
import type { Client } from './clients/client.ts';
import { clientFiles } from './clients/clients.ts';
import { thisMachine } from './clients/machine.ts';
import { applyUpdate, copied } from './install/apply.ts';
import { agreed, INTERRUPTED, isInteractive, NO_TERMINAL } from './install/confirmation.ts';
import { launchOf, NEEDS_PACKAGE, PORTABLE } from './install/launch.ts';
import { pageOn } from './install/page.ts';
import { noteUser, programOf, removeUnusedCopies, runningScript } from './install/program.ts';
import { type Renewal, renewalFor } from './install/renewal.ts';
import { launchChange } from './install/shown-entry.ts';
import { placeOf } from './install/text-file.ts';

/** @returns the exit code */
export async function update({ own }: Asked<'update'>): Promise<number> {
  const page = pageOn(process.stdout);
  const machine = thisMachine(own.scope);
  const isAttended = isInteractive(own.yes);
  if (!isAttended && !own.yes && !own.dryRun) {
    page.say(NO_TERMINAL);
    return USAGE;
  }
  const script = await runningScript();
  const program = await programOf(script, process.execPath, machine);
  const renewals: { client: Client; renewal: Renewal }[] = [];
  let [isWhole, found] = [true, 0];
  for (const { client, file, scope } of clientFiles(own.clients, own.scope, machine)) {
    const within = scope === 'project' ? machine.cwd : undefined;
    const renewal = await renewalFor(client, file, launchOf(program), { script, within });
    const { byHand, change, entries } = renewal;
    found += entries.length + renewal.current;
    for (const name of byHand) {
      page.say(`${client.title}: ${quoted(name) ?? '"***"'} in ${file} was written by hand, and stays.`);
    }
    if (change.is === 'left') {
      page.say(`${client.title}: left alone. ${change.sentence}`);
      isWhole = false;
    } else if (change.is === 'edit') {
      page.say(`${client.title}: ${placeOf(change.from)}`);
      for (const entry of entries) page.showChange(launchChange(client, entry));
      page.say('Everything else in the file stays as it is.');
      renewals.push({ client, renewal });
    }
  }
  const exit = () => (isWhole ? 0 : CONFIGURATION);
  if (renewals.length === 0) {
    const why =
      found === 0 ? 'install has written no entry here.' : `All ${found} of install's entries start this version.`;
    page.say(found === 1 ? 'The entry of install starts this version.' : why);
    return exit();
  }
  const launches = renewals.flatMap(({ renewal }) => renewal.entries.map(({ launch }) => launch));
  if (launches.some(({ isPortable }) => !isPortable)) for (const note of program.notes) page.say(`Note: ${note}`);
  if (launches.includes(PORTABLE)) page.say(`Note: ${NEEDS_PACKAGE}`);
  if (own.dryRun) {
    page.say('Nothing was written: this was a dry run.');
    return exit();
  }
  if (isAttended && !(await agreed(renewals.length))) {
    page.say('Nothing was changed.');
    return INTERRUPTED;
  }
  if (launches.some(({ isPortable }) => !isPortable) && !(await copied(program, page))) return CONFIGURATION;
  const written = new Set<string>();
  for (const { client, renewal } of renewals) {
    const { file } = renewal.change;
    const { change } = written.has(file) ? await renewal.again() : renewal;
    written.add(file);
    if (change.is !== 'edit') continue;
    await noteUser(machine, program, change.from.target);
    const { failed, sentences } = await applyUpdate(change);
    page.say(`${client.title}: ${sentences.join('\n  ')}`);
    if (!failed) page.say(`  ${client.next}`);
    isWhole &&= !failed;
  }
  for (const copy of await removeUnusedCopies(machine)) page.say(`Removed: ${copy}`);
  return exit();
}
