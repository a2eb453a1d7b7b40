/** One call to the MCP server, attempted again where that is safe: token, attempt, decide, wait, again. */

import type { Access } from '../ports.ts';
import { classOf, decide, type FailurePoint } from '../protocol/retry.ts';
import { attempt, type Errand, type Wire } from './attempt.ts';
import type { Delivery } from './correlation.ts';
import { Deadline } from './deadline.ts';
import { type Failure, failureOf, SessionGone } from './failure.ts';

/**
 * Time within which a call has to be on its way to the workspace, and `initialize` to be answered or refused for good, in
 * milliseconds: the client is to hear within ten seconds what is wrong.
 */
const REACH_MS = 9_500;
/** Longest that any other call goes on being attempted, in milliseconds. */
const ATTEMPTS_MS = 45_000;

/**
 * Carries one message and hands on what comes back, in order, as it arrives. For a request the answer is among it, once.
 *
 * @param signal - fires when nobody waits any more; its reason is thrown then
 * @throws Problem when there is no answer; SessionGone when the server does not know the session of the errand
 */
export async function* exchange(
  wire: Wire,
  errand: Errand,
  signal: AbortSignal,
): AsyncGenerator<Delivery, void, undefined> {
  const { clock, log, tokens } = wire;
  const callClass = classOf(errand.message);
  const startedMs = clock.now();
  const deadline = new Deadline(clock, errand.limits, signal);
  const failedAt: FailurePoint[] = [];
  let refusal: { readonly access: Access; readonly failure: Failure } | undefined;
  let waitMs = 0;
  try {
    for (;;) {
      let access: Access | undefined;
      try {
        if (waitMs > 0) await clock.sleep(waitMs, deadline.signal);
        access = await tokens.access(refusal?.access);
        // There is no other token to be had: the refusal stands.
        if (refusal && access === refusal.access) throw refusal.failure;
        yield* attempt(wire, errand, access, deadline, REACH_MS - (clock.now() - startedMs));
        return;
      } catch (thrown) {
        if (signal.aborted) throw signal.reason;
        if (thrown instanceof SessionGone) throw thrown;
        const failure = failureOf(thrown);
        const { point, problem } = failure;
        if (point === 'token-refused' && access) refusal = { access, failure };
        const isShort = point === 'unsent' || callClass === 'handshake';
        const patienceMs = Math.min(isShort ? REACH_MS : ATTEMPTS_MS, errand.limits.totalMs);
        const decision = decide({
          point,
          callClass,
          repeats: failedAt.filter((earlier) => earlier === point).length,
          retryAfterMs: problem.details.retryAfterMs,
          budgetMs: patienceMs - (clock.now() - startedMs),
          roll: clock.roll(),
        });
        failedAt.push(point);
        if (!decision.again) throw failure.conclude(callClass, failedAt.length);
        ({ waitMs } = decision);
        log.info({ kind: problem.kind, waitMs, because: decision.because }, 'sending a message again');
      }
    }
  } finally {
    deadline.release();
  }
}
