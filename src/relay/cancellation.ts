/**
 * Tells whoever listens that nobody waits any more. It is what an AbortController and its signal are, in one object and
 * without the machinery of events, which cost as much for each message as the relaying itself.
 */

import type { Signal } from '../ports.ts';
import type { Outcome } from '../protocol/problem.ts';

export class Cancellation implements Signal {
  #isAborted = false;
  #reason: unknown;
  /** Most have one listener at a time: an array would be the largest part of them. */
  #listener: (() => void) | undefined;
  #others: (() => void)[] | undefined;
  readonly #outer: Pick<Signal, 'mark'> | undefined;
  #outcome: Outcome = 'not_sent';

  /** @param outer - is given the marks too */
  constructor(outer?: Pick<Signal, 'mark'>) {
    this.#outer = outer;
  }

  /** What may have become of the call so far. */
  get outcome(): Outcome {
    return this.#outcome;
  }

  mark(outcome: Outcome): void {
    this.#outcome = outcome;
    this.#outer?.mark?.(outcome);
  }

  get aborted(): boolean {
    return this.#isAborted;
  }

  get reason(): unknown {
    return this.#reason;
  }

  /** Fires once; what comes later changes nothing. */
  abort(reason: unknown): void {
    if (this.#isAborted) return;
    this.#isAborted = true;
    this.#reason = reason;
    const [first, others] = [this.#listener, this.#others];
    this.#listener = this.#others = undefined;
    first?.();
    for (const listener of others ?? []) listener();
  }

  addEventListener(_: 'abort', listener: () => void): void {
    if (this.#isAborted) return;
    if (this.#listener === undefined && this.#others === undefined) this.#listener = listener;
    else this.#others = [...(this.#others ?? []), listener];
  }

  removeEventListener(_: 'abort', listener: () => void): void {
    if (this.#listener === listener) this.#listener = undefined;
    else this.#others = this.#others?.filter((other) => other !== listener);
  }
}

/** Does some work under a signal that fires with the first of two. */
export async function underBoth<T>(one: Signal, other: Signal, work: (both: Signal) => Promise<T>): Promise<T> {
  const both = new Cancellation(one);
  const releases = [one, other].map((signal) => {
    const follow = () => both.abort(signal.reason);
    if (signal.aborted) follow();
    signal.addEventListener('abort', follow, { once: true });
    return () => signal.removeEventListener('abort', follow);
  });
  try {
    return await work(both);
  } finally {
    for (const release of releases) release();
  }
}
