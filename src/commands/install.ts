/** `install`: lets the clients of this machine start the bridge, with the options that are given. */

import type { Scope } from '../config/commands.ts';
import { CONFIGURATION, USAGE } from '../config/problems.ts';
import type { Asked } from '../config/read.ts';
import type { Client } from './clients/client.ts';
import { ALL_CLIENTS, clientOf } from './clients/clients.ts';
import { type Machine, thisMachine } from './clients/machine.ts';
import { applyByCommand, applyInstall, copied, ownAdd } from './install/apply.ts';
import { changeFor, type Wanted } from './install/change.ts';
import { clientsFor, unknownProfile } from './install/completed.ts';
import { INTERRUPTED, isInteractive, NO_TERMINAL } from './install/confirmation.ts';
import { withDestination } from './install/destination.ts';
import { NEEDS_PACKAGE } from './install/launch.ts';
import { type Page, pageOn } from './install/page.ts';
import { print } from './install/print.ts';
import { noteUser, type Program, programOf, removeUnusedCopies, runningScript } from './install/program.ts';
import type { Questions } from './install/questions.ts';
import { entriesFor, ONE_NAME, serversOf } from './install/servers.ts';
import { isForeign, type Step, showStep } from './install/step.ts';
import { type RunCommand, verify } from './install/verified.ts';

/** By a signal that a person sends with Ctrl-C. */
const NOT_VERIFIED =
  'Nothing was written, because the check failed: fix what it names, or give --no-verify to write without the check.';

/**
 * @param run - for the sign-in and the checks, which come before anything is written
 * @returns the exit code
 */
export async function install(asked: Asked<'install'>, run: RunCommand): Promise<number> {
  const page = pageOn(process.stdout);
  const machine = thisMachine(asked.own.scope);
  if (asked.own.print) return print(asked, machine);
  const isAttended = isInteractive(asked.own.yes);
  if (!isAttended && !asked.own.yes && !asked.own.dryRun) {
    page.say(NO_TERMINAL);
    return USAGE;
  }
  if (!isAttended || asked.own.dryRun) return write(asked, page, machine, undefined, run);
  const { Left, questionsAt } = await import('./install/questions.ts');
  try {
    const terminal = { input: process.stdin, output: process.stdout };
    return await write(asked, page, machine, questionsAt(terminal), run);
  } catch (error) {
    if (!(error instanceof Left)) throw error;
    page.say('Nothing was changed.');
    return INTERRUPTED;
  }
}

/** @param questions - undefined where nobody is asked */
async function write(
  first: Asked<'install'>,
  page: Page,
  machine: Machine,
  questions: Questions | undefined,
  run: RunCommand,
): Promise<number> {
  const { dryRun, noVerify, scope, yes } = first.own;
  const asked = await withDestination(first, questions, dryRun || noVerify ? undefined : run);
  if ('sentence' in asked) {
    page.say(asked.sentence);
    return asked.exit;
  }
  const servers = serversOf(asked);
  if (servers.length > 1 && first.own.name !== undefined) {
    page.say(ONE_NAME);
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
  const program = scope === 'project' ? undefined : await programOf(script, process.execPath, machine);
  const within = scope === 'project' ? machine.cwd : undefined;
  const { made, notes, refusals } = await entriesFor(servers, program, machine);
  if (refusals.length > 0) {
    for (const refusal of refusals) page.say(refusal);
    return CONFIGURATION;
  }
  if (!dryRun && !noVerify) {
    const failed = await verify(servers, run);
    if (failed !== 0 && !(await questions?.yes('That does not work yet. Write the entries anyway?'))) {
      page.say(NOT_VERIFIED);
      return failed;
    }
  }
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
      for (const wanted of made.map((server) => ({ ...server, script, within }))) {
        steps.push(await stepFor(client, file, wanted, scope, machine));
      }
    }
  }
  const edits: Step[] = [];
  for (const step of steps) {
    const isOurs = showStep(step, page, yes);
    if (!isOurs) isWhole = false;
    else if (step.change.is !== 'same') edits.push(step);
  }
  if (unknown !== undefined) page.say(`Note: ${unknown.sentence}`);
  const aboutProgram = program === undefined ? [NEEDS_PACKAGE] : program.notes;
  for (const note of edits.length > 0 ? [...aboutProgram, ...notes] : notes) page.say(`Note: ${note}`);
  const exit = () => (isWhole ? 0 : CONFIGURATION);
  if (dryRun) {
    page.say(edits.length > 0 ? 'Nothing was written: this was a dry run.' : 'There is nothing to change.');
    return exit();
  }
  if (edits.length > 0) {
    const done = await carryOut(edits, { page, machine, program, scope, questions });
    if (done === 'declined') return exit();
    isWhole &&= done;
  } else if (isWhole) {
    page.say('There is nothing to change.');
  }
  return exit();
}

interface Work {
  readonly page: Page;
  readonly machine: Machine;
  /** Undefined where the entry runs the published package. */
  readonly program: Program | undefined;
  readonly scope: 'user' | 'project';
  readonly questions: Questions | undefined;
}

/** @returns whether all of it was done */
async function carryOut(edits: readonly Step[], work: Work): Promise<boolean | 'declined'> {
  const { machine, page, program, questions, scope } = work;
  const agreed: Step[] = [];
  for (const step of edits.filter(isForeign)) {
    const question = `"${step.wanted.name}" in ${step.client.title} starts something else. Replace it?`;
    if (await questions?.yes(question)) agreed.push(step);
  }
  const plain = edits.filter((step) => !isForeign(step));
  const count = plain.length === 1 ? 'this change' : `these ${plain.length} changes`;
  if (plain.length > 0 && (questions === undefined || (await questions.yes(`Make ${count}?`)))) agreed.push(...plain);
  if (agreed.length === 0) {
    page.say('Nothing was changed.');
    return 'declined';
  }
  if (program !== undefined && !(await copied(program, page))) return false;
  let isWhole = true;
  const written = new Set<string>();
  for (const step of agreed) {
    const { client, own, wanted } = step;
    // An edit of this run may have changed the file.
    const change = written.has(step.change.file) ? await changeFor(client, step.change.file, wanted) : step.change;
    written.add(change.file);
    if (program !== undefined) {
      await noteUser(machine, program, change.is === 'edit' ? change.from.target : change.file);
    }
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
  if (!isWhole && program?.copyFrom !== undefined) await removeUnusedCopies(machine);
  return isWhole;
}

async function stepFor(client: Client, file: string, wanted: Wanted, scope: Scope, machine: Machine): Promise<Step> {
  const change = await changeFor(client, file, wanted);
  // No client's command replaces an entry without asking.
  const isNew = change.is === 'edit' ? change.replaces === 'nothing' : change.is === 'left' && change.isTooLarge;
  return { client, wanted, change, own: scope === 'user' && isNew ? ownAdd(client, wanted, machine) : undefined };
}
