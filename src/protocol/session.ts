/**
 * What we know of the session with a legacy server. A server may hand out a session id with its answer to `initialize`
 * or not; absence is normal (GitHub's keeps none). [MCP 2025-11-25, Transports, Session Management]
 */

/** The client's own words, kept so that a lost session can be opened again. */
export interface Handshake {
  /** Text of the client's `initialize`. */
  readonly initialize: string;
  /** Text of its `notifications/initialized`, once that was seen. */
  readonly initialized?: string | undefined;
}

export type Session =
  /** No `initialize` was answered with a result yet. Messages go out without session and version. */
  | { readonly at: 'unopened'; readonly generation: number }
  | {
      readonly at: 'open';
      /** Counts openings, so that a late refusal of an older session is told from one of this. */
      readonly generation: number;
      readonly handshake: Handshake;
      /** Protocol version of the server's answer; absent where that held none that a header can carry. */
      readonly version: string | undefined;
      /** Absent where the server keeps no session. A secret: whoever has it can speak for this client. */
      readonly id: string | undefined;
    }
  /** The server no longer knows the session, and it is not open again yet. */
  | { readonly at: 'lost'; readonly generation: number; readonly handshake: Handshake };

export type SessionEvent =
  | {
      readonly type: 'opened';
      readonly handshake: Handshake;
      readonly version: string | undefined;
      readonly id: string | undefined;
    }
  /** The same, by a replay of the handshake for the lost session of that generation. */
  | {
      readonly type: 'reopened';
      readonly generation: number;
      readonly version: string | undefined;
      readonly id: string | undefined;
    }
  | { readonly type: 'initialized'; readonly text: string }
  /** The server refused a message of that generation because it does not know the session. */
  | { readonly type: 'rejected'; readonly generation: number }
  /** A new `initialize` of the client is on its way: it belongs to no session. */
  | { readonly type: 'closed' };

export const UNOPENED: Session = { at: 'unopened', generation: 0 };

/** The one place that changes a session. A rejection that names an older generation changes nothing. */
export function advance(session: Session, event: SessionEvent): Session {
  switch (event.type) {
    case 'opened': {
      const { handshake, version, id } = event;
      return { at: 'open', generation: session.generation + 1, handshake, version, id };
    }
    case 'reopened': {
      // The client may have opened a session of its own in the meantime: then that one counts.
      if (session.at !== 'lost' || session.generation !== event.generation) return session;
      const { version, id } = event;
      return { at: 'open', generation: session.generation + 1, handshake: session.handshake, version, id };
    }
    case 'initialized':
      return session.at === 'open'
        ? { ...session, handshake: { ...session.handshake, initialized: event.text } }
        : session;
    case 'rejected':
      return session.at === 'open' && session.generation === event.generation
        ? { at: 'lost', generation: session.generation, handshake: session.handshake }
        : session;
    case 'closed':
      return { at: 'unopened', generation: session.generation };
  }
}

/** Longest id that we put into a header again: no server needs more, and hops in between have limits of their own. */
const ID_LIMIT = 1024;

/** Visible ASCII only. [MCP 2025-11-25, Transports, Session Management] */
export function isSoundSessionId(id: string): boolean {
  return id.length <= ID_LIMIT && /^[\x21-\x7e]+$/.test(id);
}
