/** The structure of a JSON text, as the reader found it: its messages, their members, and the members of those. */

import { decodeUtf8 } from './utf8.ts';

/**
 * Index of a value in `Structure.places`. Level 0 has the messages: the text itself, or the elements of an array. Level 1 has
 * the members of a message, level 2 the members of objects that are members of it. Each follows its parent.
 */
export type Place = number;

export interface Structure {
  readonly type: 'json';
  readonly bytes: Uint8Array;
  readonly isArray: boolean;
  /** False if a client could split the text: line breaks between tokens, or U+2028 or U+2029 in a string. */
  readonly isOneLine: boolean;
  /** Of each value the start and the end of its name, its own start and end, in bytes, and its level. */
  readonly places: readonly number[];
}

/** JSON that is too expensive to parse. */
export interface Excess {
  readonly type: 'excess';
  /** A predicate for a sentence about the text. */
  readonly sentence: string;
}

export const NAME_START = 0;
export const NAME_END = 1;
export const START = 2;
export const END = 3;
export const LEVEL = 4;
/** Numbers of each value. */
export const FIELDS = 5;

const QUOTE = 0x22;
const BACKSLASH = 0x5c;
const OPEN_OBJECT = 0x7b;
/** One character takes at most so many bytes in a string: those of `\u0041`. */
const MAX_ESCAPE_BYTES = 6;

export function messagesIn({ places }: Structure): Place[] {
  const found: Place[] = [];
  for (let place = 0; place < places.length; place += FIELDS) if (places[place + LEVEL] === 0) found.push(place);
  return found;
}

/** Members of that name of a message, or of a member of a message. */
export function membersNamed({ bytes, places }: Structure, parent: Place, name: string): Place[] {
  const level = numberAt(places, parent, LEVEL) + 1;
  const found: Place[] = [];
  for (let place = parent + FIELDS; place < places.length; place += FIELDS) {
    const other = numberAt(places, place, LEVEL);
    if (other < level) break;
    const [start, end] = [numberAt(places, place, NAME_START), numberAt(places, place, NAME_END)];
    if (other === level && isString(bytes, start, end, name)) found.push(place);
  }
  return found;
}

/** Of duplicate members the last counts, as in JSON.parse. */
export function lastNamed(json: Structure, parent: Place, name: string): Place | undefined {
  return membersNamed(json, parent, name).at(-1);
}

/** The bytes of a value. */
export function bytesAt({ bytes, places }: Structure, place: Place): Uint8Array {
  return bytes.subarray(numberAt(places, place, START), numberAt(places, place, END));
}

/** The text of a value as it was written: a copy, which does not keep the message in memory. */
export function rawAtPlace(json: Structure, place: Place): string {
  return decodeUtf8(bytesAt(json, place));
}

/** The parsed value. */
export function valueAt(json: Structure, place: Place): unknown {
  return JSON.parse(rawAtPlace(json, place));
}

export function isObjectAt({ bytes, places }: Structure, place: Place): boolean {
  return bytes[numberAt(places, place, START)] === OPEN_OBJECT;
}

export function isStringAt({ bytes, places }: Structure, place: Place, text: string): boolean {
  return isString(bytes, numberAt(places, place, START), numberAt(places, place, END), text);
}

/** @param text - ASCII */
function isString(bytes: Uint8Array, start: number, end: number, text: string): boolean {
  if (bytes[start] !== QUOTE) return false;
  const length = end - start - 2;
  if (length === text.length) {
    for (let i = 0; i < length; i++) if (bytes[start + 1 + i] !== text.charCodeAt(i)) return false;
    return true;
  }
  if (length < text.length || length > MAX_ESCAPE_BYTES * text.length) return false;
  const raw = bytes.subarray(start, end);
  return raw.includes(BACKSLASH) && JSON.parse(decodeUtf8(raw)) === text;
}

function numberAt(places: readonly number[], place: Place, field: number): number {
  return places[place + field] as number;
}
