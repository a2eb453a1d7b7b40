/** The part of a recorded message that a page shows: the arguments of a request, the result or error of an answer. Pure. */

import { rawAt } from '../protocol/json.ts';
import type { MessageEntry } from './entry.ts';

/** Maximum characters that are shown of one message. */
const MOST_CHARACTERS = 20_000;
/** Maximum characters of all messages, so that a browser can open the page. */
const MOST_IN_ALL = 24_000_000;

/** Ends a text that was cut. */
export const CUT_MARK = '\u2026';

/** @returns what to keep of the body of each message, in the order of the record */
export function shortBodies(): (entry: MessageEntry) => string | undefined {
  let left = MOST_IN_ALL;
  return (entry) => {
    const part = partOf(entry);
    if (part === undefined || left <= 0) return undefined;
    const shown = part.length > MOST_CHARACTERS ? `${part.slice(0, MOST_CHARACTERS)}${CUT_MARK}` : part;
    left -= shown.length;
    return shown;
  };
}

function partOf({ body, kind, method }: MessageEntry): string | undefined {
  if (body === undefined) return undefined;
  if (kind === 'answer') return rawAt(body, 'error') ?? rawAt(body, 'result');
  if (kind !== 'request') return undefined;
  return method === 'tools/call' ? rawAt(body, 'params', 'arguments') : rawAt(body, 'params');
}
