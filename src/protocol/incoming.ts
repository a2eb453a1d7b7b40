/** What the server sends, and how it goes to the client: as the server wrote it, on one line. */

import { isRecord, members, splice } from './json.ts';
import { readJson } from './json-reader.ts';
import { KEPT_TEXT_CHARS } from './limits.ts';
import type { Id } from './message.ts';
import { withText } from './message-bytes.ts';
import {
  bytesAt,
  isObjectAt,
  isStringAt,
  lastNamed,
  messagesIn,
  type Place,
  rawAtPlace,
  type Structure,
  valueAt,
} from './structure.ts';
import { decodeUtf8, encodeUtf8, withoutMark } from './utf8.ts';

/** The answer to a request. */
export interface Answer {
  readonly kind: 'answer';
  /** Raw text of the id that the server put on it; undefined where that is null or missing. */
  readonly id: Id | undefined;
  readonly text: string;
  /** Parsed copy of the `error` member. */
  readonly error: RpcError | undefined;
}

/** A request or notification of the server. */
export interface ServerMessage {
  readonly kind: 'server-message';
  readonly text: string;
  /** Raw text of the id, where it is a request. */
  readonly id: Id | undefined;
}

export type Incoming = Answer | ServerMessage;

export interface RpcError {
  readonly code: number | undefined;
  readonly message: string;
}

/**
 * Reads one JSON text of a server: a message, or an array of them, as servers of 2025-03-26 answer.
 *
 * @param body - bytes must not change any more
 * @returns undefined if the text is not a JSON-RPC message, or exceeds a limit of the reader
 */
export function readIncoming(body: Uint8Array | string): Incoming[] | undefined {
  const json = readJson(typeof body === 'string' ? encodeUtf8(body) : withoutMark(body));
  if (json?.type !== 'json') return undefined;
  if (!json.isArray) {
    const one = classify(json, 0, json.bytes);
    return one && [one];
  }
  const all: Incoming[] = [];
  for (const place of messagesIn(json)) {
    const one = classify(json, place, bytesAt(json, place));
    if (one === undefined) return undefined;
    all.push(one);
  }
  return all.length > 0 ? all : undefined;
}

/** @returns a predicate for a sentence about a text that the reader refuses for its size; undefined for all others */
export function excessIn(text: string): string | undefined {
  const json = readJson(encodeUtf8(text));
  return json?.type === 'excess' ? json.sentence : undefined;
}

/**
 * Whether an answer's id means the request's id, as far as servers can be trusted with ids: GitHub's passes numbers
 * through a float, so that 9007199254740993 comes back as 9007199254740992 (observed 2026-11).
 */
export function isSameId(sent: Id, answered: Id | undefined): boolean {
  return answered !== undefined && (sent === answered || JSON.parse(sent) === JSON.parse(answered));
}

/** The text of a message with another id, or with one where it had none. Nothing else changes. */
export function withId(text: string, id: Id): string {
  const span = members(text).findLast((member) => member.key === 'id');
  // A function, since `$` has a meaning in a replacement text.
  return span === undefined ? text.replace('{', () => `{"id":${id},`) : splice(text, span, id);
}

/**
 * A JSON text as one line of the stdio transport. A raw line break can stand only between tokens, where a space means
 * the same; U+2028 and U+2029 only inside strings, where some clients would split the line at them.
 */
export function toLine(text: string): string {
  if (!/[\n\r\u2028\u2029]/.test(text)) return text;
  return text
    .replace(/[\n\r]+/g, ' ')
    .replace(/\u2028/g, '\\u2028')
    .replace(/\u2029/g, '\\u2029');
}

/** @param bytes - those of the message, which may have white space around it */
function classify(json: Structure, message: Place, bytes: Uint8Array): Incoming | undefined {
  if (!isObjectAt(json, message)) return undefined;
  const named = (name: string) => lastNamed(json, message, name);
  // Other JSON has an `error` too: what is not JSON-RPC must not become an answer that no client can read.
  const version = named('jsonrpc');
  if (version === undefined || !isStringAt(json, version, '2.0')) return undefined;
  const idPlace = named('id');
  const id = idPlace === undefined ? undefined : rawAtPlace(json, idPlace);
  if (named('method') !== undefined) {
    // The id is kept until the client answers.
    if (id !== undefined && id.length > KEPT_TEXT_CHARS) return undefined;
    return withTextOf(json, { kind: 'server-message', id, text: '' }, bytes);
  }
  const errorPlace = named('error');
  const error = errorPlace === undefined ? undefined : valueAt(json, errorPlace);
  if (!isRecord(error) && named('result') === undefined) return undefined;
  return withTextOf(
    json,
    {
      kind: 'answer',
      id: id === 'null' ? undefined : id,
      text: '',
      error: isRecord(error) ? rpcError(error) : undefined,
    },
    bytes,
  );
}

/** Only a text that is one line can go to the client as bytes. */
function withTextOf<T extends Incoming>({ isOneLine }: Structure, incoming: T, bytes: Uint8Array): T {
  return isOneLine ? withText(incoming, bytes) : { ...incoming, text: decodeUtf8(bytes) };
}

function rpcError({ code, message }: { code?: unknown; message?: unknown }): RpcError {
  return {
    code: typeof code === 'number' ? code : undefined,
    message: typeof message === 'string' ? message : '',
  };
}
