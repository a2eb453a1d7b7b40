/** One call to the MCP server, attempted again where that is safe: token, attempt, decide, wait, again. */

import type { Access, Signal } from '../ports.ts';
import { type Outcome, outcomeOfBoth, Problem } from '../protocol/problem.ts';
import type { FailurePoint } from '../protocol/retry.ts';
import { attempt } from './attempt.ts';
import { type Again, Attempts } from './attempts.ts';
import { Deadline } from './deadline.ts';
import type { Sink } from './deliveries.ts';
import type { Errand } from './errand.ts';
import { Failure, failureOf, SessionGone } from './failure.ts';
import { Left, Pushed } from './pushed.ts';
import type { Wire } from './wire.ts';

const SESSION_GONE = { point: 'session-gone' };

/**
 * Carries one message and hands on what comes back, in order, as it arrives. For a request the answer is among it, once.
 *
 * @param signal - fires when nobody waits any more; its reason is thrown then
 * @param before - outcome of attempts that were made in another session
 * @throws Problem when there is no answer; SessionGone when the server does not know the session of the errand
 */
export function exchange(wire: Wire, errand: Errand, signal: Signal, before: Outcome = 'not_sent'): Pushed {
  return new Pushed((sink) => carry(wire, errand, signal, before, sink));
}

async function carry(wire: Wire, errand: Errand, signal: Signal, before: Outcome, sink: Sink): Promise<void> {
  const { clock, log, pacing, tokens } = wire;
  const { message } = errand;
  const deadline = new Deadline(clock, errand.limits, signal);
  const attempts = new Attempts(clock, errand.callClass, errand.limits.totalMs, pacing.budget, before);
  const watch = wire.recorder?.exchange(message, errand.generation);
  const watched = watch === undefined ? wire : { ...wire, send: watch.over(wire.send) };
  let told = 0;
  try {
    if (pacing.pausedMs > attempts.patienceMs) throw askedToWait(pacing.pausedMs);
    if (pacing.pausedMs > 0) await notice(pacing.pausedMs, undefined);
    for (;;) {
      let access: Access | undefined;
      let again: Again;
      try {
        if (pacing.pausedMs > 0) await pacing.turn(deadline.signal);
        watch?.attempt(attempts.bookmark !== undefined);
        access = await tokens.access(attempts.refused);
        attempts.begin(access);
        await attempt(watched, errand, access, deadline, attempts, sink);
        pacing.budget.answered();
        pacing.notices.learn(message);
        return;
      } catch (thrown) {
        if (thrown instanceof Left) throw thrown;
        watch?.failed(thrown instanceof SessionGone ? SESSION_GONE : failureOf(thrown));
        if (signal.aborted) throw signal.reason;
        if (thrown instanceof SessionGone && attempts.bookmark === undefined) {
          const outcome = outcomeOfBoth(thrown.outcome, attempts.outcome);
          signal.mark?.(outcome);
          throw new SessionGone(outcome);
        }
        again = attempts.failed(known(thrown, deadline.signal.outcome), access);
        deadline.signal.mark(attempts.outcome);
      }
      const { because, otherwise, point, waitMs } = again;
      watch?.again(waitMs, because);
      log.info({ waitMs, because }, 'trying again');
      if (waitMs === 0) continue;
      if (point === 'busy') pacing.pause(waitMs);
      await notice(waitMs, point);
      if (!(await pacing.rest(waitMs, deadline.signal))) throw signal.aborted ? signal.reason : otherwise;
    }
  } finally {
    deadline.release();
    watch?.ended();
  }

  async function notice(ms: number, point: FailurePoint | undefined): Promise<void> {
    const line = pacing.notices.lineFor(message, ms, point, told);
    if (line === undefined) return;
    told++;
    await sink({ is: 'server-message', line });
  }
}

/** A limit that ends a call before it is on a connection leaves no doubt about it. */
function known(thrown: unknown, outcome: Outcome): unknown {
  return thrown instanceof Failure && thrown.problem.kind === 'timeout'
    ? new Failure(thrown.point, thrown.problem.with({ outcome }))
    : thrown;
}

/** The workspace has turned another call away, and this one has not the time to wait for as long as it asked. */
function askedToWait(ms: number): Problem {
  const sentence = 'The workspace or the server has asked for a pause that is longer than the call can wait.';
  return new Problem('rateLimited', sentence, { outcome: 'not_sent', retryAfterMs: Math.ceil(ms), attempts: 0 });
}
