import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { SseReader } from '../../src/protocol/sse.ts';

/** One vector for each rule of the parsing section of the standard. */
const VECTORS: readonly [string, string, readonly string[]][] = [
  ['one event', 'data: a\n\n', ['a']],
  ['CRLF', 'data: a\r\n\r\ndata: b\r\n\r\n', ['a', 'b']],
  ['CR', 'data: a\r\rdata: b\r\r', ['a', 'b']],
  ['several data lines', 'data: a\ndata: b\n\n', ['a\nb']],
  ['a missing space', 'data:a\n\n', ['a']],
  ['one space only', 'data:  a\n\n', [' a']],
  ['a comment', ': nothing\n\ndata: a\n\n', ['a']],
  ['an unknown field', 'foo: bar\ndata: a\n\n', ['a']],
  ['a field without colon', 'data\n\n', ['']],
  ['event: message', 'event: message\ndata: a\n\n', ['a']],
  ['another event name', 'event: ping\ndata: x\n\ndata: a\n\n', ['a']],
  ['a priming event', 'id: 1\ndata:\n\ndata: a\n\n', ['', 'a']],
  ['no final blank line', 'data: a\n\ndata: cut\n', ['a']],
  ['nothing', '', []],
];

const bytes = (text: string): Uint8Array => Buffer.from(text);

const read = (chunks: readonly string[]) => {
  const reader = new SseReader(1000);
  return chunks.flatMap((chunk) => reader.push(bytes(chunk))).map((data) => Buffer.from(data).toString());
};

describe('SseReader', () => {
  it.each(VECTORS)(
    'reads %s, at every split and in single characters (T115, T116, T117, T118)',
    (_, text, expected) => {
      expect(read([text])).toEqual(expected);
      expect(read([...text])).toEqual(expected);
      for (let at = 1; at < text.length; at++) expect(read([text.slice(0, at), text.slice(at)])).toEqual(expected);
    },
  );

  it('gives the same events however the text is cut', () => {
    const line = fc.constantFrom('data: a', 'data:', ': c', 'id: 7', 'event: message', 'event: x', '', '', 'retry: 1');
    const stream = fc.array(fc.tuple(line, fc.constantFrom('\n', '\r\n', '\r')));
    fc.assert(
      fc.property(stream, fc.array(fc.nat()), (lines, cuts) => {
        const text = lines.map(([content, end]) => content + end).join('');
        const ends = cuts.map((cut) => cut % (text.length + 1)).sort((a, b) => a - b);
        const chunks = [...ends, text.length].map((end, index) => text.slice(ends[index - 1] ?? 0, end));
        expect(read(chunks)).toEqual(read([text]));
      }),
    );
  });

  it.each([
    ['data: a\n\n', undefined],
    ['id: 7\ndata: a\n\ndata: b\n\n', { lastEventId: '7', retryMs: undefined }],
    ['event: prime\nid: p\ndata:\n\n', { lastEventId: 'p', retryMs: undefined }],
    ['id: 1\nretry: 500\ndata:\n\n', { lastEventId: '1', retryMs: 500 }],
    ['id: 1\nretry: 0\ndata:\n\n', { lastEventId: '1', retryMs: 1_000 }],
    ['id: 1\nretry: -1\ndata:\n\n', { lastEventId: '1', retryMs: undefined }],
    ['id: 1\nretry: 999999999\ndata:\n\n', { lastEventId: '1', retryMs: 60_000 }],
    [`id: 1\nretry: ${'9'.repeat(500)}\ndata:\n\n`, { lastEventId: '1', retryMs: 60_000 }],
    ['id: ä\ndata: a\n\n', undefined],
    ['id: 7\n\n', { lastEventId: '7', retryMs: undefined }],
    ['id: 7\ndata: cut', undefined],
    [`id: 7\ndata: a\n\nid: ${'x'.repeat(2000)}\ndata: b\n\n`, undefined],
  ])('knows where to go on after %.40j (T119, T124)', (text, bookmark) => {
    const reader = new SseReader(10_000);
    reader.push(bytes(text));
    expect(reader.bookmark).toEqual(bookmark);
  });

  it('stops at an event beyond the limit, and says so (T187)', () => {
    const reader = new SseReader(1000);
    expect(reader.push(bytes('data: a\n\n'))).toHaveLength(1);
    reader.push(bytes(`data: ${'x'.repeat(2000)}`));
    expect(reader.overflowed).toBe(true);
    expect(reader.push(bytes('\n\ndata: b\n\n'))).toEqual([]);
  });
});
