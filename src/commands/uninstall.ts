/** `uninstall`: takes out of the clients' files what `install` has put in, and nothing else. */

import { dirname } from 'node:path';
import { SCOPES, type Scope } from '../config/commands.ts';
import { quoted } from '../config/echo.ts';
import { CONFIGURATION, USAGE } from '../config/problems.ts';
import type { Asked } from '../config/read.ts';
import type { Client } from './clients/client.ts';
import { ALL_CLIENTS } from './clients/clients.ts';
import { applicationFolder, configFolder, type Machine, thisMachine } from './clients/machine.ts';
import { applyRemoval } from './install/apply.ts';
import { pageOn } from './install/page.ts';
import { removeUnusedCopies, runningScript } from './install/program.ts';
import { type Removal, removalFrom } from './install/removal.ts';
import { entryChange } from './install/shown-entry.ts';
import { placeOf } from './install/text-file.ts';

const INTERRUPTED = 130;

/** @returns the exit code */
export async function uninstall({ own }: Asked<'uninstall'>): Promise<number> {
  const page = pageOn(process.stdout);
  const machine = thisMachine(own.scope);
  const somebody = process.stdin.isTTY === true && process.stdout.isTTY === true && !own.yes;
  if (!somebody && !own.yes && !own.dryRun) {
    page.say('No terminal to confirm on. Use --yes to apply, or --dry-run to preview.');
    return USAGE;
  }

  const script = await runningScript();
  const removals: { client: Client; removal: Removal; again: () => Promise<Removal> }[] = [];
  const seen = new Set<string>();
  let isWhole = true;
  const rows = ALL_CLIENTS.filter(({ name }) => own.clients.length === 0 || own.clients.includes(name));
  for (const { client } of rows) {
    const scopes = own.scope === undefined ? SCOPES : [own.scope];
    for (const { file, scope } of scopes.flatMap((scope) => filesIn(client, scope, machine))) {
      // Some clients share a file, in one place of it or in two, and a project may be the home.
      const place = `${file} ${client.container({}).join('.')}`;
      if (seen.has(place)) continue;
      seen.add(place);
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
  if (somebody && !(await agreed(removals.length))) {
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

function filesIn(client: Client, scope: Scope, machine: Machine) {
  return client.files(scope, machine).map((file) => ({ file, scope }));
}

function outcomeOf({ change, isExact }: Removal): string {
  if (change.is === 'edit' && change.to === undefined) return 'The file goes: install has made it.';
  return isExact ? 'The file is then as it was before install.' : 'Everything else in the file stays as it is.';
}

async function agreed(count: number): Promise<boolean> {
  const { Left, questionsAt } = await import('./install/questions.ts');
  const questions = questionsAt({ input: process.stdin, output: process.stdout });
  try {
    return await questions.yes(count === 1 ? 'Make this change?' : `Make these ${count} changes?`);
  } catch (error) {
    if (error instanceof Left) return false;
    throw error;
  }
}

function withParents(folder: string): readonly string[] {
  const parent = dirname(folder);
  return parent === folder ? [folder] : [folder, ...withParents(parent)];
}
