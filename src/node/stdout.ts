/** Keeps stdout for the protocol. */

import type { Write } from './stderr.ts';

type Done = () => void;

/**
 * From now on everything that other code writes to process.stdout, by `console` too, goes elsewhere. The object stays the
 * same, so code that holds it is diverted as well. `lineWriter` still reaches the real stdout.
 */
export function divertStdout(write: Write): void {
  const { stdout } = process;

  function divert(chunk: unknown, encoding?: BufferEncoding | Done, done?: Done): boolean {
    const then = typeof encoding === 'function' ? encoding : done;
    if (chunk instanceof Uint8Array) write(chunk);
    else write(Buffer.from(String(chunk), typeof encoding === 'string' ? encoding : 'utf8'));
    if (then) process.nextTick(then);
    return true;
  }

  /** Node itself never ends stdout either. */
  function end(...args: [chunk?: unknown, encoding?: BufferEncoding | Done, done?: Done]): typeof stdout {
    const [chunk] = args;
    if (typeof chunk === 'function') process.nextTick(chunk);
    else if (chunk !== undefined && chunk !== null) divert(...args);
    return stdout;
  }

  Object.assign(stdout, { write: divert, end });
}
