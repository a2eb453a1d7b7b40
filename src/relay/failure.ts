/** A failed attempt: where it failed, which decides whether it is made again, and what the client is told if it is not. */

import type { SendFailure } from '../ports.ts';
import { excerpt } from '../protocol/excerpt.ts';
import { type Outcome, Problem } from '../protocol/problem.ts';
import { type CallClass, type FailurePoint, isHarmless } from '../protocol/retry.ts';
import type { Bookmark } from '../protocol/sse.ts';
import { BodyNotUtf8, BodyTooLarge } from './body.ts';

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

  /** What the client is told when the call is not made again. */
  conclude(callClass: CallClass, attempts: number): Problem {
    const problem = this.problem.with({ attempts });
    if (problem.outcome !== 'unknown') return problem;
    const harmless = isHarmless(callClass);
    const isLost = this.point === 'broken' || this.point === 'unavailable';
    // Whatever a gateway made of it: what matters of a call with effects is that it may have had them.
    return (isLost && !harmless ? problem.as('outcomeUnknown') : problem).withOutcomeUnknown(harmless);
  }
}

/** The server does not know the session that the call named. It ran nothing. */
export class SessionGone extends Error {
  override readonly name = 'SessionGone';
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
  if (thrown instanceof BodyNotUtf8) {
    const sentence = 'The answer of the MCP server is not UTF-8 text.';
    return new Failure('unusable', new Problem('invalidUpstream', sentence, UNKNOWN, thrown));
  }
  if (thrown instanceof Error && 'code' in thrown && /^Z_|^ERR_.*BROTLI/.test(String(thrown.code))) {
    const sentence = `The answer is compressed, and broken (${thrown.code}).`;
    return new Failure('unusable', new Problem('invalidUpstream', sentence, UNKNOWN, thrown));
  }
  if (isSendFailure(thrown)) return thrown.sent ? cutOff(thrown) : unreachable(thrown);
  return new Failure('final', new Problem('internal', 'The bridge failed while it handled the call.', UNKNOWN, thrown));
}

/**
 * An answer that ended, or broke off, before the message in it was complete.
 *
 * @param bookmark - where it can be taken up again, if it can
 */
export function cutOff(cause: Error & { readonly code?: string }, bookmark?: Bookmark): Failure {
  const sentence = `The connection ended before the answer was there (${cause.code ?? cause.message}).`;
  const problem = new Problem('outcomeUnknown', sentence, UNKNOWN, cause);
  return new Failure(bookmark === undefined ? 'broken' : 'cut', problem, bookmark);
}

export function silent(ms: number): Failure {
  const sentence = `The MCP server sent nothing for ${ms / 1000} s.`;
  return new Failure('final', new Problem('timeout', sentence, UNKNOWN));
}

export function tooLong(ms: number): Failure {
  const sentence = `The call took longer than ${ms / 1000} s in all.`;
  return new Failure('final', new Problem('timeout', sentence, UNKNOWN));
}

/** A status without an MCP message under it. */
export function statusFailure(status: number, text: string): Failure {
  const said = excerpt(text);
  const words = said === '' ? 'and said nothing' : `and said: ${said}`;
  const point = pointOf(status);
  if (status >= 200 && status < 300) {
    const sentence = said === '' ? 'The MCP server gave no answer.' : `The answer is no MCP message: ${said}`;
    return new Failure('unusable', new Problem('invalidUpstream', sentence, { ...UNKNOWN, httpStatus: status }));
  }
  const kind = status === 429 ? 'rateLimited' : status === 413 ? 'tooLarge' : 'upstreamHttp';
  const outcome = point === 'broken' || point === 'unavailable' || MAY_HAVE_RUN.has(status) ? UNKNOWN : REJECTED;
  const sentence = `The far end answered with HTTP status ${status} ${words}`;
  return new Failure(point, new Problem(kind, sentence, { ...outcome, httpStatus: status }));
}

/** Client errors that say nothing about whether the request was acted on: timeout, conflict, too early. */
const MAY_HAVE_RUN: ReadonlySet<number> = new Set([408, 409, 425]);

export function pointOf(status: number): FailurePoint {
  if (status === 429) return 'busy';
  if (status === 503) return 'unavailable';
  return status >= 500 ? 'broken' : 'final';
}

function unreachable(failure: SendFailure): Failure {
  const certificate = /CERT|SIGNATURE|ISSUER/.test(failure.code);
  const [, what, hint] = REASONS.find(([codes]) => codes.test(failure.code)) ?? [];
  const sentence = `The workspace cannot be reached: ${what ?? 'the connection failed'} (${failure.code}).`;
  const details = { outcome: 'not_sent' as const, ...(hint === undefined ? {} : { hint }) };
  return new Failure(certificate ? 'final' : 'unsent', new Problem('unreachable', sentence, details, failure));
}

/** What each family of system codes means to the person, and what to do about it. */
const REASONS: readonly (readonly [codes: RegExp, what: string, hint: string])[] = [
  [/^ENOTFOUND$/, 'its name is unknown', 'Check the workspace host for a typing error, then the network or VPN.'],
  [/^EAI_AGAIN$/, 'names cannot be looked up', 'Check the network or VPN.'],
  [/^ECONNREFUSED$/, 'nothing listens there', 'Check the workspace host and its port.'],
  [/TIMEOUT|ETIMEDOUT/, 'it did not answer in time', 'Check the network, the VPN and the proxy.'],
  [/UNREACH|ENETDOWN/, 'there is no way to it', 'Check the network or VPN.'],
  [
    /CERT|SIGNATURE|ISSUER/,
    'its certificate is not trusted',
    'If your company uses its own certificate authority, name its file in NODE_EXTRA_CA_CERTS.',
  ],
];

export function isSendFailure(thrown: unknown): thrown is SendFailure {
  return thrown instanceof Error && 'sent' in thrown && 'code' in thrown;
}
