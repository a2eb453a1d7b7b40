import { rm } from 'node:fs/promises';
import type { Client } from '../clients/client.ts';
import { valueAt } from '../clients/formats/format.ts';
import type { Machine } from '../clients/machine.ts';
import { changeFor, type Edit, orLeft, type Wanted } from './change.ts';
import { startsBridge } from './ours.ts';
import { programOnPath, runProgram } from './own-command.ts';
import type { Page } from './page.ts';
import { copyProgram, type Program } from './program.ts';
import type { Removal } from './removal.ts';
import { backUp, backupOf, codeOf, readTextFile, removeFile, Unreadable, writeTextFile } from './text-file.ts';

/** What was done, a sentence each; `failed` if it was not what was asked. */
export interface Done {
  readonly sentences: readonly string[];
  readonly failed: boolean;
}

/** The client's own command for an edit, where it has one and can be run. */
export interface Own {
  readonly program: string;
  readonly args: readonly string[];
}

/** A client that is told of a server by its own command writes its file itself, even while it runs. */
export function ownAdd(client: Client, { name, entry }: Wanted, machine: Machine): Own | undefined {
  if (client.own === undefined) return undefined;
  return ownOf(client, machine, client.own.add(name, entry, client.value(entry, name)));
}

function ownRemove(client: Client, names: readonly string[], machine: Machine): readonly Own[] {
  return names.flatMap((name) => {
    const args = client.own?.remove?.(name);
    return args === undefined ? [] : (ownOf(client, machine, args) ?? []);
  });
}

function ownOf({ program }: Client, machine: Machine, args: readonly string[]): Own | undefined {
  const found = program === undefined ? undefined : programOnPath(program, machine);
  return found === undefined ? undefined : { program: found, args };
}

/** Makes the edit: by the client's own command, and where that has not done it, in the file. */
export async function applyInstall(
  client: Client,
  edit: Edit,
  own: Own | undefined,
  wanted: Wanted,
  machine: Machine,
  isPrivate: boolean,
): Promise<Done> {
  return withoutFailing(edit.file, async () => {
    await assertUnchanged(edit);
    const sentences: string[] = [];
    // The state before the first of our entries is what uninstall goes back to.
    const there = edit.from.text === undefined ? undefined : client.format.read(edit.from.text);
    const value = there !== undefined && 'content' in there ? valueAt(there.content, edit.path) : undefined;
    if (startsBridge(value, wanted.script, wanted.within !== undefined) !== 'install') {
      const backup = await backUp(edit.from, wanted.name);
      if (backup !== undefined) sentences.push(`Kept as it was: ${backup}`);
    }
    let now: Edit | undefined = edit;
    if (own !== undefined) {
      const worked = await runProgram(own.program, own.args, machine);
      const after = await changeFor(client, edit.file, wanted);
      now = after.is === 'edit' ? after : undefined;
      if (after.is === 'left') return { sentences: [...sentences, after.sentence], failed: true };
      sentences.push(
        now === undefined
          ? `Done by ${own.program}.`
          : `${own.program} ${worked ? 'has not written the entry' : 'failed'}: written into the file instead.`,
      );
    }
    if (now?.to !== undefined) await writeTextFile(now.from, now.to, isPrivate);
    return { sentences: [...sentences, `Written: ${edit.file}`], failed: false };
  });
}

/** Leaves all to the client's own command, for a file that is not read. */
export async function applyByCommand(file: string, { args, program }: Own, machine: Machine): Promise<Done> {
  if (await runProgram(program, args, machine)) return { sentences: [`Done by ${program}.`], failed: false };
  const sentence = `${program} failed, and ${file} was left alone: an entry of that name may be there already.`;
  return { sentences: [sentence], failed: true };
}

/**
 * Takes the entries out: by the client's own command, where it has one and the file is more than it was before, else in
 * the file.
 *
 * @param keep - folders that stay, even if nothing is in them any more
 */
export async function applyRemoval(
  client: Client,
  { change, isExact, names }: Removal,
  again: () => Promise<Removal>,
  machine: Machine,
  keep: readonly string[],
): Promise<Done> {
  return withoutFailing(change.file, async () => {
    let now = change;
    if (now.is === 'edit') await assertUnchanged(now);
    const own = isExact ? [] : ownRemove(client, names, machine);
    for (const { args, program } of own) await runProgram(program, args, machine);
    if (own.length > 0) now = (await again()).change;
    if (now.is === 'left') return { sentences: [now.sentence], failed: true };
    if (now.is === 'edit') {
      if (now.to === undefined) await removeFile(now.from, keep);
      else await writeTextFile(now.from, now.to, true);
    }
    if (change.is === 'edit') for (const name of names) await rm(backupOf(change.from, name), { force: true });
    const isGone = now.is === 'edit' && now.to === undefined;
    return { sentences: [`${isGone ? 'Removed' : 'Written'}: ${change.file}`], failed: false };
  });
}

/** Between the question and the answer there may be minutes. */
export async function assertUnchanged({ from }: Edit): Promise<void> {
  const now = await readTextFile(from.name);
  if (now.text === from.text && now.target === from.target) return;
  throw new Unreadable('has been changed in the meantime: run this again');
}

export async function withoutFailing(file: string, work: () => Promise<Done>): Promise<Done> {
  let done: Done = { sentences: [], failed: true };
  const change = await orLeft(file, async () => {
    try {
      done = await work();
      return { is: 'same', file };
    } catch (error) {
      const code = codeOf(error);
      if (code === 'unknown error') throw error;
      return { is: 'left', file, sentence: `${file} cannot be written (${code}).` };
    }
  });
  return change.is === 'left' ? { sentences: [change.sentence], failed: true } : done;
}

/** @returns false if the program cannot be copied, which is then shown */
export async function copied(program: Program, page: Page): Promise<boolean> {
  try {
    await copyProgram(program);
    return true;
  } catch (error) {
    if (codeOf(error) === 'unknown error') throw error;
    page.say(`The program cannot be copied to ${program.script} (${codeOf(error)}): nothing was changed.`);
    return false;
  }
}

/** Writes an update of entries. What was kept of the time before `install` stays as it is. */
export function applyUpdate(edit: Edit): Promise<Done> {
  return withoutFailing(edit.file, async () => {
    await assertUnchanged(edit);
    if (edit.to !== undefined) await writeTextFile(edit.from, edit.to, true);
    return { sentences: [`Written: ${edit.file}`], failed: false };
  });
}
