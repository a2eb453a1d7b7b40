/** Bytes that all calls together may hold of long texts. Reading pauses where they are used up, for a limited time. */

import type { Clock } from '../ports.ts';
import { FREE_BYTES, ROOM_WAIT_MS } from '../protocol/limits.ts';

/** There was no room for more within the time that a call waits for it. */
export class NoRoom extends Error {
  override readonly name = 'NoRoom';
}

export interface BudgetSizes {
  readonly sharedBytes: number;
  /**
   * For one call at a time, once the shared bytes are used up. Calls that hold a part of their text and wait for each other
   * would wait without end; with as many bytes as a text may have, one of them always comes to its end.
   */
  readonly reserveBytes: number;
}

export class Budget {
  readonly #clock: Clock;
  #sharedBytes: number;
  #reserveBytes: number;
  #inReserve: Hold | undefined;
  /** Tries of those that wait, in their order. */
  readonly #waiting = new Set<() => void>();

  constructor(clock: Clock, { reserveBytes, sharedBytes }: BudgetSizes) {
    this.#clock = clock;
    this.#sharedBytes = sharedBytes;
    this.#reserveBytes = reserveBytes;
  }

  /** @param signal - ends waiting */
  open(signal: AbortSignal): Hold {
    return new Hold(this, signal);
  }

  take(hold: Hold, bytes: number): boolean {
    if (bytes <= this.#sharedBytes) {
      this.#sharedBytes -= bytes;
      hold.sharedBytes += bytes;
      return true;
    }
    if (bytes > this.#reserveBytes || (this.#inReserve ?? hold) !== hold) return false;
    this.#inReserve = hold;
    this.#reserveBytes -= bytes;
    hold.reserveBytes += bytes;
    return true;
  }

  /** Resolves when the bytes were taken; rejects with NoRoom, or the signal's reason. */
  wait(hold: Hold, bytes: number, signal: AbortSignal): Promise<void> {
    return new Promise((resolve, reject) => {
      const attempt = () => {
        if (!this.take(hold, bytes)) return;
        leave();
        resolve();
      };
      const leave = () => {
        this.#waiting.delete(attempt);
        stop();
        signal.removeEventListener('abort', abort);
      };
      const fail = (reason: unknown) => {
        leave();
        reject(reason);
      };
      const abort = () => fail(signal.reason);
      const stop = this.#clock.after(ROOM_WAIT_MS, () => fail(new NoRoom()));
      signal.addEventListener('abort', abort);
      this.#waiting.add(attempt);
    });
  }

  /** @param butBytes - not given back */
  giveBack(hold: Hold, butBytes: number): void {
    const surplus = hold.sharedBytes + hold.reserveBytes - butBytes;
    if (surplus <= 0) return;
    const fromReserve = Math.min(surplus, hold.reserveBytes);
    hold.reserveBytes -= fromReserve;
    hold.sharedBytes -= surplus - fromReserve;
    this.#reserveBytes += fromReserve;
    this.#sharedBytes += surplus - fromReserve;
    if (this.#inReserve === hold && hold.reserveBytes === 0) this.#inReserve = undefined;
    for (const attempt of this.#waiting) attempt();
  }
}

/** The bytes of one call. The first ones are free, so that short calls never wait. */
export class Hold {
  readonly #budget: Budget;
  readonly #signal: AbortSignal;
  #bytes = 0;
  /** Bytes of messages that are kept although they were read. */
  keptBytes = 0;
  sharedBytes = 0;
  reserveBytes = 0;

  constructor(budget: Budget, signal: AbortSignal) {
    this.#budget = budget;
    this.#signal = signal;
  }

  /** @returns what has to be waited for before more is read; undefined if there is room */
  grow(bytes: number): Promise<void> | undefined {
    this.#bytes += bytes;
    const missing = this.#bytes - FREE_BYTES - this.sharedBytes - this.reserveBytes;
    if (missing <= 0 || this.#budget.take(this, missing)) return undefined;
    return this.#budget.wait(this, missing, this.#signal);
  }

  /** Gives back what was handed on; `keptBytes` are still held. */
  handedOn(): void {
    this.#bytes = this.keptBytes;
    this.#budget.giveBack(this, Math.max(0, this.keptBytes - FREE_BYTES));
  }

  release(): void {
    this.#bytes = 0;
    this.#budget.giveBack(this, 0);
  }
}
