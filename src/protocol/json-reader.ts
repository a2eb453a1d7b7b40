/**
 * A strict reader of JSON in UTF-8: one pass over the bytes, without recursion and without building the values. It accepts what
 * a strict UTF-8 decoder and JSON.parse accept, and finds the members that routing needs. [RFC 8259, RFC 3629]
 */

import { DEPTH_LIMIT, VALUES_LIMIT } from './limits.ts';
import { END, type Excess, type Structure } from './structure.ts';

export interface Limits {
  readonly depth: number;
  readonly values: number;
}

/** Values on deeper levels are checked, but not noted. */
const NOTED_LEVELS = 2;

const [TAB, LINE_FEED, CARRIAGE_RETURN, SPACE] = [0x09, 0x0a, 0x0d, 0x20];
const [QUOTE, PLUS, COMMA, MINUS, POINT, ZERO, NINE, COLON] = [0x22, 0x2b, 0x2c, 0x2d, 0x2e, 0x30, 0x39, 0x3a];
const [OPEN_ARRAY, BACKSLASH, CLOSE_ARRAY, SMALL_E, SMALL_U, OPEN_OBJECT, CLOSE_OBJECT] = [
  0x5b, 0x5c, 0x5d, 0x65, 0x75, 0x7b, 0x7d,
];

const ascii = (text: string): number[] => Array.from(text, (character) => character.charCodeAt(0));
const tableOf = (bytes: readonly number[]): Uint8Array => {
  const table = new Uint8Array(256);
  for (const byte of bytes) table[byte] = 1;
  return table;
};
/** ASCII that has no meaning of its own within a string. */
const PLAIN: Uint8Array = tableOf(
  Array.from({ length: 0x80 }, (_, byte) => byte).filter(
    (byte) => byte >= SPACE && byte !== QUOTE && byte !== BACKSLASH,
  ),
);
const ESCAPED = tableOf(ascii('"\\/bfnrt'));
const HEX = tableOf(ascii('0123456789abcdefABCDEF'));
const LITERALS: ReadonlyMap<number, readonly number[]> = new Map(
  ['true', 'false', 'null'].map((word) => [word.charCodeAt(0), ascii(word)]),
);

/** States: the token that may come next. */
const VALUE = 0;
const ITEM_OR_END = 1;
const NAME_OR_END = 2;
const NAME = 3;
const SEPARATOR_OR_END = 4;

/** No position: the bytes are not JSON. */
const INVALID = -1;
const NOT_NOTED = -1;

/** Set by `stringEnd` when it passes U+2028 or U+2029. */
let passedSeparator = false;

/** @returns undefined if the bytes are not JSON, or not UTF-8. A byte order mark is not part of a JSON text. */
export function readJson(
  bytes: Uint8Array,
  limits: Limits = { depth: DEPTH_LIMIT, values: VALUES_LIMIT },
): Structure | Excess | undefined {
  const { length } = bytes;
  const places: number[] = [];
  /** On each level the value that was read last, or `NOT_NOTED`. */
  const last = [NOT_NOTED, NOT_NOTED, NOT_NOTED];
  /** One bit for each open container: 1 for objects. */
  let containers = new Uint8Array(64);
  let [depth, deepest, values] = [0, 0, 0];
  let [nameStart, nameEnd] = [0, 0];
  let isObject = false;
  let isOneLine = true;
  /** Levels begin behind the array of a batch. */
  let base = 0;
  let next = VALUE;
  let at = 0;
  passedSeparator = false;

  for (;;) {
    let byte = bytes[at];
    while (byte === SPACE || byte === TAB || byte === LINE_FEED || byte === CARRIAGE_RETURN) {
      if (byte === LINE_FEED || byte === CARRIAGE_RETURN) isOneLine = false;
      byte = bytes[++at];
    }
    if (byte === undefined) break;

    if (next === SEPARATOR_OR_END) {
      if (depth === 0) return undefined;
      if (byte === COMMA) {
        next = isObject ? NAME : VALUE;
        at++;
        continue;
      }
    } else if (next === NAME || (next === NAME_OR_END && byte === QUOTE)) {
      if (byte !== QUOTE) return undefined;
      nameStart = at;
      nameEnd = stringEnd(bytes, at + 1);
      if (nameEnd === INVALID) return undefined;
      at = nameEnd;
      for (byte = bytes[at]; byte !== COLON; byte = bytes[++at]) {
        if (byte === LINE_FEED || byte === CARRIAGE_RETURN) isOneLine = false;
        else if (byte !== SPACE && byte !== TAB) return undefined;
      }
      at++;
      next = VALUE;
      continue;
    }

    if (next !== VALUE && (byte === CLOSE_ARRAY || byte === CLOSE_OBJECT)) {
      if ((byte === CLOSE_OBJECT) !== isObject) return undefined;
      depth--;
      at++;
      isObject = depth > 0 && ((containers[(depth - 1) >> 3] as number) & (1 << ((depth - 1) & 7))) !== 0;
      const place = last[depth - base] ?? NOT_NOTED;
      if (place !== NOT_NOTED) places[place + END] = at;
      next = SEPARATOR_OR_END;
      continue;
    }
    if (next !== VALUE && next !== ITEM_OR_END) return undefined;

    values++;
    if (depth === 0 && byte === OPEN_ARRAY) base = 1;
    const level = depth - base;
    let place = NOT_NOTED;
    if (level >= 0 && level <= NOTED_LEVELS) {
      // Elements of an array are noted as messages only: others have no name.
      const isNoted = level === 0 || (isObject && last[level - 1] !== NOT_NOTED);
      if (isNoted && values <= limits.values) {
        place = places.length;
        places.push(isObject ? nameStart : at, isObject ? nameEnd : at, at, at, level);
      }
      last[level] = place;
    }
    if (byte === OPEN_OBJECT || byte === OPEN_ARRAY) {
      isObject = byte === OPEN_OBJECT;
      if (depth >> 3 === containers.length) containers = doubled(containers);
      const bit = 1 << (depth & 7);
      const bits = containers[depth >> 3] as number;
      containers[depth >> 3] = isObject ? bits | bit : bits & ~bit;
      depth++;
      if (depth > deepest) deepest = depth;
      at++;
      next = isObject ? NAME_OR_END : ITEM_OR_END;
      continue;
    }
    at = byte === QUOTE ? stringEnd(bytes, at + 1) : scalarEnd(bytes, at, byte);
    if (at === INVALID) return undefined;
    if (place !== NOT_NOTED) places[place + END] = at;
    next = SEPARATOR_OR_END;
  }

  if (at < length || depth > 0 || next !== SEPARATOR_OR_END) return undefined;
  if (deepest > limits.depth) return { type: 'excess', sentence: `is nested more than ${limits.depth} levels deep` };
  if (values > limits.values) return { type: 'excess', sentence: `holds more than ${limits.values} values` };
  return { type: 'json', bytes, isArray: base === 1, isOneLine: isOneLine && !passedSeparator, places };
}

