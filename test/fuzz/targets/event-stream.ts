import { deepStrictEqual } from 'node:assert/strict';
import fc from 'fast-check';
import { SseReader } from '../../../src/protocol/sse.ts';
import { type Choices, cut, grown } from '../choices.ts';
import { readStream } from '../event-stream-oracle.ts';
import type { Target } from '../target.ts';

const LINES = [
  ...['', '', '', 'data: a', 'data:a', 'data:  a', 'data', 'data:', 'data: {"jsonrpc":"2.0"}', 'data: 漢😀\u2028'],
  ...['id: 7', 'id:', 'id', 'id: a\0b', 'id: ä', 'event: message', 'event: ping', 'event', 'event:', ': comment', ':'],
  ...['retry: 500', 'retry: 0', 'retry: x', 'retry: 99999999', 'retry', 'foo: bar', 'Data: a', ' data: a', 'data : a'],
  ...['\ufeffdata: a', 'data: \ufeff', 'dat', 'idx: 1', 'events: x', 'data:\t a', 'data: a: b', 'i', '\0'],
];
const ENDS = ['\n', '\n', '\r\n', '\r'];

const utf8 = new TextDecoder('utf-8', { ignoreBOM: true });
const text = (bytes: Uint8Array): string => utf8.decode(bytes);

/** The pieces of a stream, cut anywhere: also between CR and LF, and within a character. */
function growPieces(choices: Choices): Uint8Array[] {
  const lines = choices.several(20, () => choices.of(LINES) + choices.of(ENDS));
  const unfinished = choices.oneIn(3) ? choices.of(LINES) : '';
  return cut(new Uint8Array(Buffer.from(lines.join('') + unfinished)), choices);
}

/** T115 to T118, T124: what the standard reads, for every way to cut the text. */
export const eventStream: Target = {
  name: 'event stream',
  share: 12,
  property: fc.property(grown(120, growPieces), (pieces) => {
    const reader = new SseReader(10_000);
    const data = pieces.flatMap((piece) => reader.push(piece)).map(text);
    // A byte order mark is removed at the beginning only.
    const expected = readStream(new TextDecoder().decode(Buffer.concat(pieces)));
    deepStrictEqual(data, expected.data);

    const { bookmark } = reader;
    const canBeSent = expected.lastEventId !== undefined && /^[\x21-\x7e]+$/.test(expected.lastEventId);
    deepStrictEqual(bookmark?.lastEventId, canBeSent ? expected.lastEventId : undefined);
    if (bookmark && expected.retryMs !== undefined) {
      const bounded = expected.retryMs < 100 ? 1_000 : Math.min(expected.retryMs, 60_000);
      deepStrictEqual(bookmark.retryMs, bounded);
    }
  }),
};

/** T187: an event beyond the limit is said, one below it never is, however the text is cut. */
export const eventLimit: Target = {
  name: 'event limit',
  share: 3,
  property: fc.property(
    grown(40, (choices) => {
      const chars = choices.below(120);
      const stream = `: hello\n\ndata: ${'x'.repeat(chars)}\n\ndata: b\n\n`;
      return { chars, pieces: cut(new Uint8Array(Buffer.from(stream)), choices) };
    }),
    ({ chars, pieces }) => {
      const reader = new SseReader(64);
      const data = pieces.flatMap((piece) => reader.push(piece)).map(text);
      // What is held is at most an event and the name of its field.
      if (chars <= 64 - 'data: '.length) {
        deepStrictEqual([data, reader.overflowed], [['x'.repeat(chars), 'b'], false]);
      }
      // Of what is beyond, nothing is made up: it is there whole, when one piece had it whole, or not at all.
      for (const one of data) deepStrictEqual([one.length === chars || one === 'b', true], [true, true]);
    },
  ),
};
