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

/** WebAssembly that is optimized when it has run for a while: as V8 has it, and as undici's parser is to be taken. */
const OPTIMIZING = ['--wasm-tier-up', '--wasm-dynamic-tiering', '--no-wasm-lazy-validation'] as const;
const NOT_OPTIMIZING = ['--no-wasm-tier-up', '--no-wasm-dynamic-tiering', '--wasm-lazy-validation'] as const;

let parser: 'none' | 'being loaded' | 'running' = 'none';

/**
 * To be called before undici uses a connection: for the first one it loads its parser for HTTP, WebAssembly of which one
 * function is huge. After a few answers V8 takes that to be worth optimizing, with 36 MB and a tenth of a second of another
 * processor, of which it seldom gives all back; on the few headers of our answers the result is no faster. [measured
 * 2026-11-25 on Node 20, 22 and 24]
 */
export function parserLoads(): void {
  if (parser !== 'none') return;
  parser = 'being loaded';
  for (const flag of NOT_OPTIMIZING) setFlagsFromString(flag);
}

/**
 * To be called when an answer was parsed: V8 has made code of the parser by then. Everything else is optimized again, and
 * what V8 compiles now can be kept for the next start, which has the usual flags.
 */
export function parserRuns(): void {
  if (parser !== 'being loaded') return;
  parser = 'running';
  for (const flag of OPTIMIZING) setFlagsFromString(flag);
}
