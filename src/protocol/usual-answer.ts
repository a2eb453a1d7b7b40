/** An answer as servers usually write it, read from its bytes; whatever is in any way unusual is left to `readIncoming`. */

import type { Answer } from './incoming.ts';
import { holdText, shortText } from './raw-text.ts';
import { onlyMembers, rawValue, scanMessage } from './scan.ts';

const MEMBERS = ['jsonrpc', 'id', 'result'];

/** @returns the one answer with a result, on one line, that the bytes are; undefined where they are not, or may not be */
export function readUsualAnswer(bytes: Uint8Array): Answer | undefined {
  const scanned = scanMessage(bytes);
  if (scanned === undefined || !scanned.isOneLine) return undefined;
  const [jsonrpc, id, result] = onlyMembers(scanned, bytes, MEMBERS) ?? [];
  if (jsonrpc === undefined || result === undefined) return undefined;
  const text = shortText(bytes);
  if (rawValue(scanned, bytes, jsonrpc, text) !== '"2.0"') return undefined;
  const rawId = id === undefined ? 'null' : rawValue(scanned, bytes, id, text);
  const answer: Answer = {
    kind: 'answer',
    id: rawId === 'null' ? undefined : rawId,
    text: text ?? '',
    error: undefined,
  };
  return text === undefined ? holdText(answer, 'text', bytes) : answer;
}
