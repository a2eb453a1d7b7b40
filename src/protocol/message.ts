/**
 * Messages of the client. A line is read to route it and is never rebuilt: its own bytes are forwarded.
 */

import { isRecord, rawAt } from './json.ts';
import { readJson } from './json-reader.ts';
import { BATCH_LIMIT } from './limits.ts';
import { withText } from './message-bytes.ts';
import { type Kind, Problem } from './problem.ts';
import {
  bytesAt,
  isObjectAt,
  isStringAt,
  lastNamed,
  membersNamed,
  messagesIn,
  type Place,
  rawAtPlace,
  type Structure,
  valueAt,
} from './structure.ts';
import { encodeUtf8 } from './utf8.ts';

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

/** Decides what a text is. Throws nothing, whatever the text. */
export function peek(text: string): Message | Refused | Dropped {
  return readMessage(encodeUtf8(text)) ?? refuseSyntax();
}

export function refuseSyntax(): Refused {
  return refuse('The line is not valid JSON.', [], { rpc: -32700 });
}

/**
 * Decides what the bytes of a line are.
 *
 * @param bytes - must not change any more
 * @returns undefined if they are not JSON in UTF-8
 */
export function readMessage(bytes: Uint8Array): Message | Refused | Dropped | undefined {
  const json = readJson(bytes);
  if (json === undefined) return undefined;
  if (json.type === 'excess') return refuse(`The message ${json.sentence}.`);
  return json.isArray ? readBatch(json) : readOne(json, 0, bytes);
}

/** @param bytes - those of the message, which may have white space around it */
function readOne(json: Structure, message: Place, bytes: Uint8Array): Single | Refused | Dropped {
  if (!isObjectAt(json, message)) {
    return refuse('The line is JSON, but not a JSON-RPC message: it has to be an object.');
  }
  const named = (name: string) => membersNamed(json, message, name);
  const [version, otherVersion] = named('jsonrpc');
  const [idPlace, otherId] = named('id');
  const [methodPlace, otherMethod] = named('method');
  const id = idPlace === undefined || otherId !== undefined ? undefined : rawAtPlace(json, idPlace);
  const soundId = id !== undefined && isSoundId(id) ? id : undefined;
  const ids = soundId === undefined ? [] : [soundId];
  // Their meaning depends on the reader when they stand twice (CVE-2026-27896).
  const twice = otherVersion !== undefined ? 'jsonrpc' : otherId !== undefined ? 'id' : otherMethod && 'method';
  if (twice !== undefined) return refuse(`The member "${twice}" stands twice in the message.`, ids);

  const isVersion2 = version !== undefined && isStringAt(json, version, '2.0');
  if (methodPlace === undefined) {
    const [hasResult, hasError] = [named('result').length > 0, named('error').length > 0];
    if (hasResult || hasError) return readResponse(isVersion2, hasResult && hasError, soundId, bytes);
  }
  if (!isVersion2) return refuse('The message lacks "jsonrpc":"2.0".', ids);
  const method = methodPlace === undefined ? undefined : valueAt(json, methodPlace);
  if (typeof method !== 'string') return refuse('The message has neither a method nor a result or error.', ids);
  if (id !== undefined && soundId === undefined) return refuse('The id of a request has to be a string or an integer.');

  const modern = modernParts(json, lastNamed(json, message, 'params'));
  return soundId === undefined
    ? withText<Notification>({ kind: 'notification', method, text: '', modern }, bytes)
    : withText<Request>({ kind: 'request', id: soundId, method, text: '', modern }, bytes);
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
function readBatch(json: Structure): Batch | Refused {
  const places = messagesIn(json);
  if (places.length === 0) return refuse('The line is an empty array, not a JSON-RPC message.');
  if (places.length > BATCH_LIMIT) return refuse(`The batch holds more than ${BATCH_LIMIT} messages.`);
  const all = places.map((place) => readOne(json, place, bytesAt(json, place)));
  const ids = all.flatMap((one) => (one.kind === 'request' ? [one.id] : one.kind === 'refused' ? one.ids : []));
  const messages = all.filter((one) => one.kind !== 'refused' && one.kind !== 'dropped');
  const isSound = messages.length === all.length && !messages.some((one) => isInitialize(one) || isModern(one));
  if (!isSound) return refuse('The batch holds what cannot stand in one.', ids);
  return withText<Batch>({ kind: 'batch', messages, text: '' }, json.bytes);
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

function readResponse(isVersion2: boolean, hasBoth: boolean, id: Id | undefined, bytes: Uint8Array): Single | Dropped {
  if (!isVersion2) return { kind: 'dropped', because: 'it lacks "jsonrpc":"2.0"' };
  if (hasBoth) return { kind: 'dropped', because: 'it has both a result and an error' };
  if (id === undefined) return { kind: 'dropped', because: 'it answers no id' };
  return withText<ClientResponse>({ kind: 'response', id, text: '' }, bytes);
}

function modernParts(json: Structure, paramsPlace: Place | undefined): ModernParts | undefined {
  const metaPlace = paramsPlace === undefined ? undefined : lastNamed(json, paramsPlace, '_meta');
  if (paramsPlace === undefined || metaPlace === undefined) return undefined;
  const meta = valueAt(json, metaPlace);
  // An own member only: `{"__proto__":{...}}` has no version.
  const version = isRecord(meta) && Object.hasOwn(meta, VERSION_KEY) ? meta[VERSION_KEY] : undefined;
  const params = typeof version === 'string' ? valueAt(json, paramsPlace) : undefined;
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

/** Ids are strings or integers; an integer may be written `1.0` or `1e2`. [MCP 2025-11-25, basic, Requests] */
function isSoundId(raw: Id): boolean {
  if (raw.startsWith('"')) return true;
  return /^-?\d/.test(raw) && (Number.isInteger(Number(raw)) || /^-?\d+$/.test(raw));
}
