/** What became of the attempts at a call so far, and what follows from it for the next one. */

import type { Access, Clock } from '../ports.ts';
import { type Outcome, outcomeOfBoth, type Problem } from '../protocol/problem.ts';
import { type CallClass, decide, type FailurePoint } from '../protocol/retry.ts';
import type { RetryBudget } from '../protocol/retry-budget.ts';
import type { Bookmark } from '../protocol/sse.ts';
import { type Failure, failureOf } from './failure.ts';

/**
 * Time within which a call has to be on its way to the workspace, and `initialize` to be answered or refused for good, in
 * milliseconds: the client is to hear within ten seconds what is wrong.
 */
const REACH_MS = 9_500;
/** Longest that any other call goes on being attempted, in milliseconds. */
const ATTEMPTS_MS = 45_000;
/** Most that a call is made again, however it fails: beyond that, only what was not attempted is. */
const MOST_REPEATS = 2;
/** Failures after which the call is not made again, but carried on: with a fresh token, or where its answer broke off. */
const CARRIED_ON: ReadonlySet<FailurePoint> = new Set(['token-refused', 'cut']);
/** How often a stream is taken up again where it ended, when it does not go on from there. */
const RESUMPTIONS = 2;

/** What follows from a failed attempt: another one. */
export interface Again {
  readonly point: FailurePoint;
  readonly waitMs: number;
  readonly because: string;
  /** What the client is told if it is not made after all. */
  readonly otherwise: Problem;
}

export class Attempts {
  readonly #budget: RetryBudget;
  readonly #clock: Clock;
  readonly #callClass: CallClass;
  readonly #totalMs: number;
  readonly #startedMs: number;
  #failedAt: FailurePoint[] = [];
  #made = 0;
  #refusal: { readonly access: Access; readonly failure: Failure } | undefined;
  #bookmark: Bookmark | undefined;
  #outcome: Outcome;

  /**
   * @param totalMs - longest that the call may take in all
   * @param outcome - of attempts that were made in another session
   */
  constructor(clock: Clock, callClass: CallClass, totalMs: number, budget: RetryBudget, outcome: Outcome) {
    this.#budget = budget;
    this.#outcome = outcome;
    this.#clock = clock;
    this.#callClass = callClass;
    this.#totalMs = totalMs;
    this.#startedMs = clock.now();
  }

  /** The credential that the workspace turned away. */
  get refused(): Access | undefined {
    return this.#refusal?.access;
  }

  /** Where the answer broke off: then the call is not made again, the rest of the answer is fetched. */
  get bookmark(): Bookmark | undefined {
    return this.#bookmark;
  }

  /** What the attempts so far have done at most. */
  get outcome(): Outcome {
    return this.#outcome;
  }

  /** Whether the next attempt needs a connection of its own: the one before may have failed because of its. */
  get needsFresh(): boolean {
    return this.#failedAt.some((point) => point !== 'token-refused');
  }

  /** Longest wait that the call can afford, in milliseconds. */
  get patienceMs(): number {
    return this.#budgetMs('busy');
  }

  /** Milliseconds within which the next attempt has to be on a connection. */
  get reachMs(): number {
    const nothingSent = this.#failedAt.every((point) => point === 'unsent');
    return nothingSent ? REACH_MS - this.#elapsedMs : REACH_MS;
  }

  /**
   * Takes note that an attempt is about to be made.
   *
   * @throws Failure - the refusal stands where there is no other credential to be had
   */
  begin(access: Access): void {
    if (this.#refusal && access === this.#refusal.access) throw this.#refusal.failure;
    this.#made++;
  }

  /**
   * Takes note of a failed attempt.
   *
   * @param access - what it was made with, if it came so far
   * @throws Problem where there is to be no next one
   */
  failed(thrown: unknown, access: Access | undefined): Again {
    const failure = this.#bookmark === undefined ? failureOf(thrown) : failureOf(thrown).afterSending();
    const point = this.#pointOf(failure);
    if (point === 'token-refused' && access) this.#refusal = { access, failure };
    const decision = decide({
      point,
      callClass: this.#callClass,
      repeats: this.#count(point),
      retryAfterMs: failure.bookmark?.retryMs ?? failure.problem.details.retryAfterMs,
      budgetMs: this.#budgetMs(point),
      roll: this.#clock.roll(),
    });
    this.#outcome = outcomeOfBoth(this.#outcome, failure.problem.outcome);
    const otherwise = failure.conclude(this.#callClass, this.#made, this.#outcome);
    if (!decision.again || !this.#mayRepeat(point)) throw otherwise;
    this.#failedAt.push(point);
    return { ...decision, point, otherwise };
  }

  #mayRepeat(point: FailurePoint): boolean {
    if (CARRIED_ON.has(point)) return true;
    if (this.#failedAt.filter((earlier) => !CARRIED_ON.has(earlier)).length >= MOST_REPEATS) return false;
    // What never left is no load for anybody.
    return point === 'unsent' || this.#budget.spend(this.#clock.now());
  }

  #pointOf({ bookmark, point }: Failure): FailurePoint {
    if (point !== 'cut') {
      if (point === 'broken') this.#bookmark = undefined;
      return point;
    }
    // A server may end a stream as often as it likes, as long as it goes on from there.
    const goesOn = bookmark?.lastEventId !== this.#bookmark?.lastEventId;
    if (goesOn) this.#failedAt = this.#failedAt.filter((earlier) => earlier !== 'cut');
    const isLost = this.#count('cut') >= RESUMPTIONS;
    this.#bookmark = isLost ? undefined : bookmark;
    return isLost ? 'broken' : 'cut';
  }

  #budgetMs(point: FailurePoint): number {
    if (point === 'cut') return this.#totalMs;
    const isShort = point === 'unsent' || this.#callClass === 'handshake';
    return Math.min(isShort ? REACH_MS : ATTEMPTS_MS, this.#totalMs) - this.#elapsedMs;
  }

  get #elapsedMs(): number {
    return this.#clock.now() - this.#startedMs;
  }

  #count(point: FailurePoint): number {
    return this.#failedAt.filter((earlier) => earlier === point).length;
  }
}
