/** A message, and how it is carried to the MCP server. */

import { headersFor } from '../protocol/headers.ts';
import type { Message } from '../protocol/message.ts';
import type { CallClass } from '../protocol/retry.ts';
import type { Session } from '../protocol/session.ts';
import type { Limits } from './deadline.ts';
import type { Repeats } from './repeats.ts';

export interface Errand {
  readonly message: Message;
  /** Headers for the MCP server. */
  readonly headers: Readonly<Record<string, string>>;
  /** What it does to the world, by which it is decided whether it is sent again. */
  readonly callClass: CallClass;
  /** Whether a session id is among them. */
  readonly inSession: boolean;
  /** Generation of the session that is open, whether it has an id or not. */
  readonly generation?: number | undefined;
  readonly limits: Limits;
  /** Told of the session id that came with the head of an answer, or that none did. */
  readonly onSessionId?: ((id: string | undefined) => void) | undefined;
}

/** What holds for every message. */
export interface RequestDefaults {
  /** Headers for the MCP server beside those of the protocol. */
  readonly headers: Readonly<Record<string, string>>;
  /** Patience with a call; the first answers have less. */
  readonly limits: Limits;
  readonly repeats: Repeats;
}

/** Clients give up on `initialize` after 15 to 60 s, and on `server/discover` sooner. */
const FIRST_ANSWER_MS: ReadonlyMap<string, number> = new Map([
  ['initialize', 25_000],
  ['server/discover', 5_000],
]);

/** A stream of notifications may be quiet for hours, and goes on for as long as the client wants it. */
const LISTENING: Limits = {
  silenceMs: 24 * 3_600_000,
  totalMs: 24 * 3_600_000,
  totalHint: 'Subscribe again: a subscription lasts a day.',
};

/** @param session - that a legacy message belongs to */
export function errandFor(message: Message, session: Session, defaults: RequestDefaults): Errand {
  const { headers, limits, repeats } = defaults;
  return {
    message,
    headers: { ...headers, ...headersFor(message, session) },
    callClass: repeats.classOf(message, session.generation),
    inSession: session.at === 'open' && session.id !== undefined,
    generation: session.at === 'open' ? session.generation : undefined,
    limits: message.kind === 'request' ? limitsFor(message.method, limits) : limits,
  };
}

function limitsFor(method: string, limits: Limits): Limits {
  if (method === 'subscriptions/listen') return LISTENING;
  const ms = FIRST_ANSWER_MS.get(method);
  if (ms === undefined) return limits;
  const fixed = `Check that the MCP server is up: ${method} has ${ms / 1000} s, which no option changes.`;
  const isSilenceFixed = ms <= limits.silenceMs;
  const isTotalFixed = ms <= limits.totalMs;
  return {
    ...limits,
    ...(isSilenceFixed && { silenceMs: ms, silenceHint: fixed }),
    ...(isTotalFixed && { totalMs: ms, totalHint: fixed }),
  };
}
