/** The two ends of a call's patience: a limit for silence, which every byte resets, and one for the whole of it. */

import type { Clock } from '../ports.ts';
import { silent, tooLong } from './failure.ts';

export interface Limits {
  /** Longest time without a byte, in milliseconds. */
  readonly silenceMs: number;
  /** Longest time in all, repeats included, in milliseconds. */
  readonly totalMs: number;
}

/** Fires `signal` when a limit is reached, or when `outer` fires; to be released when the call is over. */
export class Deadline {
  readonly #controller = new AbortController();
  readonly #clock: Clock;
  readonly #silenceMs: number;
  readonly #totalMs: number;
  readonly #outer: AbortSignal;
  readonly #follow: () => void;
  #stop: () => void;
  readonly #startedAt: number;
  #heardAt: number;

  constructor(clock: Clock, { silenceMs, totalMs }: Limits, outer: AbortSignal) {
    this.#clock = clock;
    this.#silenceMs = silenceMs;
    this.#totalMs = totalMs;
    this.#outer = outer;
    this.#follow = () => this.#controller.abort(outer.reason);
    if (outer.aborted) this.#follow();
    else outer.addEventListener('abort', this.#follow, { once: true });
    this.#startedAt = clock.now();
    this.#heardAt = this.#startedAt;
    this.#stop = this.#watch(Math.min(silenceMs, totalMs));
  }

  get signal(): AbortSignal {
    return this.#controller.signal;
  }

  /** The far end is waited for no longer, until something is `heard` again. */
  hold(): void {
    this.#heardAt = Number.POSITIVE_INFINITY;
  }

  /** Something came. Costs a look at the clock: the timer that runs is asked again when it fires. */
  heard(): void {
    this.#heardAt = this.#clock.now();
  }

  /** From now on the far end has only `ms` to finish. */
  shorten(ms: number): void {
    this.#stop();
    this.#stop = this.#clock.after(ms, () => this.#controller.abort(silent(ms)));
  }

  release(): void {
    this.#stop();
    this.#outer.removeEventListener('abort', this.#follow);
  }

  /** Gives up what is still under way. */
  abandon(): void {
    this.#controller.abort(new Error('nobody needs the rest'));
  }

  /** One timer for both limits: most calls end before the first of them, and a timer has its price. */
  #watch(ms: number): () => void {
    return this.#clock.after(ms, () => {
      const now = this.#clock.now();
      const leftMs = this.#startedAt + this.#totalMs - now;
      const quietMs = Math.min(this.#heardAt + this.#silenceMs - now, this.#silenceMs);
      if (leftMs <= 0) this.#controller.abort(tooLong(this.#totalMs));
      else if (quietMs <= 0) this.#controller.abort(silent(this.#silenceMs));
      else this.#stop = this.#watch(Math.min(leftMs, quietMs));
    });
  }
}
