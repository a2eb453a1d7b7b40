/**
 * Keeps what the process holds near to what it needs. V8 doubles the space for young objects up to twice 16 MB under any
 * steady load, and gives it back only when it collects everything, which a bridge of so few old objects hardly ever makes
 * it do. The young objects of a bridge are those of the calls in flight, and far less is enough for them.
 */

import type { WriteLine } from '../ports.ts';

/** Lines between two looks. */
const LINES = 128;
/** Space for young objects from which on it does not grow, in bytes: with a quarter, 64 calls at a time cost half as much again. */
const YOUNG_BYTES = 8_000_000;

/** @returns what writes lines just so, and sees by them how much there is to do */
export function thrifty(write: WriteLine): WriteLine {
  let lines = 0;
  let isCapped = false;

  async function look(): Promise<void> {
    const { getHeapSpaceStatistics, setFlagsFromString } = await import('node:v8');
    const young = getHeapSpaceStatistics().find(({ space_name: name }) => name === 'new_space');
    if (isCapped || young === undefined || young.space_size < YOUNG_BYTES) return;
    isCapped = true;
    // It is multiplied by this when it grows.
    setFlagsFromString('--semi-space-growth-factor=1');
  }

  return (line) => {
    if (!isCapped && ++lines % LINES === 0) void look();
    return write(line);
  };
}
