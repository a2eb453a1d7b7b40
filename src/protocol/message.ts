/**
 * What a line of the client is. The line is parsed to route it and is never rebuilt: `text` is what goes on.
 */

import { elements, excessOf, isBalanced, isRecord, members, rawAt } from './json.ts';
import { BATCH_LIMIT } from './limits.ts';
import { type Kind, Problem } from './problem.ts';

/** A request id as its sender wrote it: raw JSON text such as `1`, `"a"`, `1.0`, `9007199254740993`. */
export type Id = string;

/** What a message says of itself when it belongs to the modern era. */
export interface ModernParts {
  readonly version: string;
  /** Parsed copy of `params`, for the headers that repeat parts of it. */
  readonly params: Readonly<Record<string, unknown>>;
}

export interface Request {
  readonly kind: 'request';
  readonly id: Id;
  readonly method: string;
  readonly text: string;
  readonly modern: ModernParts | undefined;
}

export interface Notification {
  readonly kind: 'notification';
  readonly method: string;
  readonly text: string;
  readonly modern: ModernParts | undefined;
}

/** The client's answer to a request of the server. */
export interface ClientResponse {
  readonly kind: 'response';
  readonly id: Id;
  readonly text: string;
}

/** Several messages in one array, as 2025-03-26 alone has them. */
export interface Batch {
  readonly kind: 'batch';
  readonly messages: readonly Single[];
  readonly text: string;
}

type Single = Request | Notification | ClientResponse;

export type Message = Single | Batch;

/** A line that is not forwarded, but answered: with `problem`, once for each id, or once without one. */
export interface Refused {
  readonly kind: 'refused';
  readonly ids: readonly Id[];
  readonly problem: Problem;
  /** It is a header before a message: it is enough to be told once. */
  readonly isHeader?: true;
}

/** A broken answer of the client: logged, since an answer is never answered. */
export interface Dropped {
  readonly kind: 'dropped';
  readonly because: string;
}

/** `params._meta` member whose presence makes a message modern. [MCP 2026-07-28, basic] */
export const VERSION_KEY = 'io.modelcontextprotocol/protocolVersion';

/** Members whose meaning depends on the reader when they stand twice (CVE-2026-27896). */
const UNIQUE_KEYS = ['jsonrpc', 'id', 'method'];

/** Decides what a line is. Throws nothing, whatever the text. */
export function peek(text: string): Message | Refused | Dropped {
  const excess = excessOf(text);
  if (excess !== undefined) return isBalanced(text) ? refuse(`The message ${excess}.`) : refuseSyntax();
  const copy = parse(text);
  if (copy === undefined) return refuseSyntax();
  return Array.isArray(copy) ? peekBatch(text) : peekOne(text, copy);
}

function refuseSyntax(): Refused {
  return refuse('The line is not valid JSON.', [], { rpc: -32700 });
}

function peekOne(text: string, copy: unknown = JSON.parse(text)): Single | Refused | Dropped {
  if (!isRecord(copy)) return refuse('The line is JSON, but not a JSON-RPC message: it has to be an object.');

  const spans = members(text);
  const twice = UNIQUE_KEYS.find((key) => spans.filter((span) => span.key === key).length > 1);
  const [idSpan, otherId] = spans.filter((span) => span.key === 'id');
  const id = idSpan === undefined || otherId !== undefined ? undefined : text.slice(idSpan.start, idSpan.end);
  const idIsSound = id !== undefined && isSoundId(copy['id'], id);
  const ids = idIsSound ? [id] : [];
  if (twice !== undefined) return refuse(`The member "${twice}" stands twice in the message.`, ids);

  const method = own(copy, 'method');
  if (method === undefined && (Object.hasOwn(copy, 'result') || Object.hasOwn(copy, 'error'))) {
    return peekResponse(copy, idIsSound ? id : undefined, text);
  }
  if (own(copy, 'jsonrpc') !== '2.0') return refuse('The message lacks "jsonrpc":"2.0".', ids);
  if (typeof method !== 'string') return refuse('The message has neither a method nor a result or error.', ids);
  if (id !== undefined && !idIsSound) return refuse('The id of a request has to be a string or an integer.');

  const modern = modernParts(copy);
  return id === undefined
    ? { kind: 'notification', method, text, modern }
    : { kind: 'request', id, method, text, modern };
}

