/** An answer as servers usually write it, read from its bytes; whatever is in any way unusual is left to `readIncoming`. */

import type { Answer } from './incoming.ts';
import { DEPTH_LIMIT } from './message.ts';
import { decoded, holdText } from './raw-text.ts';
import { type ByteMember, isKey, scan } from './scan.ts';

/** @returns the one answer with a result, on one line, that the bytes are; undefined where they are not, or may not be */
export function readUsualAnswer(bytes: Uint8Array): Answer | undefined {
  const scanned = scan(bytes, DEPTH_LIMIT);
  if (scanned === undefined || !scanned.isOneLine) return undefined;
  let jsonrpc: ByteMember | undefined;
  let id: ByteMember | undefined;
  let result: ByteMember | undefined;
  for (const member of scanned.members) {
    if (jsonrpc === undefined && isKey(bytes, member, 'jsonrpc')) jsonrpc = member;
    else if (id === undefined && isKey(bytes, member, 'id')) id = member;
    else if (result === undefined && isKey(bytes, member, 'result')) result = member;
    else return undefined;
  }
  if (jsonrpc === undefined || raw(bytes, jsonrpc) !== '"2.0"' || result === undefined) return undefined;
  const rawId = id && raw(bytes, id);
  const known = { kind: 'answer', id: rawId === 'null' ? undefined : rawId, text: '', error: undefined } as const;
  return holdText<Answer>(known, 'text', bytes);
}

function raw(bytes: Uint8Array, { end, start }: ByteMember): string {
  return decoded(bytes.subarray(start, end));
}
