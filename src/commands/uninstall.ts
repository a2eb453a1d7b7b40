/** `uninstall`: takes out of the clients' files what `install` has put in, and nothing else. */

import { dirname } from 'node:path';
import { quoted } from '../config/echo.ts';
import { CONFIGURATION, USAGE } from '../config/problems.ts';
import type { Asked } from '../config/read.ts';
import type { Client } from './clients/client.ts';
import { clientFiles } from './clients/clients.ts';
import { applicationFolder, configFolder, thisMachine } from './clients/machine.ts';
import { applyRemoval } from './install/apply.ts';
import { agreed, INTERRUPTED, isInteractive, NO_TERMINAL } from './install/confirmation.ts';
import { pageOn } from './install/page.ts';
import { removeUnusedCopies, runningScript } from './install/program.ts';
import { type Removal, removalFrom } from './install/removal.ts';
import { entryChange } from './install/shown-entry.ts';
import { placeOf } from './install/text-file.ts';

/** @returns the exit code */
export async function uninstall({ own }: Asked<'uninstall'>): Promise<number> {
  const page = pageOn(process.stdout);
  const machine = thisMachine(own.scope);
  const isAttended = isInteractive(own.yes);
  if (!isAttended && !own.yes && !own.dryRun) {
    page.say(NO_TERMINAL);
    return USAGE;
  }

  const script = await runningScript();
  const removals: { client: Client; removal: Removal; again: () => Promise<Removal> }[] = [];
  let isWhole = true;
  for (const { client, file, scope } of clientFiles(own.clients, own.scope, machine)) {
    const again = () => removalFrom(client, file, script, own.name, scope === 'project' ? machine.cwd : undefined);
    const removal = await again();
    const { byHand, change, entries } = removal;
    for (const name of byHand)
      page.say(`${client.title}: ${quoted(name) ?? '"***"'} in ${file} was written by hand, and stays.`);
    if (change.is === 'left') {
      page.say(`${client.title}: left alone. ${change.sentence}`);
      isWhole = false;
    } else if (change.is === 'edit') {
      page.say(`${client.title}: ${placeOf(change.from)}`);
      for (const { path, value } of entries) page.showChange(entryChange(client, path, value, undefined));
      page.say(outcomeOf(removal));
      removals.push({ client, removal, again });
    }
  }

  const exit = () => (isWhole ? 0 : CONFIGURATION);
  if (removals.length === 0) {
    page.say('There is nothing to take out.');
    return exit();
  }
  if (own.dryRun) {
    page.say('Nothing was written: this was a dry run.');
    return exit();
  }
  if (isAttended && !(await agreed(removals.length))) {
    page.say('Nothing was changed.');
    return INTERRUPTED;
  }
  const keep = [machine.home, machine.cwd, configFolder(machine), applicationFolder(machine)];
  const written = new Set<string>();
  for (const { again, client, removal } of removals) {
    const { file } = removal.change;
    const current = written.has(file) ? await again() : removal;
    written.add(file);
    const { failed, sentences } = await applyRemoval(client, current, again, machine, keep.flatMap(withParents));
    page.say(`${client.title}: ${sentences.join('\n  ')}`);
    isWhole &&= !failed;
  }
  for (const copy of await removeUnusedCopies(machine)) page.say(`Removed: ${copy}`);
  return exit();
}

function outcomeOf({ change, isExact }: Removal): string {
  if (change.is === 'edit' && change.to === undefined) return 'The file goes: install has made it.';
  return isExact ? 'The file is then as it was before install.' : 'Everything else in the file stays as it is.';
}

function withParents(folder: string): readonly string[] {
  const parent = dirname(folder);
  return parent === folder ? [folder] : [folder, ...withParents(parent)];
}
