/** One call to the MCP server, attempted again where that is safe: token, attempt, decide, wait, again. */

import type { Access } from '../ports.ts';
import { type Outcome, outcomeOfBoth, Problem } from '../protocol/problem.ts';
import type { FailurePoint } from '../protocol/retry.ts';
import { attempt, type Wire } from './attempt.ts';
import { type Again, Attempts } from './attempts.ts';
import type { Delivery } from './correlation.ts';
import { Deadline } from './deadline.ts';
import type { Errand } from './errand.ts';
import { failureOf, SessionGone } from './failure.ts';

const SESSION_GONE = { point: 'session-gone' };

/**
 * Carries one message and hands on what comes back, in order, as it arrives. For a request the answer is among it, once.
 *
 * @param signal - fires when nobody waits any more; its reason is thrown then
 * @param before - outcome of attempts that were made in another session
 * @throws Problem when there is no answer; SessionGone when the server does not know the session of the errand
 */
export async function* exchange(
  wire: Wire,
  errand: Errand,
  signal: AbortSignal,
  before: Outcome = 'not_sent',
): AsyncGenerator<Delivery, void, undefined> {
  const { clock, log, pacing, tokens } = wire;
  const { message } = errand;
  const deadline = new Deadline(clock, errand.limits, signal);
  const attempts = new Attempts(clock, errand.callClass, errand.limits.totalMs, pacing.budget, before);
  const watch = wire.recorder?.exchange(message, errand.generation);
  const watched = watch === undefined ? wire : { ...wire, send: watch.over(wire.send) };
  let told = 0;
  try {
    if (pacing.pausedMs > attempts.patienceMs) throw askedToWait(pacing.pausedMs);
    yield* notice(pacing.pausedMs, undefined);
    for (;;) {
      let access: Access | undefined;
      let again: Again;
      try {
        await pacing.turn(deadline.signal);
        watch?.attempt(attempts.bookmark !== undefined);
        access = await tokens.access(attempts.refused);
        attempts.begin(access);
        yield* attempt(watched, errand, access, deadline, attempts);
        pacing.budget.answered();
        pacing.notices.learn(message);
        return;
      } catch (thrown) {
        watch?.failed(thrown instanceof SessionGone ? SESSION_GONE : failureOf(thrown));
        if (signal.aborted) throw signal.reason;
        if (thrown instanceof SessionGone && attempts.bookmark === undefined) {
          throw new SessionGone(outcomeOfBoth(thrown.outcome, attempts.outcome));
        }
        again = attempts.failed(thrown, access);
      }
      const { because, otherwise, point, waitMs } = again;
      watch?.again(waitMs, because);
      log.info({ waitMs, because }, 'trying again');
      if (waitMs === 0) continue;
      if (point === 'busy') pacing.pause(waitMs);
      yield* notice(waitMs, point);
      if (!(await pacing.rest(waitMs, deadline.signal))) throw signal.aborted ? signal.reason : otherwise;
    }
  } finally {
    deadline.release();
    watch?.ended();
  }

  function* notice(ms: number, point: FailurePoint | undefined): Generator<Delivery, void, undefined> {
    const line = pacing.notices.lineFor(message, ms, point, told);
    if (line === undefined) return;
    told++;
    yield { is: 'server-message', line };
  }
}

/** The workspace has turned another call away, and this one has not the time to wait for as long as it asked. */
function askedToWait(ms: number): Problem {
  const sentence = 'The workspace or the server has asked for a pause that is longer than the call can wait.';
  return new Problem('rateLimited', sentence, { outcome: 'not_sent', retryAfterMs: Math.ceil(ms), attempts: 0 });
}
