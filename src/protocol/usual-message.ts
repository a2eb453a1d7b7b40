/** A line as clients usually write it, read from its bytes; whatever is in any way unusual is left to `peek`. */

import { DEPTH_LIMIT, type Message, VERSION_KEY } from './message.ts';
import { decoded, holdText } from './raw-text.ts';
import { type ByteMember, isKey, scan } from './scan.ts';

const QUOTE = 0x22;
const OPEN_OBJECT = 0x7b;

/** @returns what `peek` would find in the text; undefined where that has to look */
export function readUsual(bytes: Uint8Array): Message | undefined {
  const members = scan(bytes, DEPTH_LIMIT)?.members;
  if (members === undefined) return undefined;
  let jsonrpc: ByteMember | undefined;
  let id: ByteMember | undefined;
  let method: ByteMember | undefined;
  let params: ByteMember | undefined;
  for (const member of members) {
    if (jsonrpc === undefined && isKey(bytes, member, 'jsonrpc')) jsonrpc = member;
    else if (id === undefined && isKey(bytes, member, 'id')) id = member;
    else if (method === undefined && isKey(bytes, member, 'method')) method = member;
    else if (params === undefined && isKey(bytes, member, 'params')) params = member;
    else return undefined;
  }
  if (jsonrpc === undefined || raw(bytes, jsonrpc) !== '"2.0"') return undefined;
  const name = method && plainString(bytes, method);
  if (name === undefined || (params && mayBeModern(bytes, params))) return undefined;
  if (id === undefined) {
    return holdText<Message & { text: string }>(
      { kind: 'notification', method: name, text: '', modern: undefined },
      'text',
      bytes,
    );
  }
  const rawId = raw(bytes, id);
  if (bytes[id.start] !== QUOTE && !/^-?\d{1,15}$/.test(rawId)) return undefined;
  return holdText<Message & { text: string }>(
    { kind: 'request', id: rawId, method: name, text: '', modern: undefined },
    'text',
    bytes,
  );
}

/** Whether `_meta` says a version, or might. */
function mayBeModern(bytes: Uint8Array, params: ByteMember): boolean {
  return params.inner.some(
    (member) =>
      isKey(bytes, member, '_meta') &&
      bytes[member.start] === OPEN_OBJECT &&
      Object.hasOwn(JSON.parse(raw(bytes, member)), VERSION_KEY),
  );
}

function plainString(bytes: Uint8Array, member: ByteMember): string | undefined {
  const text = raw(bytes, member);
  return text.startsWith('"') && !text.includes('\\') ? text.slice(1, -1) : undefined;
}

function raw(bytes: Uint8Array, { end, start }: ByteMember): string {
  return decoded(bytes.subarray(start, end));
}
