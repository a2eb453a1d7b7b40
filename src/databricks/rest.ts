/** The few questions that are put to the workspace itself, beside the relayed calls: a GET each, answered in JSON. */

import type { Access, HttpCall, HttpHead, HttpReply, Send } from '../ports.ts';
import { excerpt } from '../protocol/excerpt.ts';
import { WORKSPACE_RESPONSE_BYTES, WORKSPACE_RESPONSE_CHUNKS } from '../protocol/limits.ts';
import { Problem } from '../protocol/problem.ts';
import { soundRequestId } from '../protocol/request-id.ts';
import { demandsCertificate, detailOf, endedEarly, lossOf, whyUnreachable } from '../protocol/unreachable.ts';

/** What the workspace said, whatever the status. */
export interface RestReply extends HttpHead {
  readonly text: string;
  /** The text as JSON; undefined where it is none. Foreign: look before you use it. */
  readonly json: unknown;
}

/** Longest time until the request is on a connection, in milliseconds. */
const CONNECT_MS = 8_000;

/**
 * Asks the workspace with the current access. Follows no redirect and repeats nothing; the time is the signal's to limit.
 *
 * @param path - with leading slash; what varies in it is encoded by the caller
 * @throws Problem of kind `unreachable` or `invalidUpstream`; the signal's reason when that fires first. A status that
 *   is no success is for the caller to judge, by {@link refusal} or better.
 */
export async function get(send: Send, access: Access, path: string, signal: AbortSignal): Promise<RestReply> {
  const { origin, token, workspaceId } = access;
  return ask(
    send,
    {
      origin,
      method: 'GET',
      path,
      headers: {
        authorization: `Bearer ${token}`,
        accept: 'application/json',
        'accept-encoding': 'identity',
        ...(workspaceId === undefined ? {} : { 'x-databricks-workspace-id': workspaceId }),
      },
    },
    signal,
    'the workspace',
  );
}

/**
 * Any one call whose answer is small, under the rules of {@link get}.
 *
 * @param to - what is asked, in the words of a failure
 */
export async function ask(
  send: Send,
  call: HttpCall,
  signal: AbortSignal,
  to: string = call.origin,
): Promise<RestReply> {
  try {
    const reply = await send(call, signal, CONNECT_MS);
    const text = await textOf(reply, call);
    return { status: reply.status, header: (name) => reply.header(name), text, json: jsonIn(text) };
  } catch (thrown) {
    if (signal.aborted) throw signal.reason;
    if (thrown instanceof Problem) throw thrown;
    throw unanswered(thrown, to);
  }
}

/** The same sentence as a message gets, in every command. */
function unanswered(thrown: unknown, to: string): Problem {
  const error = thrown instanceof Error ? thrown : new Error(String(thrown));
  const failure = Object.assign(error, { code: 'code' in error ? String(error.code) : 'no code' });
  if (!('sent' in failure) || failure.sent !== true || demandsCertificate(failure.code)) {
    return whyUnreachable(failure, to).problem;
  }
  const [, what] = lossOf(failure) ?? [];
  const sentence = what === undefined ? endedEarly(failure.code) : `${what} (${detailOf(failure)}).`;
  return new Problem('unreachable', sentence, { outcome: 'unknown' }, failure);
}

/** What a status that is no success says, in one sentence. */
export function refusal({ header, json, status, text }: RestReply, path: string): Problem {
  const { error_code: code, message } = (typeof json === 'object' && json !== null ? json : {}) as {
    error_code?: unknown;
    message?: unknown;
  };
  const said = excerpt(typeof message === 'string' ? message : text);
  const words = [typeof code === 'string' ? excerpt(code) : '', said].filter((word) => word !== '').join(': ');
  const sentence = `The workspace answered ${path} with HTTP status ${status}${words === '' ? '.' : ` and said: ${words}`}`;
  return new Problem(status === 401 || status === 403 ? 'auth' : 'upstreamHttp', sentence, {
    outcome: 'rejected',
    httpStatus: status,
    requestId: soundRequestId(header('x-request-id')),
  });
}

async function textOf({ body }: HttpReply, { origin, path }: HttpCall): Promise<string> {
  const pieces: Uint8Array[] = [];
  let bytes = 0;
  for await (const piece of body) {
    bytes += piece.length;
    if (bytes > WORKSPACE_RESPONSE_BYTES || pieces.length > WORKSPACE_RESPONSE_CHUNKS) {
      throw new Problem(
        'invalidUpstream',
        `The answer of ${origin} to ${path} is longer than ${WORKSPACE_RESPONSE_BYTES} bytes or ${WORKSPACE_RESPONSE_CHUNKS} chunks.`,
      );
    }
    pieces.push(piece);
  }
  return new TextDecoder().decode(Buffer.concat(pieces, bytes));
}

function jsonIn(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}
