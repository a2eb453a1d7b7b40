import { getHeapSnapshot, getHeapSpaceStatistics } from 'node:v8';
import { expect, test } from 'vitest';
import { thrifty } from '../../src/node/memory.ts';
import type { WriteLine } from '../../src/ports.ts';

const ENOUGH_BYTES = 4_000_000;
const CALLS = 300_000;
const IN_FLIGHT = 5_000;

function youngBytes(): number {
  return getHeapSpaceStatistics().find(({ space_name: name }) => name === 'new_space')?.space_size ?? Number.NaN;
}

/** Many short-lived objects, of which there are some at a time, and a line for each. */
function work(write: WriteLine): void {
  let inFlight: object[] = [];
  for (let call = 0; call < CALLS; call++) {
    inFlight.push({ call });
    if (inFlight.length === IN_FLIGHT) inFlight = [];
    void write('');
  }
}

test('the space for young objects grows to what is enough, and does so again when V8 has made it small', async () => {
  const write = thrifty(
    () => undefined,
    () => {},
  );
  work(write);
  // Before it takes one, V8 collects everything, and makes the space as small as it can be.
  for await (const _ of getHeapSnapshot());
  expect(youngBytes()).toBeLessThan(ENOUGH_BYTES);
  work(write);
  expect(youngBytes()).toBeGreaterThanOrEqual(ENOUGH_BYTES);
  expect(youngBytes()).toBeLessThan(4 * ENOUGH_BYTES);
});
