import { expect, it } from 'vitest';
import type { Delivery } from '../../src/relay/correlation.ts';
import { handOver, Left, Pushed } from '../../src/relay/pushed.ts';

const said = (line: string): Delivery => ({ is: 'server-message', line });

async function linesOf(pushed: AsyncIterable<Delivery>, atMost = Number.POSITIVE_INFINITY): Promise<string[]> {
  const lines: string[] = [];
  for await (const { line } of pushed) if (lines.push(line) >= atMost) break;
  return lines;
}

it('what is pushed can be iterated over, in order and to its end', async () => {
  const pushed = new Pushed(async (sink) => {
    for (const line of ['one', 'two', 'three']) await sink(said(line));
  });
  expect(await linesOf(pushed)).toEqual(['one', 'two', 'three']);
});

it('what is pushed next waits until the one before was taken', async () => {
  const told: string[] = [];
  const pushed = new Pushed(async (sink) => {
    for (const line of ['one', 'two']) {
      await sink(said(line));
      told.push(`taken ${line}`);
    }
  });
  for await (const { line } of pushed) {
    await Promise.resolve();
    told.push(`read ${line}`);
  }
  expect(told).toEqual(['read one', 'taken one', 'read two', 'taken two']);
});

it('whoever pushes is told when nobody takes the rest, and has ended when the reader goes on', async () => {
  let met: unknown;
  const pushed = new Pushed(async (sink) => {
    try {
      for (;;) await sink(said('again'));
    } catch (thrown) {
      met = thrown;
      throw thrown;
    }
  });
  expect(await linesOf(pushed, 2)).toEqual(['again', 'again']);
  expect(met).toBeInstanceOf(Left);
});

it('a failure comes after what was pushed before it, whichever way it is read', async () => {
  const failing = () =>
    new Pushed(async (sink) => {
      await sink(said('one'));
      throw new Error('broken');
    });
  const lines: string[] = [];
  await expect(handOver(failing(), ({ line }) => void lines.push(line))).rejects.toThrow('broken');
  const iterated = (async () => {
    for await (const { line } of failing()) lines.push(line);
  })();
  await expect(iterated).rejects.toThrow('broken');
  expect(lines).toEqual(['one', 'one']);
});
