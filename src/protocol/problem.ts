/**
 * What can go wrong, as the client is told of it: the one error type of the bridge.
 *
 * Codes: new errors stay at JSON-RPC's own -32603, -32600 and -32700. -32000..-32019 are of the legacy range and
 * -32020..-32022 are evidence of an era, so that an error of ours there would be taken for the server's.
 * [MCP 2026-07-28, basic, Error codes]
 */

import type { Id } from './message.ts';

const INTERNAL = -32603;
/** [MCP 2025-11-25, schema, URLElicitationRequiredError] 2026-07-28 forbids it. */
const URL_ELICITATION_REQUIRED = -32042;

interface KindRow {
  /** JSON-RPC code. */
  readonly rpc: number;
  /** What to do, where the place that found the problem knows nothing better. */
  readonly hint: string;
}

export type Kind =
  | 'unreachable'
  | 'outcomeUnknown'
  | 'auth'
  | 'rateLimited'
  | 'upstreamHttp'
  | 'invalidUpstream'
  | 'tooLarge'
  | 'sessionLost'
  | 'timeout'
  | 'shutdown'
  | 'internal'
  | 'badMessage'
  | 'methodNotFound'
  | 'connectionLogin'
  | 'policy';

const KINDS: Readonly<Record<Kind, KindRow>> = {
  unreachable: { rpc: INTERNAL, hint: 'Check the workspace host, the network, the proxy and the VPN.' },
  outcomeUnknown: {
    rpc: INTERNAL,
    hint: 'If this goes on, look at the network between here and the workspace.',
  },
  auth: { rpc: INTERNAL, hint: 'Sign in to the workspace again, or replace the token.' },
  rateLimited: { rpc: INTERNAL, hint: 'Wait before the next call.' },
  upstreamHttp: { rpc: INTERNAL, hint: 'Check the workspace host, the base path of the connection and --path.' },
  invalidUpstream: { rpc: INTERNAL, hint: 'Check that the connection leads to an MCP server.' },
  tooLarge: { rpc: INTERNAL, hint: 'Send or ask for less at a time.' },
  sessionLost: { rpc: INTERNAL, hint: 'Call again; if that fails too, restart the client.' },
  timeout: { rpc: INTERNAL, hint: 'Check the network and the server, then try again.' },
  shutdown: { rpc: INTERNAL, hint: 'Start the client again.' },
  internal: { rpc: INTERNAL, hint: 'This is a bug in uc-mcp-bridge: please report it.' },
  badMessage: { rpc: -32600, hint: 'Send one JSON-RPC 2.0 message on each line, in UTF-8.' },
  methodNotFound: { rpc: -32601, hint: 'Use a method that the server has.' },
  connectionLogin: { rpc: INTERNAL, hint: 'Log in to the connection in the workspace, then call again.' },
  policy: { rpc: INTERNAL, hint: 'Call a tool that is in the list, or change the tool policy of uc-mcp-bridge.' },
};

/** What to do about a status that nothing more is known of. */
function hintForStatus(status = 0): string | undefined {
  if (status >= 500) {
    return 'Wait a moment and try again; if it goes on, give the status and the request id to the owner of the server.';
  }
  if (status === 401 || status === 403) return 'Ask the owner of the connection or of the workspace for access.';
  if (status >= 300 && status < 400)
    return 'Check the workspace host, the base path of the connection and --path: the address has moved.';
  if ([400, 406, 415, 422].includes(status))
    return 'Check the arguments, --header and --path: the request was refused.';
  return undefined;
}

/**
 * What is known of the call: no byte of it left (`not_sent`), it was turned away before it ran (`rejected`), or it may
 * have run (`unknown`).
 */
export type Outcome = 'not_sent' | 'rejected' | 'unknown';

/** From what cannot have happened to what may have. */
const OUTCOMES: readonly Outcome[] = ['not_sent', 'rejected', 'unknown'];

/** Of a call that was attempted more than once: what did not get through later takes back nothing of what went before. */
export function outcomeOfBoth(one: Outcome, other: Outcome): Outcome {
  return OUTCOMES.indexOf(one) > OUTCOMES.indexOf(other) ? one : other;
}

