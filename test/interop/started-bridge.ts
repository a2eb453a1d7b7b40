/**
 * The bridge as the transport of an SDK has started it. The transports keep the process to themselves; Node tells of
 * every child that is made.
 */

import type { ChildProcess } from 'node:child_process';
import { subscribe, unsubscribe } from 'node:diagnostics_channel';
import { once } from 'node:events';
import type { Readable } from 'node:stream';
import { text } from 'node:stream/consumers';
import type { Exit } from '../support/bridge.ts';

const CHANNEL = 'child_process';

export class StartedBridge {
  readonly exit: Promise<Exit>;
  /** All of it, once the process has closed its end. */
  readonly stdout: Promise<string>;
  readonly stderr: Promise<string>;

  constructor(child: ChildProcess) {
    this.exit = once(child, 'close').then(([code, signal]) => ({ code, signal }));
    this.stdout = textOf(child.stdout);
    this.stderr = textOf(child.stderr);
  }
}

/** Takes note of every process that this one starts, until it is told to stop. */
export function watchBridges(): { readonly bridges: readonly StartedBridge[]; readonly stop: () => void } {
  const bridges: StartedBridge[] = [];
  const onChild = (message: unknown) => {
    const { process: child } = message as { process: ChildProcess };
    // Before that it has no pipes; after it, bytes could already have gone by.
    child.once('spawn', () => bridges.push(new StartedBridge(child)));
  };
  subscribe(CHANNEL, onChild);
  return { bridges, stop: () => void unsubscribe(CHANNEL, onChild) };
}

/** Nothing, of a pipe that whoever started the process did not want. */
function textOf(stream: Readable | null): Promise<string> {
  return stream === null ? Promise.resolve('') : text(stream);
}
