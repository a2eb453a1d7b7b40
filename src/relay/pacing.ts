/** What the calls to one workspace have in common: a budget for repeats, and a pause that the workspace asked for. */

import type { Clock } from '../ports.ts';
import { RetryBudget } from '../protocol/retry-budget.ts';
import { WaitNotices } from './wait-notices.ts';

export class Pacing {
  readonly budget: RetryBudget = new RetryBudget();
  readonly notices: WaitNotices = new WaitNotices();
  readonly #clock: Clock;
  readonly #left = new AbortController();
  #pausedUntilMs = Number.NEGATIVE_INFINITY;

  constructor(clock: Clock) {
    this.#clock = clock;
  }

  /** Milliseconds for which nothing is to be sent; 0 where nothing stands in the way. */
  get pausedMs(): number {
    return Math.max(0, this.#pausedUntilMs - this.#clock.now());
  }

  /** Nothing is sent for so long, by whatever call: the workspace has turned one away that came too soon. */
  pause(ms: number): void {
    this.#pausedUntilMs = Math.max(this.#pausedUntilMs, this.#clock.now() + ms);
  }

  /** Resolves when the pause is over. A call that has not been attempted waits for that also when the client has left. */
  async turn(signal: AbortSignal): Promise<void> {
    for (let ms = this.pausedMs; ms > 0; ms = this.pausedMs) await this.#clock.sleep(ms, signal);
  }

  /** The client has closed its end: what failed is not tried again. */
  leave(): void {
    this.#left.abort(new Error('the client has left'));
  }

  /** Waits before a repeat. @returns whether it is still to be made */
  async rest(ms: number, signal: AbortSignal): Promise<boolean> {
    if (this.#left.signal.aborted) return false;
    try {
      await this.#clock.sleep(ms, AbortSignal.any([signal, this.#left.signal]));
      return true;
    } catch {
      return false;
    }
  }
}
