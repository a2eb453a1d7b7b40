/** `install`: lets the clients of this machine start the bridge, with the options that are given. */

import { homedir } from 'node:os';
import { CONFIGURATION, USAGE } from '../config/problems.ts';
import type { Asked } from '../config/read.ts';
import type { Client } from './clients/client.ts';
import { ALL_CLIENTS, clientOf } from './clients/clients.ts';
import type { Machine } from './clients/machine.ts';
import { applyByCommand, applyInstall, type Own, ownAdd } from './install/apply.ts';
import { type Change, changeFor, pathOf, type Wanted } from './install/change.ts';
import { clientsFor, flagsOf, unknownProfile, withDestination } from './install/completed.ts';
import { databricksFor } from './install/databricks-program.ts';
import { entryFor } from './install/entry.ts';
import { type Page, pageOn } from './install/page.ts';
import {
  copyProgram,
  noteUser,
  type Program,
  programOf,
  removeUnusedCopies,
  runningScript,
} from './install/program.ts';
import type { Questions } from './install/questions.ts';
import { entryChange, printed } from './install/shown-entry.ts';
import { codeOf, placeOf } from './install/text-file.ts';

/** By a signal that a person sends with Ctrl-C. */
const INTERRUPTED = 130;

/**
 * @param check - runs once the entries are there, where somebody watches: a command line for this program
 * @returns the exit code
 */
export async function install(
  asked: Asked<'install'>,
  check: ((argv: readonly string[]) => Promise<number>) | undefined,
): Promise<number> {
  const page = pageOn(process.stdout);
  const machine: Machine = { platform: process.platform, home: homedir(), cwd: process.cwd(), env: process.env };
  const somebody = process.stdin.isTTY === true && process.stdout.isTTY === true && !asked.own.yes;
  if (!somebody && !asked.own.yes && !asked.own.dryRun) {
    page.say('No terminal to confirm on. Use --yes to apply, or --dry-run to preview.');
    return USAGE;
  }
  if (!somebody || asked.own.dryRun) return write(asked, page, machine, undefined, undefined);
  const { Left, questionsAt } = await import('./install/questions.ts');
  try {
    const terminal = { input: process.stdin, output: process.stdout };
    return await write(asked, page, machine, questionsAt(terminal), check);
  } catch (error) {
    if (!(error instanceof Left)) throw error;
    page.say('Nothing was changed.');
    return INTERRUPTED;
  }
}

/** One file of one client, and what is to be done with it. */
interface Step {
  readonly client: Client;
  readonly change: Change;
  readonly own: Own | undefined;
}

/** @param questions - undefined where nobody is asked */
async function write(
  first: Asked<'install'>,
  page: Page,
  machine: Machine,
  questions: Questions | undefined,
  check: ((argv: readonly string[]) => Promise<number>) | undefined,
): Promise<number> {
  const { dryRun, name, scope, yes } = first.own;
  const asked = await withDestination(first, questions);
  if (asked === undefined) {
    page.say(
      '--connection is missing: name the Unity Catalog connection with it, or give --url, --service or --sandbox.',
    );
    return USAGE;
  }
  const clients = await clientsFor(asked, questions, machine);
  if (clients.length === 0) {
    page.say(
      `No client was found on this machine. Name one: --client ${ALL_CLIENTS.map((row) => row.name).join(', ')}`,
    );
    return CONFIGURATION;
  }
  const unknown = await unknownProfile(asked);
  if (unknown?.isRefusal) {
    page.say(unknown.sentence);
    return CONFIGURATION;
  }
  const script = await runningScript();
  const program = await programOf(script, process.execPath, machine);
  const cli = await databricksFor(asked, machine);
  const { entry, notes, refusals } = entryFor(asked, program, { ...machine.env, ...cli });
  if (refusals.length > 0) {
    for (const refusal of refusals) page.say(refusal);
    return CONFIGURATION;
  }
  const wanted: Wanted = { name, entry, script, within: scope === 'project' ? machine.cwd : undefined };
  const steps: Step[] = [];
  let isWhole = true;
  for (const client of clients.map(clientOf)) {
    const files = client.files(scope, machine);
    if (files.length === 0) {
      const why = scope === 'project' ? 'has no configuration for a project' : 'does not run on this system';
      page.say(`${client.title} ${why}.`);
      isWhole = false;
    }
    // Two of them may share one.
    for (const file of files.filter((name) => steps.every(({ change }) => change.file !== name))) {
      const change = await changeFor(client, file, wanted);
      // No client's command replaces an entry without asking.
      const isNew = change.is === 'edit' ? change.replaces === 'nothing' : change.is === 'left' && change.isTooLarge;
      steps.push({ client, change, own: scope === 'user' && isNew ? ownAdd(client, wanted, machine) : undefined });
    }
  }
  const edits: Step[] = [];
  for (const step of steps) {
    const isOurs = show(step, page, wanted, yes);
    if (!isOurs) isWhole = false;
    else if (step.change.is !== 'same') edits.push(step);
  }
  if (unknown !== undefined) page.say(`Note: ${unknown.sentence}`);
  for (const note of edits.length > 0 ? [...program.notes, ...notes] : notes) page.say(`Note: ${note}`);
  if (scope === 'project' && edits.length > 0) {
    page.say('Note: The entry names files of this machine: whoever shares the project runs install too.');
  }
  const exit = () => (isWhole ? 0 : CONFIGURATION);
  if (dryRun) {
    page.say(edits.length > 0 ? 'Nothing was written: this was a dry run.' : 'There is nothing to change.');
    return exit();
  }
  if (edits.length > 0) {
    const done = await carryOut(edits, { page, machine, wanted, program, scope, questions });
    if (done === 'declined') return exit();
    isWhole &&= done;
  } else if (isWhole) {
    page.say('There is nothing to change.');
  }
  if (questions === undefined || check === undefined || asked.config.sandbox) return exit();
  page.say('');
  return (await check(['doctor', ...flagsOf(asked)])) || exit();
}

