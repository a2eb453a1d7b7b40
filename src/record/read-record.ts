/** A record, read back: line by line, so that its size does not matter, and forgiving of what a killed bridge leaves. */

import { createReadStream } from 'node:fs';
import { type Entry, FORMAT, FORMAT_VERSION, type MessageEntry } from './entry.ts';

/** The file is no record that this version can read; the message says why, as the end of a sentence. */
export class NotARecord extends Error {
  override readonly name = 'NotARecord';
}

export interface Reading {
  readonly entries: readonly Entry[];
  /** Lines that are no entry: halves, as a bridge leaves them that was killed, and whatever else got in. */
  readonly unreadable: number;
}

/**
 * Reads all of it.
 *
 * @param bodyOf - what is kept of the body of a message
 * @throws NotARecord
 */
export async function readRecord(file: string, bodyOf: (entry: MessageEntry) => string | undefined): Promise<Reading> {
  const entries: Entry[] = [];
  let unreadable = 0;
  for await (const line of linesOf(file)) {
    if (line.trim() === '') continue;
    const entry = entryIn(line);
    if (entry === undefined) {
      // A record is told by its first line; a file of another kind is not read to its end.
      if (entries.length === 0) throw new NotARecord('is no record: its first line is not the header of one');
      unreadable++;
      continue;
    }
    if (entries.length === 0 && entry.type !== 'header')
      throw new NotARecord('is no record: it does not begin with a header');
    if (entry.type === 'header' && entry.formatVersion > FORMAT_VERSION) {
      throw new NotARecord(`is of a newer format (${entry.formatVersion}) than this version reads (${FORMAT_VERSION})`);
    }
    entries.push(entry.type === 'message' ? { ...entry, body: bodyOf(entry) } : entry);
  }
  if (entries.length === 0) throw new NotARecord('is empty: nothing has been recorded in it yet');
  return { entries, unreadable };
}

/** Split at line feeds alone: a body may hold every other character that somebody takes for the end of a line. */
async function* linesOf(file: string): AsyncGenerator<string, void, undefined> {
  let rest: string[] = [];
  try {
    for await (const chunk of createReadStream(file, { encoding: 'utf8' })) {
      const [first = '', ...more] = String(chunk).split('\n');
      rest.push(first);
      for (const part of more) {
        yield rest.join('');
        rest = [part];
      }
    }
  } catch (error) {
    const code = error instanceof Error && 'code' in error ? error.code : error;
    throw new NotARecord(`cannot be read (${code})`);
  }
  yield rest.join('');
}

const TYPES: ReadonlySet<unknown> = new Set([
  'header',
  'identity',
  'message',
  'attempt',
  'wait',
  'session',
  'gap',
  'end',
]);

/** An entry whose members have the types that the format gives them, as far as somebody builds on them. */
function entryIn(line: string): Entry | undefined {
  let copy: unknown;
  try {
    copy = JSON.parse(line);
  } catch {
    return undefined;
  }
  if (typeof copy !== 'object' || copy === null || !('type' in copy) || !TYPES.has(copy.type)) return undefined;
  if (!hasTypes(copy)) return undefined;
  const entry = copy as Entry;
  if (typeof entry.run !== 'string' || typeof entry.ms !== 'number' || Number.isNaN(Date.parse(entry.time))) {
    return undefined;
  }
  if (entry.type === 'header')
    return entry.format === FORMAT && typeof entry.formatVersion === 'number' ? entry : undefined;
  return entry;
}

/** Members without which an entry of a type says nothing. */
const NEEDED: Readonly<Record<Entry['type'], readonly string[]>> = {
  header: ['route'],
  identity: ['host'],
  message: ['direction', 'kind', 'bytes'],
  attempt: ['tookMs', 'outcome'],
  wait: ['waitMs', 'because'],
  session: ['event', 'generation'],
  gap: ['lines'],
  end: ['exitCode'],
};
const ANSWERED: ReadonlySet<unknown> = new Set(['ok', 'tool-error', 'error', undefined]);
/** Longest time that a page can show, in milliseconds: a century. */
const LONGEST_MS = 3.2e12;

const TEXTS =
  'id method tool direction kind outcome event because requestId body cancels host profile user route connection service url bridge'.split(
    ' ',
  );
const NUMBERS = 'bytes tookMs waitMs exchange attempt session status generation lines exitCode'.split(' ');

function hasTypes(entry: object): boolean {
  const members: Readonly<Record<string, unknown>> = { ...entry };
  const fits = (type: string) => (name: string) => members[name] === undefined || typeof members[name] === type;
  const isSound = (name: string) => {
    const value = members[name];
    return value === undefined || (typeof value === 'number' && value >= 0 && value <= LONGEST_MS);
  };
  const { error, requests } = members;
  return (
    TEXTS.every(fits('string')) &&
    NUMBERS.every(fits('number')) &&
    ['ms', 'tookMs', 'waitMs', 'bytes', 'lines'].every(isSound) &&
    NEEDED[members['type'] as Entry['type']].every((name) => members[name] !== undefined) &&
    (members['type'] !== 'message' || ANSWERED.has(members['outcome'])) &&
    (error === undefined || isError(error)) &&
    (requests === undefined ||
      (Array.isArray(requests) &&
        requests.every(
          (one) => typeof one?.id === 'string' && typeof one.method === 'string' && isTextOrAbsent(one.tool),
        )))
  );
}

function isError(error: unknown): boolean {
  if (typeof error !== 'object' || error === null) return false;
  const { code, kind, message } = error as Readonly<Record<string, unknown>>;
  return typeof kind === 'string' && isTextOrAbsent(message) && (code === undefined || typeof code === 'number');
}

function isTextOrAbsent(value: unknown): boolean {
  return value === undefined || typeof value === 'string';
}
