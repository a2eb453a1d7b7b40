/** Keeps what the process holds near to what it needs: V8 is made for programs with more to do than a bridge. */

import { getHeapSpaceStatistics, setFlagsFromString } from 'node:v8';
import { runInNewContext } from 'node:vm';
import type { WriteLine } from '../ports.ts';

/** Lines between two looks. */
const LINES = 128;
/** Space for young objects from which on it does not grow, in bytes. */
const YOUNG_BYTES = 4_000_000;

/** When there has been no line for so long, in milliseconds, nobody is held up by a collection. */
const QUIET_MS = 4_000;
/** Buffers that make it worth while, in bytes: some long messages. */
const BUFFERS_BYTES = 4_000_000;

/**
 * V8 doubles the space for young objects up to twice 16 MB under any steady load, and gives it back only when it collects
 * everything, which a bridge of so few old objects hardly ever makes it do. The young objects of a bridge are those of the
 * calls in flight, and far less is enough for them.
 *
 * @param before - called before V8 gets another flag: what it compiles from then on it takes in no other process
 * @returns what writes lines just so, and sees by them how much there is to do, and when there is nothing
 */
export function thrifty(write: WriteLine, before: () => void): WriteLine {
  let lines = 0;
  let isCapped = false;
  let timer: NodeJS.Timeout | undefined;

  function look(): void {
    const young = getHeapSpaceStatistics().find(({ space_name: name }) => name === 'new_space');
    if (young === undefined) return;
    const isEnough = young.space_size >= YOUNG_BYTES;
    if (isEnough === isCapped) return;
    isCapped = isEnough;
    before();
    // It is multiplied by this when it grows: by 2, as V8 has it, also when V8 has collected everything and made it small.
    setFlagsFromString(`--semi-space-growth-factor=${isEnough ? 1 : 2}`);
  }

  /** V8 collects when something is to be allocated, and so keeps what long messages took for as long as the client is silent. */
  function giveBackLater(): void {
    const seen = lines;
    timer = setTimeout(() => {
      timer = undefined;
      if (lines !== seen) giveBackLater();
      else if (process.memoryUsage().arrayBuffers > BUFFERS_BYTES) {
        before();
        collect();
      }
    }, QUIET_MS).unref();
  }

  return (line) => {
    lines++;
    if (lines % LINES === 0) look();
    if (timer === undefined) giveBackLater();
    return write(line);
  };
}

/** Collects everything, young and old. Node offers that only where it was asked for at the start, V8 at any time. */
function collect(): void {
  setFlagsFromString('--expose-gc');
  runInNewContext('gc')();
}
