/** What the server sends, and how it goes to the client: as the server wrote it, on one line. */

import { elements, excessOf, isRecord, members, splice } from './json.ts';
import { KEPT_TEXT_CHARS } from './limits.ts';
import type { Id } from './message.ts';

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
 * @returns undefined where the text is not a JSON-RPC message, or is not parsed since that would cost too much
 */
export function readIncoming(text: string): Incoming[] | undefined {
  if (excessOf(text) !== undefined) return undefined;
  let copy: unknown;
  try {
    copy = JSON.parse(text);
  } catch {
    return undefined;
  }
  if (!Array.isArray(copy)) {
    const one = classify(text, copy);
    return one && [one];
  }
  const all = elements(text).map(({ start, end }, index) => classify(text.slice(start, end), copy[index]));
  return all.length > 0 && all.every((one) => one !== undefined) ? all : undefined;
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

function classify(text: string, copy: unknown): Incoming | undefined {
  // Other JSON has an `error` too: what is not JSON-RPC must not become an answer that no client can read.
  if (!isRecord(copy) || copy['jsonrpc'] !== '2.0') return undefined;
  if (Object.hasOwn(copy, 'method')) {
    const id = Object.hasOwn(copy, 'id') ? idIn(text) : undefined;
    // The id is kept until the client answers.
    return id !== undefined && id.length > KEPT_TEXT_CHARS ? undefined : { kind: 'server-message', text, id };
  }
  const error = Object.hasOwn(copy, 'error') ? copy['error'] : undefined;
  if (!isRecord(error) && !Object.hasOwn(copy, 'result')) return undefined;
  const id = idIn(text);
  return {
    kind: 'answer',
    id: id === 'null' ? undefined : id,
    text,
    error: isRecord(error) ? rpcError(error) : undefined,
  };
}

function idIn(text: string): Id | undefined {
  const span = members(text).findLast((member) => member.key === 'id');
  return span === undefined ? undefined : text.slice(span.start, span.end);
}

function rpcError({ code, message }: { code?: unknown; message?: unknown }): RpcError {
  return {
    code: typeof code === 'number' ? code : undefined,
    message: typeof message === 'string' ? message : '',
  };
}