interface Work {
  readonly page: Page;
  readonly machine: Machine;
  readonly wanted: Wanted;
  readonly program: Program;
  readonly scope: 'user' | 'project';
  readonly questions: Questions | undefined;
}

/** @returns whether all of it was done */
async function carryOut(edits: readonly Step[], work: Work): Promise<boolean | 'declined'> {
  const { machine, page, program, questions, scope, wanted } = work;
  const agreed: Step[] = [];
  for (const step of edits.filter(isForeign)) {
    const question = `"${wanted.name}" in ${step.client.title} starts something else. Replace it?`;
    if (await questions?.yes(question)) agreed.push(step);
  }
  const plain = edits.filter((step) => !isForeign(step));
  const count = plain.length === 1 ? 'this change' : `these ${plain.length} changes`;
  if (plain.length > 0 && (questions === undefined || (await questions.yes(`Make ${count}?`)))) agreed.push(...plain);
  if (agreed.length === 0) {
    page.say('Nothing was changed.');
    return 'declined';
  }
  try {
    await copyProgram(program);
  } catch (error) {
    if (codeOf(error) === 'unknown error') throw error;
    page.say(`The program cannot be copied to ${program.script} (${codeOf(error)}): nothing was changed.`);
    return false;
  }
  let isWhole = true;
  for (const { change, client, own } of agreed) {
    await noteUser(machine, program, change.is === 'edit' ? change.from.target : change.file);
    const { failed, sentences } =
      change.is === 'edit'
        ? await applyInstall(client, change, own, wanted, machine, scope === 'user')
        : own === undefined
          ? { failed: true, sentences: [] }
          : await applyByCommand(change.file, own, machine);
    page.say(`${client.title}: ${sentences.join('\n  ')}`);
    page.say(failed ? '' : `  ${client.next}`);
    isWhole &&= !failed;
  }
  // A copy that no file refers to, because it could not be written, would stay for ever.
  if (!isWhole && program.copyFrom !== undefined) await removeUnusedCopies(machine);
  return isWhole;
}

function isForeign({ change }: Step): boolean {
  return change.is === 'edit' && change.replaces === 'foreign';
}

/** Shows what is to be done. @returns false where it is not, because a person has to decide or to repair first */
function show({ change, client, own }: Step, page: Page, wanted: Wanted, isUnasked: boolean): boolean {
  const { entry, name } = wanted;
  switch (change.is) {
    case 'same':
      page.say(`${client.title}: ${change.file} has the entry already.`);
      return true;
    case 'left':
      if (own === undefined) {
        page.say(`${client.title}: left alone. ${change.sentence}`);
        return false;
      }
      page.say(`${client.title}: ${change.file}`);
      page.showChange(entryChange(client, pathOf(client, {}, name), undefined, entry));
      page.say(`${change.sentence} By its own command: ${spelled(own)}`);
      return true;
    case 'edit':
      page.say(`${client.title}: ${placeOf(change.from)}`);
      if (change.replaces === 'foreign' && isUnasked) {
        page.say(`"${name}" is there already and starts something else; it is left alone. ${RENAME}`);
        return false;
      }
      page.showChange(entryChange(client, change.path, change.written, entry));
      if (change.from.text !== undefined) page.say('Everything else in the file stays as it is.');
      if (client.alsoPasted !== undefined) {
        page.say(`${client.alsoPasted}\n${printed(client, pathOf(client, {}, name), entry)}`);
      }
      if (own !== undefined) page.say(`By its own command: ${spelled(own)}`);
      if (change.replaces === 'foreign') {
        page.say(`"${name}" is there already and starts something else. ${RENAME}`);
      }
      return true;
  }
}

const RENAME = 'Give this one another name with --name.';

function spelled({ args, program }: Own): string {
  return [program, ...args].map(shown).join(' ');
}

/** As a shell would take it. */
function shown(word: string): string {
  return /^[\w@%+=:,./-]+$/.test(word) ? word : `'${word.replaceAll("'", "'\\''")}'`;
}
