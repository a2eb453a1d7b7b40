/**
 * Where things stand in a JSON text, so that they can be read or replaced without rebuilding it: JSON.parse followed by
 * JSON.stringify changes integers above 2^53, `1.0`, `1e400`, `-0` and duplicate keys.
 *
 * The functions that take a text take one that JSON.parse has accepted; on other text their results mean nothing.
 */

/** A half-open range of UTF-16 units in a text. */
export interface Span {
  readonly start: number;
  readonly end: number;
}

/** One member of an object: its decoded key, where that begins, and where its value stands. */
export interface Member extends Span {
  readonly key: string;
  readonly keyStart: number;
}

const QUOTE = 0x22;
const COMMA = 0x2c;
const OPEN_ARRAY = 0x5b;
const BACKSLASH = 0x5c;
const CLOSE_ARRAY = 0x5d;
const OPEN_OBJECT = 0x7b;
const CLOSE_OBJECT = 0x7d;

/** The members of the object that begins at `from`, in order, duplicates included. */
export function members(text: string, from = 0): Member[] {
  const found: Member[] = [];
  let at = skipSpace(text, skipSpace(text, from) + 1);
  while (text.charCodeAt(at) === QUOTE) {
    const keyEnd = stringEnd(text, at);
    const key: string = JSON.parse(text.slice(at, keyEnd));
    const start = skipSpace(text, skipSpace(text, keyEnd) + 1);
    const end = valueEnd(text, start);
    found.push({ key, keyStart: at, start, end });
    at = skipSpace(text, end);
    if (text.charCodeAt(at) !== COMMA) break;
    at = skipSpace(text, at + 1);
  }
  return found;
}

/** The elements of the array that begins at `from`. */
export function elements(text: string, from = 0): Span[] {
  const found: Span[] = [];
  let at = skipSpace(text, skipSpace(text, from) + 1);
  while (text.charCodeAt(at) !== CLOSE_ARRAY) {
    const end = valueEnd(text, at);
    found.push({ start: at, end });
    at = skipSpace(text, end);
    if (text.charCodeAt(at) !== COMMA) break;
    at = skipSpace(text, at + 1);
  }
  return found;
}

/** Where the value at a path of keys stands. Of duplicate keys the last counts, as in JSON.parse. */
export function rawMember(text: string, ...path: readonly string[]): Span | undefined {
  let span: Span = { start: skipSpace(text, 0), end: text.length };
  for (const key of path) {
    if (text.charCodeAt(span.start) !== OPEN_OBJECT) return undefined;
    const member = members(text, span.start).findLast((candidate) => candidate.key === key);
    if (member === undefined) return undefined;
    span = member;
  }
  return span;
}

/** The raw text of the value at a path of keys, or undefined. */
export function rawAt(text: string, ...path: readonly string[]): string | undefined {
  const span = rawMember(text, ...path);
  return span && text.slice(span.start, span.end);
}

/** A copy that does not keep the text alive of which it is a piece: V8 cuts pieces from 13 characters on without copying. */
export function flat(piece: string): string {
  return piece.length < 13 ? piece : JSON.parse(JSON.stringify(piece));
}

/** Whether a parsed value is an object, as JSON means it. */
export function isRecord(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

/** The text with the value in `span` replaced. */
export function splice(text: string, span: Span, value: string): string {
  return text.slice(0, span.start) + value + text.slice(span.end);
}

function valueEnd(text: string, start: number): number {
  const first = text.charCodeAt(start);
  if (first === QUOTE) return stringEnd(text, start);
  let at = start;
  if (first === OPEN_ARRAY || first === OPEN_OBJECT) {
    let depth = 0;
    do {
      const unit = text.charCodeAt(at);
      if (unit === QUOTE) at = stringEnd(text, at) - 1;
      else if (unit === OPEN_ARRAY || unit === OPEN_OBJECT) depth++;
      else if (unit === CLOSE_ARRAY || unit === CLOSE_OBJECT) depth--;
      at++;
    } while (depth > 0 && at < text.length);
    return at;
  }
  while (at < text.length && isInScalar(text.charCodeAt(at))) at++;
  return at;
}

/** The index behind the closing quote of the string that opens at `start`. */
function stringEnd(text: string, start: number): number {
  let quote = start;
  do {
    quote = text.indexOf('"', quote + 1);
    if (quote < 0) return text.length;
  } while (isEscaped(text, quote));
  return quote + 1;
}

/** An odd run of backslashes before a quote escapes it. Runs before different quotes do not overlap: linear in all. */
function isEscaped(text: string, quote: number): boolean {
  let run = quote;
  while (text.charCodeAt(run - 1) === BACKSLASH) run--;
  return (quote - run) % 2 === 1;
}

function isInScalar(unit: number): boolean {
  return unit !== COMMA && unit !== CLOSE_ARRAY && unit !== CLOSE_OBJECT && !isSpace(unit);
}

function isSpace(unit: number): boolean {
  return unit === 0x20 || unit === 0x0a || unit === 0x0d || unit === 0x09;
}

function skipSpace(text: string, from: number): number {
  let at = from;
  while (isSpace(text.charCodeAt(at))) at++;
  return at;
}
