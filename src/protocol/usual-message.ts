/** A line as clients usually write it, read from its bytes; whatever is in any way unusual is left to `peek`. */

import { excessOf } from './json.ts';
import { type Notification, type Request, VERSION_KEY } from './message.ts';
import { holdText, shortText } from './raw-text.ts';
import { innerMembers, onlyMembers, rawValue, scanMessage } from './scan.ts';

const MEMBERS = ['jsonrpc', 'id', 'method', 'params'];
/** A string without escapes, and an integer that everybody reads alike. */
const PLAIN_STRING = /^"[^\\]*"$/;
const PLAIN_ID = /^(?:".*"|-?\d{1,15})$/s;

/** @returns what `peek` would find in the text; undefined where that has to look */
export function readUsual(bytes: Uint8Array): Request | Notification | undefined {
  const scanned = scanMessage(bytes);
  if (scanned === undefined) return undefined;
  const [jsonrpc, id, method, params] = onlyMembers(scanned, bytes, MEMBERS) ?? [];
  if (jsonrpc === undefined || method === undefined) return undefined;
  const text = shortText(bytes);
  const rawMethod = rawValue(scanned, bytes, method, text);
  if (rawValue(scanned, bytes, jsonrpc, text) !== '"2.0"' || !PLAIN_STRING.test(rawMethod)) return undefined;
  if (params !== undefined) {
    const metas = innerMembers(scanned, bytes, params, '_meta');
    if (metas.some((meta) => mayHaveVersion(rawValue(scanned, bytes, meta, text)))) return undefined;
  }
  const rest = { method: rawMethod.slice(1, -1), text: text ?? '', modern: undefined };
  let message: Request | Notification;
  if (id === undefined) message = { kind: 'notification', ...rest };
  else {
    const rawId = rawValue(scanned, bytes, id, text);
    if (!PLAIN_ID.test(rawId)) return undefined;
    message = { kind: 'request', id: rawId, ...rest };
  }
  return text === undefined ? holdText(message, 'text', bytes) : message;
}

/** Whether it says a version, or might. */
function mayHaveVersion(meta: string): boolean {
  if (!meta.startsWith('{')) return false;
  return excessOf(meta) !== undefined || Object.hasOwn(JSON.parse(meta), VERSION_KEY);
}
