/** What an HTTP answer to one of our messages means. Values in, verdict out; the exchange acts on it. */

import { wordsOf } from './excerpt.ts';
import { type Answer, type Incoming, isSameId, type RpcError } from './incoming.ts';
import type { Id } from './message.ts';
import type { CallClass } from './retry.ts';
import { type Loss, lossIn } from './session.ts';

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
  /** The messages in the body; undefined if it is not JSON-RPC. */
  readonly messages: readonly Incoming[] | undefined;
  /** Decodes the body. Only called without messages. */
  readonly text: () => string;
  /** Whether the call that it answers carried a session id. */
  readonly sessionSent: boolean;
  readonly callClass: CallClass;
  /** Ids of the requests in the message that was sent. */
  readonly ids: readonly Id[];
}

export type Verdict =
  /** Nothing to hand on, as it should be for a notification. */
  | { readonly is: 'accepted' }
  /** JSON-RPC, whatever the status. */
  | { readonly is: 'messages'; readonly messages: readonly Incoming[] }
  /** The server does not know the session; it ran nothing. `isSaid`: its words say so, not the status alone. */
  | { readonly is: 'session-gone'; readonly isSaid: boolean }
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
export function judge({ status, messages, text: decode, sessionSent, callClass, ids }: ReplyFacts): Verdict {
  if (messages !== undefined) {
    const [only] = messages;
    const error = messages.length === 1 && only?.kind === 'answer' ? only.error : undefined;
    if (error !== undefined && sessionSent && saysSessionGone(status, only as Answer, error, callClass, ids)) {
      return { is: 'session-gone', isSaid: true };
    }
    return { is: 'messages', messages };
  }
  const text = decode();
  const loss = sessionSent ? lossInText(status, text) : undefined;
  if (loss !== undefined && mayRepeat(loss, callClass)) return { is: 'session-gone', isSaid: loss.isSaid };
  // github-mcp-server answers an unknown method of the legacy era so, with status 400. [observed on v1.10, 2026-11]
  if (/^\s*JSON RPC not handled\b/.test(text)) return { is: 'no-such-method' };
  if (text.trim() === '' && status >= 200 && status < 300) return { is: 'accepted' };
  return { is: 'status', status };
}

/** Whether an answer inside an event stream, which comes with status 200, says that the session is gone. */
export function answerSaysSessionGone(answer: Answer, callClass: CallClass, ids: readonly Id[]): boolean {
  return answer.error !== undefined && saysSessionGone(200, answer, answer.error, callClass, ids);
}

function saysSessionGone(
  status: number,
  { id }: Answer,
  { code, message }: RpcError,
  callClass: CallClass,
  ids: readonly Id[],
): boolean {
  const isForeign = !ids.some((sent) => isSameId(sent, id));
  return mayRepeat(lossIn({ status, code, words: message, isForeign }), callClass);
}

/** Longer texts are pages or documents. */
const LONGEST_REFUSAL = 1024;
/** The Java SDK writes an exception as JSON, with its stack trace before the message. */
const LONGEST_JSON_REFUSAL = 64 * 1024;

/** Texts and JSON that are not JSON-RPC. A page in HTML comes from a gateway, and the platform has codes of its own. */
function lossInText(status: number, text: string): Loss | undefined {
  if (text.trimStart().startsWith('<')) return undefined;
  const words = text.includes('"error_code"') ? '' : refusalIn(text);
  return lossIn({ status, code: undefined, words, isForeign: true });
}

function refusalIn(text: string): string {
  const isObject = text.trimStart().startsWith('{');
  if (text.length > (isObject ? LONGEST_JSON_REFUSAL : LONGEST_REFUSAL)) return '';
  if (!isObject) return text;
  try {
    return wordsOf(JSON.parse(text)) ?? '';
  } catch {
    return text;
  }
}

function mayRepeat(loss: Loss | undefined, callClass: CallClass): boolean {
  return loss !== undefined && (loss.isCertain || callClass !== 'effects');
}
