import { deepStrictEqual } from 'node:assert/strict';
import fc from 'fast-check';
import { type Line, LineSplitter } from '../../../src/protocol/lines.ts';
import { type Choices, cut, grown } from '../choices.ts';
import type { Target } from '../target.ts';

const BYTES = [0x61, 0x0a, 0x0d, 0x0a, 0x7b, 0x00, 0xe2, 0x80, 0xa8, 0xff, 0x20];
/** As much of both ends of a line that is too long is kept. */
const KEPT_BYTES = 4096;

interface Case {
  readonly limitBytes: number;
  readonly chunks: readonly Uint8Array[];
}

function growCase(choices: Choices): Case {
  const limitBytes = choices.below(40);
  const runs = choices.several(60, () => new Uint8Array(1 + choices.below(4)).fill(choices.of(BYTES)));
  // Once in a while a line that is longer than what is kept of it.
  if (choices.oneIn(40)) runs.splice(choices.below(runs.length + 1), 0, new Uint8Array(5_000).fill(0x78));
  return { limitBytes, chunks: cut(new Uint8Array(Buffer.concat(runs)), choices) };
}

/** The lines of a whole stream that are not blank. */
function linesOf(whole: Buffer): string[] {
  return whole
    .toString('latin1')
    .split('\n')
    .filter((line) => line !== '' && line !== '\r');
}

function check(line: Line, expected: string, limitBytes: number): void {
  const text = (bytes: Uint8Array) => Buffer.from(bytes).toString('latin1');
  const withoutCr = expected.endsWith('\r') ? expected.slice(0, -1) : expected;
  deepStrictEqual(line.is, withoutCr.length <= limitBytes ? 'whole' : 'too-long');
  if (line.is === 'whole') {
    deepStrictEqual(text(line.bytes), withoutCr);
    return;
  }
  // Whether the CR of a CRLF is in what is kept of a line that nobody will read is all the same.
  const [head, tail] = [text(line.head), text(line.tail)];
  deepStrictEqual(expected.startsWith(head), true);
  deepStrictEqual(expected.endsWith(tail) || withoutCr.endsWith(tail), true);
  deepStrictEqual(head.length >= Math.min(KEPT_BYTES, limitBytes), true);
  deepStrictEqual(tail.length >= Math.min(KEPT_BYTES, withoutCr.length), true);
}

/** T001 to T006, T023, T030: the same lines for every way to cut the bytes, and those that stand in them. */
export const lines: Target = {
  name: 'line splitter',
  share: 10,
  property: fc.property(grown(220, growCase), ({ chunks, limitBytes }) => {
    const splitter = new LineSplitter(limitBytes);
    const split = chunks.flatMap((chunk) => splitter.push(chunk));
    const last = splitter.end();
    if (last) split.push(last);
    const expected = linesOf(Buffer.concat(chunks));
    deepStrictEqual(split.length, expected.length);
    for (const [index, line] of split.entries()) check(line, expected[index] ?? '', limitBytes);
  }),
};
