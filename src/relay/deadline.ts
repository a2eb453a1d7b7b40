/** The two ends of a call's patience: a limit for silence, which every byte resets, and one for the whole of it. */

import type { Clock } from '../ports.ts';
import { silent, tooLong, unfinished } from './failure.ts';

export interface Limits {
  /** Longest time without a byte, in milliseconds. */
  readonly silenceMs: number;
  /** Longest time in all, repeats included, in milliseconds. */
  readonly totalMs: number;
  /** Next step after the idle timeout. Names an option only if it governs this limit. */
  readonly silenceHint?: string;
  /** The same for the time in all. */
  readonly totalHint?: string;
}

/** Fires `signal` when a limit is reached, or when `outer` fires; to be released when the call is over. */
export class Deadline {
  readonly #controller = new AbortController();
  readonly #clock: Clock;
  readonly #limits: Limits;
  readonly #outer: AbortSignal;
  readonly #follow: () => void;
  #stop: () => void;
  readonly #startedAt: number;
  #heardAt: number;

  constructor(clock: Clock, limits: Limits, outer: AbortSignal) {
    this.#clock = clock;
    this.#limits = limits;
    this.#outer = outer;
    this.#follow = () => this.#controller.abort(outer.reason);
    if (outer.aborted) this.#follow();
    else outer.addEventListener('abort', this.#follow, { once: true });
    this.#startedAt = clock.now();
    this.#heardAt = this.#startedAt;
    this.#stop = this.#watch(Math.min(limits.silenceMs, limits.totalMs));
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
    this.#stop = this.#clock.after(ms, () => this.#controller.abort(unfinished(ms)));
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
      const { silenceHint, silenceMs, totalHint, totalMs } = this.#limits;
      const leftMs = this.#startedAt + totalMs - now;
      const quietMs = Math.min(this.#heardAt + silenceMs - now, silenceMs);
      if (leftMs <= 0) this.#controller.abort(tooLong(totalMs, totalHint));
      else if (quietMs <= 0) this.#controller.abort(silent(silenceMs, silenceHint));
      else this.#stop = this.#watch(Math.min(leftMs, quietMs));
    });
  }
}
