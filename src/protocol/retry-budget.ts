/**
 * How many repeats all calls together may make. When everything fails, repeating everything would double the load of a
 * far end that cannot carry it: a hundred calls that all fail make a hundred and twenty attempts at the most.
 */

/** Repeats that are saved up at the most. */
const MOST = 10;
/** What an answered call adds: a fifth of a repeat. */
const PER_ANSWER = 0.2;
/** Time that adds a repeat, in milliseconds, so that a client that has been quiet is not made to pay for an outage. */
const PER_REPEAT_MS = 10_000;

export class RetryBudget {
  #saved = MOST;
  #countedAtMs: number | undefined;

  /** A call was answered. */
  answered(): void {
    this.#saved = Math.min(MOST, this.#saved + PER_ANSWER);
  }

  /** @returns whether there was a repeat left to spend */
  spend(nowMs: number): boolean {
    const passedMs = nowMs - (this.#countedAtMs ?? nowMs);
    this.#countedAtMs = nowMs;
    this.#saved = Math.min(MOST, this.#saved + passedMs / PER_REPEAT_MS);
    if (this.#saved < 1) return false;
    this.#saved -= 1;
    return true;
  }
}