/** A string or an integer, as raw JSON text. */
const ID = String.raw`("(?:[^"\\]|\\.){0,1024}"|-?\d{1,1024})`;
/** The key itself, and not the end of another one that holds a quotation mark. */
const ID_KEY = String.raw`(?<!\\)"id"\s*:\s*`;
/** An id that stands before the first nested value: behind that, levels would have to be counted. */
const ID_IN_HEAD: RegExp = new RegExp(String.raw`^\s*\{[^{}[\]]*?${ID_KEY}${ID}\s*,`);
/** An id behind the last nested value, followed by scalar members at most: the last brace closes the message itself. */
const ID_IN_TAIL: RegExp = new RegExp(
  String.raw`${ID_KEY}${ID}\s*(?:,\s*"[^"\\]*"\s*:\s*(?:"[^"\\]*"|[\w.+-]+)\s*)*\}\s*$`,
);

/**
 * The id of a request of which only the two ends are known, as far as it can be told.
 *
 * @param head - decoded first bytes of a JSON text that is too long to be read
 * @param tail - decoded last bytes of it
 */
export function idOfTooLong(head: string, tail: string): Id | undefined {
  const isRequest = /"method"\s*:/.test(head) || /"method"\s*:/.test(tail);
  return isRequest ? (ID_IN_HEAD.exec(head)?.[1] ?? ID_IN_TAIL.exec(tail)?.[1]) : undefined;
}

export function isCancelled(message: Message): message is Notification {
  return message.kind === 'notification' && message.method === 'notifications/cancelled';
}

/** The raw id of the request that a `notifications/cancelled` names. */
export function cancelledId(notification: Notification): Id | undefined {
  return rawAt(notification.text, 'params', 'requestId');
}

/** A batch is one thing: an element that is no message spoils the whole of it. `initialize` is never in one. */
function peekBatch(text: string): Batch | Refused {
  const spans = elements(text);
  if (spans.length === 0) return refuse('The line is an empty array, not a JSON-RPC message.');
  if (spans.length > BATCH_LIMIT) return refuse(`The batch holds more than ${BATCH_LIMIT} messages.`);
  const all = spans.map(({ start, end }) => peekOne(text.slice(start, end)));
  const ids = all.flatMap((one) => (one.kind === 'request' ? [one.id] : one.kind === 'refused' ? one.ids : []));
  const messages = all.filter((one) => one.kind !== 'refused' && one.kind !== 'dropped');
  const isSound = messages.length === all.length && !messages.some((one) => isInitialize(one) || isModern(one));
  return isSound ? { kind: 'batch', messages, text } : refuse('The batch holds what cannot stand in one.', ids);
}

/** How a batch is answered where there are none: an error for each request in it, or one without id. */
export function refuseBatch({ messages }: Batch): Refused {
  const ids = messages.flatMap((message) => (message.kind === 'request' ? [message.id] : []));
  return refuse('Batching is not supported in this revision of the protocol.', ids);
}

function isInitialize(message: Single): boolean {
  return message.kind === 'request' && message.method === 'initialize';
}

export function isModern(message: Message): boolean {
  return (message.kind === 'request' || message.kind === 'notification') && message.modern !== undefined;
}

function peekResponse(copy: Record<string, unknown>, id: Id | undefined, text: string): Single | Dropped {
  if (own(copy, 'jsonrpc') !== '2.0') return { kind: 'dropped', because: 'it lacks "jsonrpc":"2.0"' };
  if (Object.hasOwn(copy, 'result') && Object.hasOwn(copy, 'error')) {
    return { kind: 'dropped', because: 'it has both a result and an error' };
  }
  return id === undefined ? { kind: 'dropped', because: 'it answers no id' } : { kind: 'response', id, text };
}

function modernParts(copy: Record<string, unknown>): ModernParts | undefined {
  const params = own(copy, 'params');
  const meta = isRecord(params) ? own(params, '_meta') : undefined;
  const version = isRecord(meta) ? own(meta, VERSION_KEY) : undefined;
  return typeof version === 'string' && isRecord(params) ? { version, params } : undefined;
}

/** A refusal of the kind `badMessage`, code -32600, unless it is said otherwise. */
export function refuse(
  sentence: string,
  ids: readonly Id[] = [],
  { kind = 'badMessage', rpc = -32600 }: { readonly kind?: Kind; readonly rpc?: number } = {},
): Refused {
  return { kind: 'refused', ids, problem: new Problem(kind, sentence, { rpc }) };
}

/** `undefined` for text that is not JSON, which no JSON text parses to. */
function parse(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}

/** Ids are strings or integers; an integer may be written `1.0` or `1e2`. [MCP 2025-11-25, basic, Requests] */
function isSoundId(value: unknown, raw: Id): boolean {
  if (typeof value === 'string') return true;
  if (typeof value !== 'number') return false;
  return Number.isInteger(value) ? true : /^-?\d+$/.test(raw);
}

/** Reads an own member only: `{"__proto__":{"method":"x"}}` has no method. */
function own(record: Readonly<Record<string, unknown>>, key: string): unknown {
  return Object.hasOwn(record, key) ? record[key] : undefined;
}
