/** Keeps what the process holds near to what it needs: V8 is made for programs with more to do than a bridge. */

import { getHeapSpaceStatistics, setFlagsFromString } from 'node:v8';
import type { WriteLine } from '../ports.ts';

/** Lines between two looks. */
const LINES = 128;
/** Space for young objects from which on it does not grow, in bytes. */
const YOUNG_BYTES = 4_000_000;

/**
 * V8 doubles the space for young objects up to twice 16 MB under any steady load, and gives it back only when it collects
 * everything, which a bridge of so few old objects hardly ever makes it do. The young objects of a bridge are those of the
 * calls in flight, and far less is enough for them.
 *
 * @param before - called before V8 gets another flag: what it compiles from then on it takes in no other process
 * @returns what writes lines just so, and sees by them how much there is to do
 */
export function thrifty(write: WriteLine, before: () => void): WriteLine {
  let lines = 0;
  let isCapped = false;

  function look(): void {
    const young = getHeapSpaceStatistics().find(({ space_name: name }) => name === 'new_space');
    if (young === undefined || young.space_size < YOUNG_BYTES) return;
    isCapped = true;
    before();
    // It is multiplied by this when it grows.
    setFlagsFromString('--semi-space-growth-factor=1');
  }

  return (line) => {
    if (!isCapped && ++lines % LINES === 0) look();
    return write(line);
  };
}
