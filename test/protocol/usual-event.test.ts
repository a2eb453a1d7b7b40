import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { SseReader } from '../../src/protocol/sse.ts';
import { onlyEvent, UsualEvent } from '../../src/protocol/usual-event.ts';

const bytes = (text: string): Uint8Array => Buffer.from(text);
const text = (of: Uint8Array | undefined): string | undefined => of && Buffer.from(of).toString();

describe('onlyEvent', () => {
  it.each([
    ['event: message\ndata: {"a":1}\n\n', '{"a":1}'],
    ['event:message\r\ndata:{"a":1}\r\n\r\n', '{"a":1}'],
    ['data: {"a":"\u{1f600}"}\n\n', '{"a":"\u{1f600}"}'],
    ['data:  a\n\n', ' a'],
    ['data:\n\n', ''],
  ])('finds the data of %j', (stream, data) => {
    expect(text(onlyEvent(bytes(stream)))).toBe(data);
  });

  it.each([
    'event: ping\ndata: a\n\n',
    'event: messages\ndata: a\n\n',
    'events: message\ndata: a\n\n',
    'id: 1\ndata: a\n\n',
    'data: a\nid: 1\n\n',
    'data: a\ndata: b\n\n',
    'data: a\rdata: b\n\n',
    'data: a\n',
    'data: a',
    'data: a\n\n\n',
    'data: a\n\ndata: b\n\n',
    ': hello\n\ndata: a\n\n',
    '\ufeffdata: a\n\n',
    'event: message\n\n',
    '{"a":1}',
    '',
  ])('leaves %j to the reader of streams', (stream) => {
    expect(onlyEvent(bytes(stream))).toBeUndefined();
  });
});

/** The data of all events, the first one found in its bytes where it is a usual one. */
function dataOf(chunks: readonly Uint8Array[]): string[] {
  const reader = new SseReader(1_000_000);
  const decoder = new TextDecoder();
  const read = (chunk: Uint8Array) => reader.push(decoder.decode(chunk, { stream: true }));
  const data: string[] = [];
  let usual: UsualEvent | undefined = new UsualEvent(Buffer.concat);
  for (const chunk of chunks) {
    const found = usual?.push(chunk);
    if (found === undefined) data.push(...read(chunk));
    else if (found.is !== 'begun') {
      if (found.is === 'event') data.push(text(found.data) ?? '');
      for (const piece of found.is === 'event' ? [found.rest] : (usual?.pieces ?? [])) data.push(...read(piece));
      usual = undefined;
    }
  }
  return data;
}

describe('UsualEvent', () => {
  it('finds with the reader of streams behind it what that finds alone, however a stream is cut', () => {
    const line = fc.constantFrom(
      'event: message',
      'event:message',
      'event: ping',
      'data: {"jsonrpc":"2.0","id":1,"result":{}}',
      'data:\u{1f600}\u2028',
      'data',
      'id: 7',
      ': still here',
      '',
    );
    const stream = fc.array(fc.tuple(line, fc.constantFrom('\n', '\n', '\r\n', '\r')), { maxLength: 12 });
    fc.assert(
      fc.property(stream, fc.array(fc.nat(200), { maxLength: 6 }), (lines, cuts) => {
        const whole = Buffer.from(lines.map((pair) => pair.join('')).join(''));
        const ends = [...cuts.filter((cut) => cut < whole.length), whole.length].sort((a, b) => a - b);
        const chunks = ends.map((end, index) => whole.subarray(index === 0 ? 0 : ends[index - 1], end));
        const alone = new SseReader(1_000_000).push(whole.toString());
        expect(dataOf(chunks.filter(({ length }) => length > 0))).toEqual(alone);
      }),
      { numRuns: 10_000 },
    );
  });
});
