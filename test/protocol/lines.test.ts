import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { type Line, LineSplitter } from '../../src/protocol/lines.ts';

const LIMIT = 64;
const bytes = (text: string) => new TextEncoder().encode(text);
const text = (line: Line | undefined) =>
  line?.is === 'whole' ? new TextDecoder().decode(line.bytes) : line && 'too long';

function split(chunks: readonly Uint8Array[], limit = LIMIT): (string | undefined)[] {
  const splitter = new LineSplitter(limit);
  const lines = chunks.flatMap((chunk) => splitter.push(chunk).map(text));
  const last = splitter.end();
  return last ? [...lines, text(last)] : lines;
}

function cutAt(whole: Uint8Array, cuts: readonly number[]): Uint8Array[] {
  const ends = [...new Set(cuts.map((cut) => cut % (whole.length + 1)))].sort((a, b) => a - b);
  return [...ends, whole.length].map((end, index) => whole.subarray(ends[index - 1] ?? 0, end));
}

describe('LineSplitter', () => {
  it('ends a line at LF and strips the CR of CRLF, but no other CR (T001, T002)', () => {
    expect(split([bytes('one\ntwo\r\nth\rree\n')])).toEqual(['one', 'two', 'th\rree']);
  });

  it('does not end a line at U+2028, U+2029 or U+0085 (T005)', () => {
    expect(split([bytes('a\u2028b\u2029c\u0085d\n')])).toEqual(['a\u2028b\u2029c\u0085d']);
  });

  it('gives the last line when the stream ends without LF (T154)', () => {
    expect(split([bytes('one\ntwo')])).toEqual(['one', 'two']);
    expect(split([bytes('one\n')])).toEqual(['one']);
  });

  it('leaves out blank lines, however they end and are cut (T006)', () => {
    const whole = bytes('\n\r\none\n\n\r\ntwo\n\r');
    expect(split([whole])).toEqual(['one', 'two']);
    expect(split(Array.from(whole, (byte) => Uint8Array.of(byte)))).toEqual(['one', 'two']);
  });

  it('puts a message together from single bytes, through a four-byte character (T004)', () => {
    const whole = bytes('{"a":"😀"}\n');
    expect(split(Array.from(whole, (byte) => Uint8Array.of(byte)))).toEqual(['{"a":"😀"}']);
  });

  it('gives the same lines however the bytes are cut', () => {
    const piece = fc.constantFrom('\n', '\r', '\r\n', 'a', '{"x":1}', '😀', '\u2028', 'x'.repeat(40));
    const stream = fc.array(piece, { maxLength: 40 }).map((pieces) => bytes(pieces.join('')));
    fc.assert(
      fc.property(stream, fc.array(fc.nat(), { maxLength: 12 }), (whole, cuts) => {
        expect(split(cutAt(whole, cuts))).toEqual(split([whole]));
      }),
    );
  });

  it.each([
    ['at the limit is whole', LIMIT, '\n', 'x'.repeat(LIMIT)],
    ['at the limit with CRLF is whole', LIMIT, '\r\n', 'x'.repeat(LIMIT)],
    ['one byte beyond is too long', LIMIT + 1, '\n', 'too long'],
    ['one byte beyond with CRLF is too long', LIMIT + 1, '\r\n', 'too long'],
  ])('a line %s, in one chunk or in many (T023)', (_, length, end, expected) => {
    const whole = bytes(`${'x'.repeat(length)}${end}next\n`);
    expect(split([whole])).toEqual([expected, 'next']);
    expect(split(Array.from(whole, (byte) => Uint8Array.of(byte)))).toEqual([expected, 'next']);
  });

  it('keeps both ends of a line that is too long, for its id', () => {
    const splitter = new LineSplitter(100);
    const chunks = [bytes(`{"method":"x"${' '.repeat(5000)}`), bytes(' '.repeat(5000)), bytes('"id":7}\n')];
    const [line] = chunks.flatMap((chunk) => splitter.push(chunk));
    if (line?.is !== 'too-long') throw new Error('the line should be too long');
    expect(new TextDecoder().decode(line.head)).toMatch(/^\{"method":"x"/);
    expect(new TextDecoder().decode(line.tail)).toMatch(/"id":7\}$/);
    expect(line.head.length + line.tail.length).toBeLessThanOrEqual(8192);
  });

  it('gives lines that are its own: a chunk may be used again, and a line is not written over by the next', () => {
    const splitter = new LineSplitter(LIMIT);
    const chunk = bytes('one\ntwo\nthr');
    const lines = splitter.push(chunk);
    chunk.fill(120);
    lines.push(...splitter.push(bytes('ee\nfour\n')), ...splitter.push(bytes('five\n')));
    expect(lines.map(text)).toEqual(['one', 'two', 'three', 'four', 'five']);
  });

  it('gives long lines right, whatever the length of the one before', () => {
    const splitter = new LineSplitter(Number.POSITIVE_INFINITY);
    const lengths = [70_000, 1_000_000, 70_001, 5, 3_000_000, 200_000, 1_000_000];
    for (const [index, length] of lengths.entries()) {
      const whole = bytes(`${String(index).repeat(length)}\n`);
      const lines: Line[] = [];
      for (let at = 0; at < whole.length; at += 65_536) lines.push(...splitter.push(whole.subarray(at, at + 65_536)));
      expect(lines.map(text)).toEqual([String(index).repeat(length)]);
    }
  });

  it.each([15, 16, 17, 29, 31, 40])(
    'makes room for its limit and half of it at most, in pieces of %i KiB (T024)',
    (kib) => {
      const limit = 1024 * 1024;
      let room = 0;
      const splitter = new LineSplitter(limit, (bytes) => {
        room += bytes;
        return new Uint8Array(bytes);
      });
      const chunk = bytes('x'.repeat(kib * 1024));
      for (let sent = 0; sent < 3 * limit; sent += chunk.length) splitter.push(chunk);
      expect(splitter.push(bytes('\n')).map(text)).toEqual(['too long']);
      expect(room).toBeLessThanOrEqual(1.5 * limit + 1);
    },
  );

  it('takes linear time for a long line in small chunks (T025)', () => {
    const chunk = bytes('x'.repeat(16 * 1024));
    const seconds = [64, 512].map((count) => {
      const splitter = new LineSplitter(Number.POSITIVE_INFINITY);
      const started = performance.now();
      for (let i = 0; i < count; i++) splitter.push(chunk);
      splitter.push(bytes('\n'));
      return performance.now() - started;
    });
    // Eight times the bytes: quadratic work would take 64 times as long.
    expect(seconds[1]).toBeLessThan(32 * Math.max(seconds[0] ?? 0, 1));
  });
});
