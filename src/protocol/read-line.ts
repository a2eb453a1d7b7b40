/** From the bytes of a line to the message in it, or to what is said about it. */

import type { Line } from './lines.ts';
import { type Dropped, idOfTooLong, type Message, type Refused, readMessage, refuse, refuseSyntax } from './message.ts';
import { withoutMark } from './utf8.ts';

const strict = new TextDecoder('utf-8', { fatal: true });
const lenient = new TextDecoder('utf-8', { fatal: false });

/** @returns undefined for a blank line, which means nothing */
export function readLine(line: Line): Message | Refused | Dropped | undefined {
  if (line.is === 'too-long') {
    const id = idOfTooLong(lenient.decode(line.head), lenient.decode(line.tail));
    return refuse('The message is too large.', id === undefined ? [] : [id], { kind: 'tooLarge' });
  }
  const message = readMessage(withoutMark(line.bytes));
  if (message !== undefined) return message;
  const text = decode(line.bytes);
  if (text === undefined) return unreadable(line.bytes, 'The line is not valid UTF-8.');
  // A zero byte alone is what UTF-16 leaves behind its last line feed.
  if (text.trim() === '' || text === '\0') return undefined;
  if (looksLikeUtf16(line.bytes)) return unreadable(line.bytes, '');
  return LSP_HEADER.test(text) ? { ...refuse(LSP_FRAMING, [], { rpc: -32700 }), isHeader: true } : refuseSyntax();
}

/** What stands before each message on the wire of a language server. [LSP 3.17, Base protocol, header part] */
const LSP_HEADER = /^Content-(?:Length|Type)\s*:[^{}]{0,200}$/i;
const LSP_FRAMING =
  'The line is a header as language servers have them: on stdio MCP has one message on each line, and no headers.';

/** A byte order mark at the beginning goes; bytes that are no UTF-8 are refused, not turned into U+FFFD. */
function decode(bytes: Uint8Array): string | undefined {
  try {
    return strict.decode(bytes);
  } catch {
    return undefined;
  }
}

function unreadable(bytes: Uint8Array, sentence: string): Refused {
  return refuse(looksLikeUtf16(bytes) ? 'The line is UTF-16 text, not UTF-8.' : sentence, [], { rpc: -32700 });
}

/** A byte order mark, or zero bytes beside the letters: what a redirect in PowerShell makes. */
function looksLikeUtf16(bytes: Uint8Array): boolean {
  const [first, second] = bytes;
  if ((first === 0xff && second === 0xfe) || (first === 0xfe && second === 0xff)) return true;
  return bytes.filter((byte) => byte === 0).length > bytes.length / 4;
}
