/** What a line of the client is, worked out from the requirements instead of from the code. */

import { isUtf8 } from 'node:buffer';
import { depthOf, elementsOf, membersOf, type Raw } from './json-oracle.ts';

export type Expected =
  | { readonly kind: 'ignored' }
  | { readonly kind: 'dropped' }
  | { readonly kind: 'refused'; readonly rpc: number; readonly ids: readonly string[] }
  | {
      readonly kind: 'request' | 'notification' | 'response';
      readonly text: string;
      readonly id: string | undefined;
      readonly method: string | undefined;
      readonly modern: { readonly version: string; readonly params: object } | undefined;
    }
  | { readonly kind: 'batch'; readonly messages: readonly Expected[]; readonly text: string };

const DEEPEST = 10_000;
const LONGEST_BATCH = 1_000;

/** T006 to T022, T026 and T036. */
export function expectedOf(bytes: Uint8Array): Expected {
  if (!isUtf8(bytes)) return refused(-32700);
  const withMark = Buffer.from(bytes).toString('utf8');
  const text = withMark.startsWith('\ufeff') ? withMark.slice(1) : withMark;
  if (text.trim() === '' || text === '\0') return { kind: 'ignored' };
  if (!isJson(text)) return refused(-32700);
  if (depthOf(text) > DEEPEST) return refused(-32600);
  return text.trimStart().startsWith('[') ? batch(text) : single(text);
}

function batch(text: string): Expected {
  const elements = elementsOf(text);
  if (elements.length === 0 || elements.length > LONGEST_BATCH) return refused(-32600);
  const messages = elements.map((element) => single(element.text));
  const isSound = messages.every(
    (message) =>
      (message.kind === 'request' || message.kind === 'notification' || message.kind === 'response') &&
      message.modern === undefined &&
      !(message.kind === 'request' && message.method === 'initialize'),
  );
  if (isSound) return { kind: 'batch', messages, text };
  const ids = messages.flatMap((one) =>
    one.kind === 'refused' ? one.ids : one.kind === 'request' && one.id !== undefined ? [one.id] : [],
  );
  return refused(-32600, ids);
}

function single(text: string): Expected {
  if (!text.trimStart().startsWith('{')) return refused(-32600);
  const members = membersOf(text);
  const called = (key: string) => members.filter((member) => member.key === key);
  const [id, ...otherIds] = called('id').map((member) => member.text);
  const soundId = id !== undefined && otherIds.length === 0 && isSoundId(id) ? id : undefined;
  const ids = soundId === undefined ? [] : [soundId];
  if (['jsonrpc', 'id', 'method'].some((key) => called(key).length > 1)) return refused(-32600, ids);

  const [method] = called('method').map(parsed);
  const [version] = called('jsonrpc').map(parsed);
  const [hasResult, hasError] = [called('result').length > 0, called('error').length > 0];
  if (called('method').length === 0 && (hasResult || hasError)) {
    const isSound = version === '2.0' && hasResult !== hasError && soundId !== undefined;
    return isSound
      ? { kind: 'response', id: soundId, method: undefined, text, modern: undefined }
      : { kind: 'dropped' };
  }
  if (version !== '2.0' || typeof method !== 'string') return refused(-32600, ids);
  if (id !== undefined && soundId === undefined) return refused(-32600);
  return { kind: id === undefined ? 'notification' : 'request', id, method, text, modern: modernOf(text) };
}

/** A string or an integer, in whatever spelling. */
function isSoundId(raw: string): boolean {
  const value: unknown = JSON.parse(raw);
  return typeof value === 'string' || (typeof value === 'number' && (Number.isInteger(value) || /^-?\d+$/.test(raw)));
}

function modernOf(text: string): { version: string; params: object } | undefined {
  const params: unknown = membersOf(text)
    .filter(({ key }) => key === 'params')
    .map(parsed)
    .at(-1);
  if (!isPlainObject(params) || !Object.hasOwn(params, '_meta')) return undefined;
  const meta = params['_meta'];
  const key = 'io.modelcontextprotocol/protocolVersion';
  if (!isPlainObject(meta) || !Object.hasOwn(meta, key)) return undefined;
  const version = meta[key];
  return typeof version === 'string' ? { version, params } : undefined;
}

function parsed(raw: Raw): unknown {
  return JSON.parse(raw.text);
}

function isPlainObject(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

function refused(rpc: number, ids: readonly string[] = []): Expected {
  return { kind: 'refused', rpc, ids };
}

export function isJson(text: string): boolean {
  try {
    JSON.parse(text);
    return true;
  } catch {
    return false;
  }
}