/** @returns the position behind the closing quote of the string that begins before `from` */
function stringEnd(bytes: Uint8Array, from: number): number {
  const { length } = bytes;
  let at = from;
  for (;;) {
    while (at < length && PLAIN[bytes[at] as number] === 1) at++;
    const byte = bytes[at];
    if (byte === QUOTE) return at + 1;
    // Control characters, and the end of the text.
    if (byte === undefined || byte < SPACE) return INVALID;
    at = byte === BACKSLASH ? escapeEnd(bytes, at + 1) : characterEnd(bytes, at, byte);
    if (at === INVALID) return INVALID;
  }
}

function escapeEnd(bytes: Uint8Array, at: number): number {
  const byte = bytes[at] ?? 0;
  if (ESCAPED[byte] === 1) return at + 1;
  if (byte !== SMALL_U) return INVALID;
  for (let digit = at + 1; digit < at + 5; digit++) if (HEX[bytes[digit] ?? 0] !== 1) return INVALID;
  return at + 5;
}

/** @returns the position behind a character beyond ASCII: not overlong, not a surrogate, not above U+10FFFF */
function characterEnd(bytes: Uint8Array, at: number, lead: number): number {
  const second = bytes[at + 1] ?? 0;
  if (lead < 0xe0) return lead >= 0xc2 && isContinuation(second) ? at + 2 : INVALID;
  const third = bytes[at + 2] ?? 0;
  if (lead < 0xf0) {
    if (!isContinuation(second) || !isContinuation(third)) return INVALID;
    if ((lead === 0xe0 && second < 0xa0) || (lead === 0xed && second >= 0xa0)) return INVALID;
    if (lead === 0xe2 && second === 0x80 && (third === 0xa8 || third === 0xa9)) passedSeparator = true;
    return at + 3;
  }
  if (lead > 0xf4 || !isContinuation(second) || !isContinuation(third)) return INVALID;
  if ((lead === 0xf0 && second < 0x90) || (lead === 0xf4 && second >= 0x90)) return INVALID;
  return isContinuation(bytes[at + 3] ?? 0) ? at + 4 : INVALID;
}

function isContinuation(byte: number): boolean {
  return (byte & 0xc0) === 0x80;
}

/** @returns the position behind a number, or behind `true`, `false` or `null` */
function scalarEnd(bytes: Uint8Array, from: number, first: number): number {
  const literal = LITERALS.get(first);
  if (literal !== undefined) {
    return literal.every((byte, index) => bytes[from + index] === byte) ? from + literal.length : INVALID;
  }
  const digits = first === MINUS ? from + 1 : from;
  let at = digitsEnd(bytes, digits);
  if (at === INVALID || (bytes[digits] === ZERO && at > digits + 1)) return INVALID;
  if (bytes[at] === POINT) at = digitsEnd(bytes, at + 1);
  if (at === INVALID || ((bytes[at] ?? 0) | 0x20) !== SMALL_E) return at;
  const sign = bytes[at + 1];
  return digitsEnd(bytes, sign === PLUS || sign === MINUS ? at + 2 : at + 1);
}

/** @returns the position behind at least one digit */
function digitsEnd(bytes: Uint8Array, from: number): number {
  let at = from;
  for (let byte = bytes[at] ?? 0; byte >= ZERO && byte <= NINE; byte = bytes[at] ?? 0) at++;
  return at === from ? INVALID : at;
}

function doubled(containers: Uint8Array<ArrayBuffer>): Uint8Array<ArrayBuffer> {
  const larger = new Uint8Array(2 * containers.length);
  larger.set(containers);
  return larger;
}
