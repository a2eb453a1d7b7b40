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
  readonly #release: () => void;
  #stopSilence: () => void;
  #heardAt: number;

  constructor(clock: Clock, { silenceMs, totalMs }: Limits, outer: AbortSignal) {
    this.#clock = clock;
    this.#silenceMs = silenceMs;
    const stopTotal = clock.after(totalMs, () => this.#controller.abort(tooLong(totalMs)));
    const follow = () => this.#controller.abort(outer.reason);
    outer.addEventListener('abort', follow, { once: true });
    if (outer.aborted) follow();
    this.#heardAt = clock.now();
    this.#stopSilence = this.#watchSilence(silenceMs);
    this.#release = () => {
      stopTotal();
      outer.removeEventListener('abort', follow);
    };
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
    this.#stopSilence();
    this.#stopSilence = this.#clock.after(ms, () => this.#controller.abort(silent(ms)));
  }

  release(): void {
    this.#stopSilence();
    this.#release();
  }

  /** Gives up what is still under way. */
  abandon(): void {
    this.#controller.abort(new Error('nobody needs the rest'));
  }

  #watchSilence(ms: number): () => void {
    return this.#clock.after(ms, () => {
      const leftMs = Math.min(this.#heardAt + this.#silenceMs - this.#clock.now(), this.#silenceMs);
      if (leftMs > 0) this.#stopSilence = this.#watchSilence(leftMs);
      else this.#controller.abort(silent(this.#silenceMs));
    });
  }
}