export interface Details {
  readonly outcome?: Outcome;
  /** JSON-RPC code, where it is not the one of the kind: -32700 for text that is not JSON. */
  readonly rpc?: number;
  readonly hint?: string;
  readonly httpStatus?: number | undefined;
  /** The platform's name for the request, for its support. */
  readonly requestId?: string | undefined;
  readonly retryAfterMs?: number | undefined;
  readonly attempts?: number | undefined;
  /** Whether what was configured is refused, as against missing or not accepted: commands end with 78 then, not 77. */
  readonly misconfigured?: boolean | undefined;
  /** Whether the workspace refused the call, so that nothing is said about the MCP server. */
  readonly isWorkspaces?: boolean | undefined;
  /** True if there is no login at all, so that another way of signing in may be tried. */
  readonly hasNoLogin?: boolean | undefined;
  /** A page for the person to open. Built by us, never taken over from a server's text. */
  readonly url?: string | undefined;
}

/** Starts every sentence about a call that may have had effects, so that no model takes it for an invitation to repeat. */
const OUTCOME_UNKNOWN = 'OUTCOME UNKNOWN';

/** An error with a stable kind, one sentence with the cause, and the next step. Never holds a secret. */
export class Problem extends Error {
  override readonly name = 'Problem';
  readonly kind: Kind;
  readonly details: Details;

  constructor(kind: Kind, sentence: string, details: Details = {}, cause?: unknown) {
    super(sentence, cause === undefined ? undefined : { cause });
    this.kind = kind;
    this.details = details;
  }

  get outcome(): Outcome {
    return this.details.outcome ?? 'not_sent';
  }

  get hint(): string {
    if (this.details.hint !== undefined) return this.details.hint;
    const byStatus = this.kind === 'upstreamHttp' ? hintForStatus(this.details.httpStatus) : undefined;
    return byStatus ?? KINDS[this.kind].hint;
  }

  /** The same problem with more known about it. */
  with(more: Details): Problem {
    return new Problem(this.kind, this.message, { ...this.details, ...more }, this.cause);
  }

  /** The same problem with other words: whatever may quote others goes through `change`. */
  reworded(change: (text: string) => string): Problem {
    const { requestId } = this.details;
    const details = { ...this.details, hint: change(this.hint), requestId: requestId && change(requestId) };
    return new Problem(this.kind, change(this.message), details, this.cause);
  }

  /** The same problem under another kind. */
  as(kind: Kind): Problem {
    return new Problem(kind, this.message, this.details, this.cause);
  }

  /**
   * The problem of a call that may have run.
   *
   * @param harmless - whether repeating the call does no harm
   */
  withOutcomeUnknown(harmless: boolean): Problem {
    const sentence = harmless
      ? `${ended(this.message)} Repeating the call is harmless.`
      : `${OUTCOME_UNKNOWN}: the call may have been executed. Do not repeat it; check first whether it took effect. Cause: ${this.message}`;
    return new Problem(this.kind, sentence, { ...this.details, outcome: 'unknown' }, this.cause);
  }
}

/**
 * The JSON-RPC error for a problem, as one line without its end.
 *
 * @param id - raw text of the request's id; undefined where there is none, and then the member is left out rather than
 *   null, which TypeScript clients refuse (observed with @modelcontextprotocol/sdk 1.32, 2026-11).
 * @param elicitationId - given where the client opens pages for the person: with it, a problem that has a page becomes
 *   the protocol's own request to open that
 */
export function errorText(id: Id | undefined, problem: Problem, elicitationId?: string): string {
  const { details, hint, kind, outcome } = problem;
  const sentence = ended(problem.message);
  const elicitation =
    elicitationId === undefined || details.url === undefined
      ? undefined
      : { mode: 'url', elicitationId, url: details.url, message: sentence };
  const error = {
    code: elicitation ? URL_ELICITATION_REQUIRED : (details.rpc ?? KINDS[kind].rpc),
    message: sentence.endsWith(hint) ? sentence : `${sentence} ${hint}`,
    data: {
      source: 'uc-mcp-bridge',
      kind,
      sent: outcome !== 'not_sent',
      outcome,
      httpStatus: details.httpStatus,
      requestId: details.requestId,
      retryAfterMs: details.retryAfterMs,
      attempts: details.attempts,
      hint,
      url: details.url,
      elicitations: elicitation && [elicitation],
    },
  };
  const idMember = id === undefined ? '' : `"id":${id},`;
  return `{"jsonrpc":"2.0",${idMember}"error":${JSON.stringify(error)}}`;
}

function ended(sentence: string): string {
  return /[.!?…]$/.test(sentence) ? sentence : `${sentence}.`;
}

/** Whatever was thrown while a message was under way, as a Problem: what is none is a bug of ours. */
export function problemOf(thrown: unknown): Problem {
  if (thrown instanceof Problem) return thrown;
  return new Problem('internal', 'The bridge failed while it handled the message.', { outcome: 'unknown' }, thrown);
}
