/** One call to the MCP server, attempted again where that is safe: token, attempt, decide, wait, again. */

import type { Access } from '../ports.ts';
import { type Outcome, outcomeOfBoth, Problem } from '../protocol/problem.ts';
import type { FailurePoint } from '../protocol/retry.ts';
import { attempt } from './attempt.ts';
import { type Again, Attempts } from './attempts.ts';
import { Deadline } from './deadline.ts';
import type { Errand } from './errand.ts';
import { Failure, failureOf, SessionGone } from './failure.ts';
import type { CallContext, Emit } from './handler.ts';
import type { Wire } from './wire.ts';

const SESSION_GONE = { point: 'session-gone' };

/**
 * Sends one message and emits what comes back, in order, as it arrives. For a request the response is among it, once.
 *
 * @param before - outcome of attempts that were made in another session
 * @throws Problem if there is no response, or if `emit` refused it; SessionGone if the server does not know the session of
 *   the errand; the signal's reason
 */
export async function exchange(
  wire: Wire,
  errand: Errand,
  { emit, mark, signal }: CallContext,
  before: Outcome = 'not_sent',
): Promise<void> {
  const { clock, log, pacing, tokens } = wire;
  const { message } = errand;
  const deadline = new Deadline(clock, errand.limits, signal);
  const attempts = new Attempts(clock, errand.callClass, errand.limits.totalMs, pacing.budget, before);
  const watch = wire.recorder?.exchange(message, errand.generation);
  const watched = watch === undefined ? wire : { ...wire, send: watch.over(wire.send) };
  let told = 0;
  let outcome: Outcome = 'not_sent';
  /** The error that `emit` threw. */
  let refusal: { readonly error: unknown } | undefined;
  const guarded: Emit = (delivery) => {
    try {
      return emit(delivery);
    } catch (error) {
      refusal = { error };
      throw error;
    }
  };
  const note = (now: Outcome) => {
    outcome = now;
    mark(now);
  };
  const onWrite = () => note('unknown');
  try {
    if (pacing.pausedMs > attempts.patienceMs) throw askedToWait(pacing.pausedMs, attempts.patienceMs);
    if (pacing.pausedMs > 0) await notice(pacing.pausedMs, undefined);
    for (;;) {
      let access: Access | undefined;
      let again: Again;
      try {
        if (pacing.pausedMs > 0) await pacing.turn(deadline.signal);
        watch?.attempt(attempts.bookmark !== undefined);
        access = await tokens.access(attempts.refused);
        attempts.begin(access);
        await attempt(watched, errand, access, deadline, attempts, { emit: guarded, onWrite });
        if (refusal !== undefined) throw refusal.error;
        pacing.budget.answered();
        pacing.notices.learn(message);
        return;
      } catch (thrown) {
        if (refusal !== undefined) throw refusal.error;
        watch?.failed(thrown instanceof SessionGone ? SESSION_GONE : failureOf(thrown));
        if (signal.aborted) throw signal.reason;
        if (thrown instanceof SessionGone && attempts.bookmark === undefined) {
          note(outcomeOfBoth(thrown.outcome, attempts.outcome));
          throw new SessionGone(outcome);
        }
        again = attempts.failed(known(thrown, outcome), access);
        note(attempts.outcome);
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
    await emit({ is: 'server-message', line });
  }
}

/** A limit that ends a call before it is on a connection leaves no doubt about it. */
function known(thrown: unknown, outcome: Outcome): unknown {
  return thrown instanceof Failure && thrown.problem.kind === 'timeout'
    ? new Failure(thrown.point, thrown.problem.with({ outcome }))
    : thrown;
}

/** The workspace has turned another call away, and this one has not the time to wait for as long as it asked. */
function askedToWait(ms: number, patienceMs: number): Problem {
  const sentence = `The workspace or the server has asked for a pause of ${inSeconds(ms)} s, and the call can wait ${inSeconds(patienceMs)} s.`;
  return new Problem('rateLimited', sentence, { outcome: 'not_sent', retryAfterMs: Math.ceil(ms), attempts: 0 });
}

function inSeconds(ms: number): number {
  return Math.ceil(ms / 100) / 10;
}
