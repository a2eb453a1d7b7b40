/** What an HTTP answer to one of our messages means. Values in, verdict out; the exchange acts on it. */

import { type Answer, type Incoming, type RpcError, readIncoming } from './incoming.ts';
import type { CallClass } from './retry.ts';

/** What a body is by its first characters; the content type of some routes says nothing, or something wrong. */
export type BodyKind = 'empty' | 'json' | 'sse' | 'text';

/** @param start - the first characters of the body: some more of them may tell more */
export function sniff(start: string): BodyKind {
  const text = start.trimStart();
  if (text === '') return 'empty';
  if (text.startsWith('{') || text.startsWith('[')) return 'json';
  return /^(?:data|event|id|retry)?:|^(?:data|event|id|retry)[\r\n]/.test(text) ? 'sse' : 'text';
}

export interface ReplyFacts {
  readonly status: number;
  readonly text: string;
  /** Whether the call that it answers carried a session id. */
  readonly sessionSent: boolean;
  readonly callClass: CallClass;
}

export type Verdict =
  /** Nothing to hand on, as it should be for a notification. */
  | { readonly is: 'accepted' }
  /** JSON-RPC, whatever the status. */
  | { readonly is: 'messages'; readonly messages: readonly Incoming[] }
  /** The server does not know the session; it ran nothing. */
  | { readonly is: 'session-gone' }
  /** The server does not know the method, and said so in words of its own. */
  | { readonly is: 'no-such-method' }
  /** An answer without an MCP message in it. */
  | { readonly is: 'status'; readonly status: number };

/**
 * Judges a whole body (that is: all but an event stream).
 *
 * A 404 means that the session is gone only if we sent its id, and not where a JSON-RPC error says that a method is
 * unknown. [MCP 2025-11-25, Transports, Session Management; 2026-07-28, Transports]
 */
export function judge({ status, text, sessionSent, callClass }: ReplyFacts): Verdict {
  const messages = readIncoming(text);
  if (messages !== undefined) {
    const error = messages.length === 1 && messages[0]?.kind === 'answer' ? messages[0].error : undefined;
    if (error !== undefined && sessionSent && saysSessionGone(status, error, callClass)) return { is: 'session-gone' };
    return { is: 'messages', messages };
  }
  if (sessionSent && textSaysSessionGone(status, text, callClass)) return { is: 'session-gone' };
  // github-mcp-server answers an unknown method of the legacy era so, with status 400. [observed on v1.10, 2026-11]
  if (/^\s*JSON RPC not handled\b/.test(text)) return { is: 'no-such-method' };
  if (text.trim() === '' && status >= 200 && status < 300) return { is: 'accepted' };
  return { is: 'status', status };
}

/** Whether an answer inside an event stream, which comes with status 200, says that the session is gone. */
export function answerSaysSessionGone({ error }: Answer, callClass: CallClass): boolean {
  return error !== undefined && saysSessionGone(200, error, callClass);
}

const METHOD_NOT_FOUND = -32601;
const SESSION_WORDS = /session/i;

/**
 * The shapes in which servers and gateways say that they do not know a session. `certain` ones are said before a
 * message is dispatched, so that even a call with effects may be sent again; the others are acted on for calls that do
 * no harm when they run twice.
 */
const GONE_SHAPES: readonly {
  readonly says: (status: number, code: number | undefined, message: string) => boolean;
  readonly certain: boolean;
}[] = [
  // What the specification asks for, whatever the words.
  { says: (status, code) => status === 404 && code !== METHOD_NOT_FOUND, certain: true },
  // The SDKs' own code for it, on routes that answer 200 for every status of the server.
  { says: (_, code, message) => code === -32001 && SESSION_WORDS.test(message), certain: true },
  // AgentCore behind mcp-proxy-for-aws: "SessionId was not found or has expired".
  { says: (_, code, message) => code === -30001 && SESSION_WORDS.test(message), certain: false },
  {
    says: (status, _, message) =>
      status === 400 &&
      /no valid session|invalid (?:or \w+ )?session|not initialized|initialize first|session (?:id )?(?:was )?not found/i.test(
        message,
      ),
    certain: true,
  },
  {
    says: (_, code, message) =>
      (code === -32603 || code === -32000) && /(?:no valid|invalid|expired|unknown) (?:or \w+ )?session/i.test(message),
    certain: false,
  },
];

function saysSessionGone(status: number, { code, message }: RpcError, callClass: CallClass): boolean {
  return GONE_SHAPES.some(({ says, certain }) => (certain || callClass !== 'effects') && says(status, code, message));
}

/** A Go server's plain text, which some routes hand on with status 200. A page in HTML is a gateway's, not a server's. */
function textSaysSessionGone(status: number, text: string, callClass: CallClass): boolean {
  if (text.trimStart().startsWith('<')) return false;
  if (/^\s*session (?:not found|is closing)\s*$/i.test(text)) return true;
  return saysSessionGone(status, { code: undefined, message: text }, callClass);
}
