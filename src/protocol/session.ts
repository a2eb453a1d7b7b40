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

/** A refusal of a message that named a session. */
export interface Refusal {
  /** HTTP status; 200 where the route hides it. */
  readonly status: number;
  /** JSON-RPC code; undefined in what is not JSON-RPC. */
  readonly code: number | undefined;
  readonly words: string;
  /** Whether it has no id, or one that was not sent: then the server refused before it read the message. */
  readonly isForeign: boolean;
}

export interface Loss {
  /** Whether the message was refused before it was dispatched, so that even a call with effects may be sent again. */
  readonly isCertain: boolean;
  /** Whether the words say so, and not the status alone. */
  readonly isSaid: boolean;
}

interface LostForm extends Loss {
  readonly matches: (refusal: Refusal) => boolean;
}

const METHOD_NOT_FOUND = -32601;
/** Codes under which SDKs refuse a session, besides -32001. */
const REFUSED_CODES: ReadonlySet<number | undefined> = new Set([-32600, -32000, -32002]);

/** The words of SDKs and gateways, perhaps behind the name of the status: nothing else may stand before them. */
const SAYS_LOST =
  /^\s*(?:(?:\d{3} )?(?:bad request|unauthorized|forbidden|not found|gone|error|invalid request) ?[:,-] ?)?(?:(?:the |your )?(?:mcp[ _-])?session(?:[ _-]?id)?[ _-](?:was |is |has been |has |does )?(?:not[ _-]found|not exist|not valid|unknown|invalid|expired|terminated|closed|closing|no longer \w+)|(?:no valid|missing or invalid|invalid(?: or \w+)?|unknown|expired|no such)[ _-](?:mcp[ _-])?session|server not initialized)\b[^<]{0,200}$/i;
/** Words about a login: what was refused is a credential. */
const ABOUT_LOGIN = /\b(?:sign|log)(?:ged)?[ -]?(?:in|out)\b|\b(?:token|credential|authenticat|password)/i;

/**
 * The forms in which a server or a gateway reports that it does not know a session. The first that matches counts.
 */
const LOST_FORMS: readonly LostForm[] = [
  // The specification, and what a gateway makes of it: the words do not matter. TypeScript, Go, C#, Java, PHP, Python.
  {
    matches: ({ code, status, words }) =>
      (status === 404 || status === 410) && code !== METHOD_NOT_FOUND && saysLost(words),
    isCertain: true,
    isSaid: true,
  },
  {
    matches: ({ code, status }) => (status === 404 || status === 410) && code !== METHOD_NOT_FOUND,
    isCertain: true,
    isSaid: false,
  },
  // The code of the TypeScript and C# SDKs, on routes that answer 200 for every status of the server.
  { matches: ({ code, words }) => code === -32001 && /session/i.test(words), isCertain: true, isSaid: true },
  {
    matches: ({ status, words }) =>
      status === 400 &&
      /no valid session|invalid (?:or \w+ )?session|not initialized|initialize first|session (?:id )?(?:was )?not found/i.test(
        words,
      ),
    isCertain: true,
    isSaid: false,
  },
  // The Rust SDK: 401 "Unauthorized: Session not found". Gateways: 403. A session that has expired there may be a login.
  {
    matches: ({ status, words }) => (status === 401 || status === 403) && saysLost(words) && !/expired/i.test(words),
    isCertain: true,
    isSaid: true,
  },
  // Plain text of the Go SDK and mcp-go, `{"detail"}` of FastAPI, `{"error"}` of gateways: no tool answers so.
  {
    matches: ({ code, status, words }) => code === undefined && hasNotFailed(status) && saysLost(words),
    isCertain: true,
    isSaid: true,
  },
  // The Python and PHP SDKs: -32600 with an id of their own, or none.
  {
    matches: ({ code, isForeign, status, words }) =>
      REFUSED_CODES.has(code) && isForeign && hasNotFailed(status) && saysLost(words),
    isCertain: true,
    isSaid: true,
  },
  // AgentCore behind mcp-proxy-for-aws: "SessionId was not found or has expired".
  { matches: ({ code, words }) => code === -30001 && /session/i.test(words), isCertain: false, isSaid: true },
  // With the id that was sent, a tool may have said so.
  {
    matches: ({ code, words }) =>
      (code === -32603 || code === -32000) && /(?:no valid|invalid|expired|unknown) (?:or \w+ )?session/i.test(words),
    isCertain: false,
    isSaid: true,
  },
  {
    matches: ({ code, status, words }) =>
      (code === -32603 || REFUSED_CODES.has(code)) && hasNotFailed(status) && saysLost(words),
    isCertain: false,
    isSaid: true,
  },
];

/** @returns undefined where the refusal is not about a lost session */
export function lossIn(refusal: Refusal): Loss | undefined {
  return LOST_FORMS.find(({ matches }) => matches(refusal));
}

function saysLost(words: string): boolean {
  return SAYS_LOST.test(words) && !ABOUT_LOGIN.test(words);
}

/** Whether the server, or what stands before it, has refused the message instead of failing at it. */
function hasNotFailed(status: number): boolean {
  return (status >= 200 && status < 300) || (status >= 400 && status < 500 && status !== 401 && status !== 403);
}
