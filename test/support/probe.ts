/** A look into the bridge's process. */

import type { BridgeProcess } from './bridge.ts';

export interface Probe {
  /** Live AbortControllers: each request under way has some. */
  readonly controllers: number;
  /** Kinds of what keeps the process at work or alive, one entry each. */
  readonly resources: readonly string[];
  readonly cpuMs: number;
}

/** For a bridge that was started with `PROBE`. */
export function probe(bridge: BridgeProcess): Promise<Probe> {
  return look(bridge);
}

/** For a bridge that was started with `COLLECT_YOUNG`. @returns bytes of buffers that outlive a collection of young objects */
export async function heldBytes(bridge: BridgeProcess): Promise<number> {
  const { arrayBuffers } = await look<{ readonly arrayBuffers: number }>(bridge);
  return arrayBuffers;
}

async function look<Seen>(bridge: BridgeProcess): Promise<Seen> {
  const before = count(bridge.stderr);
  bridge.child.kill('SIGUSR2');
  await bridge.says(new RegExp(`(?:\\{"probe":[^]*?){${before + 1}}\\n`));
  return JSON.parse(bridge.stderr.split('\n').findLast((line) => line.startsWith('{"probe":')) ?? '').probe;
}

function count(stderr: string): number {
  return stderr.split('{"probe":').length - 1;
}
