/** A failed attempt: where it failed, which decides whether it is made again, and what the client is told if it is not. */

import type { SendFailure } from '../ports.ts';
import { excerpt } from '../protocol/excerpt.ts';
import { excessIn } from '../protocol/incoming.ts';
import { type Outcome, Problem } from '../protocol/problem.ts';
import { type CallClass, type FailurePoint, isHarmless } from '../protocol/retry.ts';
import type { Bookmark } from '../protocol/sse.ts';
import { demandsCertificate, detailOf, endedEarly, lossOf, whyUnreachable } from '../protocol/unreachable.ts';
import { BodyNotUtf8, BodyTooLarge } from './body.ts';
import { NoRoom } from './budget.ts';
import { ForeignResponses } from './correlation.ts';

const UNKNOWN: { readonly outcome: Outcome } = { outcome: 'unknown' };
const REJECTED: { readonly outcome: Outcome } = { outcome: 'rejected' };

export class Failure extends Error {
  override readonly name = 'Failure';
  readonly point: FailurePoint;
  readonly problem: Problem;
  /** Where the event stream that broke off can be taken up again; set where `point` is `cut`. */
  readonly bookmark: Bookmark | undefined;

  constructor(point: FailurePoint, problem: Problem, bookmark?: Bookmark) {
    super(problem.message, { cause: problem });
    this.point = point;
    this.problem = problem;
    this.bookmark = bookmark;
  }

  /** The same failure, of a call that only fetches the rest of an answer: what it was about may have run. */
  afterSending(): Failure {
    const problem = this.problem.with(UNKNOWN);
    return new Failure(this.point === 'final' ? 'broken' : this.point, problem, this.bookmark);
  }

  /**
   * What the client is told when the call is not made again.
   *
   * @param outcome - of all attempts together
   */
  conclude(callClass: CallClass, attempts: number, outcome: Outcome): Problem {
    const problem = this.problem.with({ attempts, outcome });
    if (problem.outcome !== 'unknown') return problem;
    const harmless = isHarmless(callClass);
    const isLost = this.point === 'broken' || this.point === 'unavailable';
    // Whatever a gateway made of it: what matters of a call with effects is that it may have had them.
    return (isLost && !harmless ? problem.as('outcomeUnknown') : problem).withOutcomeUnknown(harmless);
  }
}

/** The server does not know the session that the call named. This attempt of it ran nothing. */
export class SessionGone extends Error {
  override readonly name = 'SessionGone';
  /** Of all attempts together. */
  readonly outcome: Outcome;

  constructor(outcome: Outcome = 'rejected') {
    super();
    this.outcome = outcome;
  }
}

/** Whatever was thrown while an answer was on its way, as a Failure. */
export function failureOf(thrown: unknown): Failure {
  if (thrown instanceof Failure) return thrown;
  if (thrown instanceof Problem) return new Failure('final', thrown);
  if (thrown instanceof SessionGone) return cutOff(new Error('the session is gone'));
  if (thrown instanceof BodyTooLarge) {
    const sentence = 'The answer of the MCP server is larger than the bridge carries.';
    return new Failure('final', new Problem('tooLarge', sentence, UNKNOWN, thrown));
  }
  if (thrown instanceof NoRoom) return new Failure('final', noRoom(UNKNOWN));
  if (thrown instanceof ForeignResponses) {
    const sentence = 'The MCP server answered with too many responses to other requests: its response was cut off.';
    return new Failure('final', new Problem('invalidUpstream', sentence, UNKNOWN, thrown));
  }
  if (thrown instanceof BodyNotUtf8) {
    const sentence = 'The answer of the MCP server is not UTF-8 text.';
    return new Failure('unusable', new Problem('invalidUpstream', sentence, UNKNOWN, thrown));
  }
  if (thrown instanceof Error && 'code' in thrown && /^Z_|^ERR__|BROTLI|^ZSTD_/i.test(String(thrown.code))) {
    const sentence = `The answer is compressed, and broken (${thrown.code}).`;
    return new Failure('unusable', new Problem('invalidUpstream', sentence, UNKNOWN, thrown));
  }
  if (isSendFailure(thrown)) return thrown.sent ? lost(thrown) : unreachable(thrown);
  return new Failure('final', new Problem('internal', 'The bridge failed while it handled the call.', UNKNOWN, thrown));
}

