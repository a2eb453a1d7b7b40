/** One call to the MCP server, attempted again where that is safe: token, attempt, decide, wait, again. */

import type { Access } from '../ports.ts';
import { type Outcome, outcomeOfBoth } from '../protocol/problem.ts';
import { attempt, type Wire } from './attempt.ts';
import { Attempts } from './attempts.ts';
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
  const { clock, log, tokens } = wire;
  const deadline = new Deadline(clock, errand.limits, signal);
  const attempts = new Attempts(clock, errand.callClass, errand.limits.totalMs, before);
  const watch = wire.recorder?.exchange(errand.message, errand.generation);
  const watched = watch === undefined ? wire : { ...wire, send: watch.over(wire.send) };
  let waitMs = 0;
  try {
    for (;;) {
      let access: Access | undefined;
      try {
        if (waitMs > 0) await clock.sleep(waitMs, deadline.signal);
        watch?.attempt(attempts.bookmark !== undefined);
        access = await tokens.access(attempts.refused);
        attempts.begin(access);
        return yield* attempt(watched, errand, access, deadline, attempts.reachMs, attempts.bookmark);
      } catch (thrown) {
        watch?.failed(thrown instanceof SessionGone ? SESSION_GONE : failureOf(thrown));
        if (signal.aborted) throw signal.reason;
        if (thrown instanceof SessionGone && attempts.bookmark === undefined) {
          throw new SessionGone(outcomeOfBoth(thrown.outcome, attempts.outcome));
        }
        const decision = attempts.failed(thrown, access);
        ({ waitMs } = decision);
        watch?.again(waitMs, decision.because);
        log.info({ waitMs, because: decision.because }, 'trying again');
      }
    }
  } finally {
    deadline.release();
    watch?.ended();
  }
}
