import { expect, test } from 'vitest';
import { Arriving, type Tap } from '../../src/node/arriving.ts';

const CHUNK = new Uint8Array(8 * 1024);

/** A tap that counts how often it is turned. */
function countingTap(): Tap & { turns: number } {
  let paused = false;
  return {
    turns: 0,
    get paused() {
      return paused;
    },
    pause() {
      if (!paused) this.turns++;
      paused = true;
    },
    resume() {
      paused = false;
    },
    abort() {},
  };
}

test('a sender that is held back goes on for many chunks, not for one: each time costs a copy of all that waits (T128, T136)', async () => {
  const tap = countingTap();
  const body = new Arriving(tap);
  const chunks = 2_000;
  for (let sent = 0, read = 0; read < chunks; read++) {
    while (sent < chunks && !tap.paused) {
      body.push(CHUNK);
      sent++;
    }
    expect((await body.next()).value).toBe(CHUNK);
  }
  // 16 MB, of which some 200 KiB come between two turns.
  expect(tap.turns).toBeLessThan(120);
  expect(tap.turns).toBeGreaterThan(10);
});