/** A connection that was lost while, or after, the request went out. */
function lost(failure: SendFailure): Failure {
  // With TLS 1.3 a server says so only after the request has left; it has not read that. [RFC 8446, 4.4.2.4]
  if (demandsCertificate(failure.code)) return new Failure('final', whyUnreachable(failure).problem.with(REJECTED));
  const [, what, kind, point] = lossOf(failure) ?? [];
  if (what === undefined) return cutOff(failure);
  return new Failure(
    point ?? 'unusable',
    new Problem(kind ?? 'invalidUpstream', `${what} (${detailOf(failure)}).`, UNKNOWN, failure),
  );
}

/**
 * An answer that ended, or broke off, before the message in it was complete.
 *
 * @param bookmark - where it can be taken up again, if it can
 */
export function cutOff(cause: Error & { readonly code?: string }, bookmark?: Bookmark): Failure {
  const sentence = endedEarly(cause.code ?? cause.message);
  const problem = new Problem('outcomeUnknown', sentence, UNKNOWN, cause);
  return new Failure(bookmark === undefined ? 'broken' : 'cut', problem, bookmark);
}

/** A server that echoes ids sent the answer to something else: the connection may be one answer behind. */
export function anothers(): Failure {
  const sentence = 'The answer bears the id of another call, so that it is no answer to this one.';
  return new Failure('broken', new Problem('outcomeUnknown', sentence, UNKNOWN));
}

/** A connection that broke while more was being sent than servers usually take. */
export function cutOffLarge(cause: SendFailure): Failure {
  const sentence = `The connection broke while a large message was being sent (${cause.code}): the server probably refuses its size.`;
  return new Failure('final', new Problem('tooLarge', sentence, UNKNOWN, cause));
}

/** @param hint - names the option that governs the limit, if there is one */
export function silent(ms: number, hint: string | undefined): Failure {
  return late(`The MCP server sent nothing for ${ms / 1000} s.`, hint);
}

/** @param hint - as above */
export function tooLong(ms: number, hint: string | undefined): Failure {
  return late(`The call took longer than ${ms / 1000} s in all.`, hint);
}

/** The server took the message, and sends a body that is not needed. */
export function unfinished(ms: number): Failure {
  return late(`The MCP server did not end its answer within ${ms / 1000} s.`, undefined);
}

function late(sentence: string, hint: string | undefined): Failure {
  return new Failure('final', new Problem('timeout', sentence, hint === undefined ? UNKNOWN : { ...UNKNOWN, hint }));
}

/** A status without an MCP message under it. */
export function statusFailure(status: number, text: string): Failure {
  const said = excerpt(text);
  const words = said === '' ? 'and said nothing' : `and said: ${said}`;
  const point = pointOf(status);
  if (status >= 200 && status < 300) {
    const excess = excessIn(text);
    if (excess !== undefined) return tooMuch(excess);
    const sentence = said === '' ? 'The MCP server gave no answer.' : `The answer is no MCP message: ${said}`;
    return new Failure('unusable', new Problem('invalidUpstream', sentence, { ...UNKNOWN, httpStatus: status }));
  }
  const kind = status === 429 ? 'rateLimited' : status === 413 ? 'tooLarge' : 'upstreamHttp';
  const outcome = point === 'broken' || point === 'unavailable' || MAY_HAVE_RUN.has(status) ? UNKNOWN : REJECTED;
  const sentence = `The far end answered with HTTP status ${status} ${words}`;
  return new Failure(point, new Problem(kind, sentence, { ...outcome, httpStatus: status }));
}

/** All calls together hold as much as they may. */
export function noRoom(details: { readonly outcome: Outcome }): Problem {
  const sentence = 'The calls under way hold as much text as the bridge allows, and none of them has ended in time.';
  return new Problem('tooLarge', sentence, { ...details, hint: 'Make fewer large calls at a time.' });
}

function tooMuch(excess: string): Failure {
  const sentence = `The answer of the MCP server ${excess}.`;
  return new Failure('final', new Problem('tooLarge', sentence, UNKNOWN));
}

/** Client errors that say nothing about whether the request was acted on: timeout, conflict, too early. */
const MAY_HAVE_RUN: ReadonlySet<number> = new Set([408, 409, 425]);

export function pointOf(status: number): FailurePoint {
  if (status === 429) return 'busy';
  if (status === 503) return 'unavailable';
  return status >= 500 ? 'broken' : 'final';
}

function unreachable(failure: SendFailure): Failure {
  const { isFinal, problem } = whyUnreachable(failure);
  return new Failure(isFinal ? 'final' : 'unsent', problem);
}

export function isSendFailure(thrown: unknown): thrown is SendFailure {
  return thrown instanceof Error && 'sent' in thrown && 'code' in thrown;
}
