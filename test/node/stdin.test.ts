import { Readable } from 'node:stream';
import { setImmediate as turn } from 'node:timers/promises';
import { expect, test } from 'vitest';
import { from, readLines } from '../../src/node/stdin.ts';

const TURNS = 50;

async function rest(lines: AsyncIterable<{ readonly is: string }>): Promise<number> {
  let count = 0;
  for await (const line of lines) if (line.is === 'whole') count++;
  return count;
}

test('a client is read no further than a little beyond what is asked for, and loses nothing by it', async () => {
  const chunk = Buffer.from(`${'x'.repeat(1023)}\n`.repeat(64));
  const chunks = 200;
  let read = 0;
  const stream = new Readable({
    read() {
      this.push(read++ < chunks ? chunk : null);
    },
  });
  const lines = readLines(from(stream));
  for (let i = 0; i < TURNS; i++) await turn();
  // 64 KiB each: four of them are enough, and one or two more are in the stream itself.
  expect(read).toBeLessThan(12);
  expect(await rest(lines)).toBe(chunks * 64);
});

test('what a client has sent whole before its connection broke is taken, and nothing behind our own end', async () => {
  for (const isBroken of [true, false]) {
    const stream = new Readable({ read() {} });
    const lines = readLines(from(stream));
    stream.push('a\nb\nhalf');
    for (let i = 0; i < TURNS; i++) await turn();
    stream.destroy(isBroken ? new Error('reset') : undefined);
    for (let i = 0; i < TURNS; i++) await turn();
    expect(await rest(lines)).toBe(isBroken ? 2 : 0);
  }
});

test('a stream that other code has paused and given an encoding is read all the same (T205)', async () => {
  const stream = new Readable({ read() {} });
  stream.setEncoding('utf8').pause();
  stream.push('{"a":"\u00e9"}\nb\n');
  stream.push(null);
  expect(await rest(readLines(from(stream)))).toBe(2);
});
