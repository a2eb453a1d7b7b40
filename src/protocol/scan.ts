/**
 * Reads the structure of a JSON text in its bytes, in one pass and without making anything of it: a message of ten
 * megabytes is checked in a fraction of the time that decoding, JSON.parse and encoding again take.
 *
 * It takes objects only. What it takes, a strict UTF-8 decoder and JSON.parse take too, and find the same members in it; what
 * it does not take may still be JSON: then those have the word, so that nobody is refused for being unusual.
 */

import instantiate, { type JsonReader } from './assembly/json.ts?wasm';
import { DEPTH_LIMIT } from './limits.ts';
import { decoded } from './raw-text.ts';

/** What was found in the text that was scanned last: the next scan writes over it. */
export interface Scanned {
  /** Members of the object, and of objects that are their values: each in front of its own. */
  readonly count: number;
  /** Whether the text is one line for every reader: no line break between tokens, no U+2028 or U+2029 in strings. */
  readonly isOneLine: boolean;
  /** Of each member so many numbers as `Place` has, in its order. */
  readonly table: Uint32Array;
}

/** Where a member stands, in bytes, and on which level: 1 for those of the object itself. */
export const Place = { nameStart: 0, nameEnd: 1, start: 2, end: 3, level: 4 } as const;
export const PLACES = 5;

/** Where the place of a member is in the table. */
export type Member = number;

/** How much of a text is looked at in one go: long enough that it does not matter, short enough to stay in fast memory. */
const WINDOW_BYTES = 65_536;

interface Machine {
  readonly reader: JsonReader;
  readonly window: Uint8Array;
  readonly table: Uint32Array;
}

let machine: Machine | undefined;

/**
 * With what every session begins, `initialize`, its answer and `initialized`, somebody is waiting for the bridge to start,
 * and to make the machine takes longer than to parse them.
 */
const FIRST_TEXTS = 3;
const FIRST_BYTES = 16 * 1024;
let texts = 0;

/** Scans a message, unless it is one of the first and short: then JSON.parse has the word. */
export function scanMessage(bytes: Uint8Array): Scanned | undefined {
  if (texts < FIRST_TEXTS && bytes.length < FIRST_BYTES) {
    texts++;
    return undefined;
  }
  return scan(bytes, DEPTH_LIMIT);
}

/**
 * @param depthLimit - deepest nesting that is taken
 * @param windowBytes - for tests: shorter windows
 * @returns undefined where the bytes are not an object, or not one that can be taken this way
 */
export function scan(bytes: Uint8Array, depthLimit: number, windowBytes: number = WINDOW_BYTES): Scanned | undefined {
  machine ??= start();
  const { reader, table, window } = machine;
  const { length } = bytes;
  reader.begin(depthLimit);
  let at = 0;
  while (at < length) {
    const isLast = at + windowBytes >= length;
    const part = at === 0 && isLast ? bytes : bytes.subarray(at, at + windowBytes);
    window.set(part);
    const read = reader.read(at, part.length, isLast);
    if (read === 0) return undefined;
    at += read;
  }
  return length === 0 ? undefined : { count: reader.memberCount(), isOneLine: reader.hasLines() === 0, table };
}

function start(): Machine {
  const reader = instantiate();
  const { buffer } = reader.memory;
  return {
    reader,
    window: new Uint8Array(buffer, reader.windowAt(), WINDOW_BYTES),
    table: new Uint32Array(buffer, reader.membersAt()),
  };
}

/**
 * @param names - ASCII
 * @returns the object's own members of these names, in their order; undefined where it has any other, or one twice
 */
export function onlyMembers(
  { count, table }: Scanned,
  bytes: Uint8Array,
  names: readonly string[],
): (Member | undefined)[] | undefined {
  const found: (Member | undefined)[] = names.map(() => undefined);
  for (let member = 0; member < count * PLACES; member += PLACES) {
    if (table[member + Place.level] !== 1) continue;
    const index = names.findIndex((name) => isNamed(table, bytes, member, name));
    if (index < 0 || found[index] !== undefined) return undefined;
    found[index] = member;
  }
  return found;
}

/** @returns members of that name in the object that is the value of a member */
export function innerMembers({ count, table }: Scanned, bytes: Uint8Array, outer: Member, name: string): Member[] {
  const found: Member[] = [];
  let member = outer + PLACES;
  while (member < count * PLACES && table[member + Place.level] === 2) {
    if (isNamed(table, bytes, member, name)) found.push(member);
    member += PLACES;
  }
  return found;
}

/**
 * @param text - the bytes as text, where they have been decoded: in ASCII a slice of it is sooner there
 * @returns the value as it was written
 */
export function rawValue({ table }: Scanned, bytes: Uint8Array, member: Member, text: string | undefined): string {
  const [start, end] = [table[member + Place.start], table[member + Place.end]];
  return text?.length === bytes.length ? text.slice(start, end) : decoded(bytes.subarray(start, end));
}

function isNamed(table: Uint32Array, bytes: Uint8Array, member: Member, name: string): boolean {
  const start = (table[member + Place.nameStart] ?? 0) + 1;
  if ((table[member + Place.nameEnd] ?? 0) - start !== name.length + 1) return false;
  for (let i = 0; i < name.length; i++) if (bytes[start + i] !== name.charCodeAt(i)) return false;
  return true;
}
