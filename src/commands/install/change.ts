import { isDeepStrictEqual } from 'node:util';
import { type Client, type Entry, startedBy } from '../clients/client.ts';
import {
  EditRefused,
  isRecord,
  type Path,
  plain,
  type Reading,
  type Value,
  valueAt,
} from '../clients/formats/format.ts';
import { startsBridge } from './ours.ts';
import { assertWithin, assertWritable, readTextFile, type TextFile, TooLarge, Unreadable } from './text-file.ts';

/** What is to happen to a client's file. */
export type Change =
  /** It is as it should be. */
  | { readonly is: 'same'; readonly file: string }
  /** It is left alone, and why: a sentence that names it. */
  | { readonly is: 'left'; readonly file: string; readonly sentence: string; readonly isTooLarge?: boolean }
  | Edit;

export interface Edit {
  readonly is: 'edit';
  readonly file: string;
  readonly from: TextFile;
  /** Undefined where the file goes. */
  readonly to: string | undefined;
  readonly path: Path;
  /** What was there under that name before. */
  readonly replaces: 'nothing' | 'own' | 'foreign';
  /** The entry there that `install` has written. */
  readonly written: unknown;
}

export interface Wanted {
  readonly name: string;
  readonly entry: Entry;
  /** The script that runs now. */
  readonly script: string;
  /** The folder that no file may lead out of. */
  readonly within: string | undefined;
}

/** What has to change for a client to start the bridge under that name. */
export async function changeFor(client: Client, file: string, wanted: Wanted): Promise<Change> {
  const { entry, name, script, within } = wanted;
  return orLeft(file, async () => {
    const from = await readTextFile(file);
    if (within !== undefined) await assertWithin(within, from);
    const content = contentOf(client.format.read(from.text ?? ''));
    const path = pathOf(client, content, name);
    const there = valueAt(content, path);
    const value = client.value(entry, name);
    if (isSame(there, value)) return { is: 'same', file };
    assertWritable(from);
    const starts = there === undefined ? undefined : startsBridge(there, script, within !== undefined);
    const replaces = there === undefined ? 'nothing' : starts === undefined ? 'foreign' : 'own';
    const to = client.format.put(from.text ?? '', path, replaces === 'own' ? updated(there, value) : value);
    return { is: 'edit', file, from, to, path, replaces, written: starts === 'install' ? there : undefined };
  });
}

/** Runs what may find a file that it leaves alone. */
export async function orLeft(file: string, work: () => Promise<Change>): Promise<Change> {
  try {
    return await work();
  } catch (error) {
    if (!(error instanceof Unreadable || error instanceof EditRefused)) throw error;
    const line = error instanceof EditRefused && error.line !== undefined ? `:${error.line}` : '';
    return { is: 'left', file, sentence: `${file}${line} ${error.message}.`, isTooLarge: error instanceof TooLarge };
  }
}

/** @throws EditRefused, with the line */
export function contentOf(reading: Reading): unknown {
  if ('content' in reading) return reading.content;
  throw new EditRefused(reading.wrong, reading.line);
}

export function pathOf(client: Pick<Client, 'container'>, content: unknown, name: string): Path {
  return [...client.container(content), name] as [string, ...string[]];
}

/** Whether both start the same thing. What else a client, or its own command, says of it is its business. */
function isSame(there: unknown, value: Value): boolean {
  return (
    isRecord(there) &&
    isDeepStrictEqual(startedBy(there), startedBy(value)) &&
    isDeepStrictEqual(plain(environmentOf(there)), plain(environmentOf(value)))
  );
}

const ENVIRONMENT = ['env', 'envs', 'environment'];

function environmentOf(value: Value): unknown {
  return ENVIRONMENT.map((name) => value[name]).find(isRecord) ?? {};
}

/** What a person or the client has added to our entry stays, but for an environment that is not asked for any more. */
function updated(there: unknown, value: Value): Value {
  const members = Object.entries({ ...(isRecord(there) ? there : {}), ...value });
  return Object.fromEntries(members.filter(([name]) => name in value || !ENVIRONMENT.includes(name)));
}
