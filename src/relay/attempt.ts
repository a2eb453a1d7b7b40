/** One attempt to carry a message: send it, and hand on what comes back. What to do about a failure is not decided here. */

import type { Access, HttpCall, HttpReply, McpCall, Route } from '../ports.ts';
import { bytesOf, holdText } from '../protocol/message-bytes.ts';
import { Problem } from '../protocol/problem.ts';
import type { Bookmark } from '../protocol/sse.ts';
import { readReply } from './answers.ts';
import type { Deadline } from './deadline.ts';
import type { Errand } from './errand.ts';
import { cutOffLarge, Failure, isSendFailure } from './failure.ts';
import type { Emit } from './handler.ts';
import type { Wire } from './wire.ts';

/** github-mcp-server takes no more. [observed on v1.10, 2026-11] */
const SERVER_LIMIT_BYTES = 5 * 1024 * 1024;

/** What the attempts before leave for the next one. */
export interface Attempting {
  /** Time within which the call has to be on a connection, in milliseconds. */
  readonly reachMs: number;
  /** Whether it has to be a connection that is opened for it. */
  readonly needsFresh: boolean;
  /** Where the answer of an earlier attempt broke off: then nothing is sent again, the rest is fetched. */
  readonly bookmark: Bookmark | undefined;
}

/**
 * @throws Failure, SessionGone, or whatever the send and the body threw
 */
export async function attempt(
  wire: Wire,
  errand: Errand,
  access: Access,
  deadline: Deadline,
  { bookmark, needsFresh, reachMs }: Attempting,
  { emit, onWrite }: { readonly emit: Emit; readonly onWrite: () => void },
): Promise<void> {
  const wrapped = wire.route.wrap(bookmark ? resumption(errand.headers, bookmark) : submission(errand), access);
  refuseOversized(wrapped, wire.route);
  const call = { ...wrapped, fresh: needsFresh, onWrite };
  let reply: HttpReply;
  try {
    reply = await wire.send(call, deadline.signal, reachMs);
  } catch (thrown) {
    throw bounded(thrown, call);
  }
  noteSessionId(reply.header('mcp-session-id'), errand, wire);
  return readReply(reply, wire, errand, access, deadline, emit);
}

/** github-mcp-server, for one, closes the connection on a body above its limit, sometimes before it has said so. */
function bounded(thrown: unknown, { body = '' }: HttpCall): unknown {
  const isLarge = body.length > SERVER_LIMIT_BYTES;
  return isLarge && isSendFailure(thrown) && thrown.sent ? cutOffLarge(thrown) : thrown;
}

function submission({ headers, message }: Errand): McpCall {
  const bytes = bytesOf(message);
  const text = bytes === undefined ? message.text : '';
  const call = { method: 'POST', headers, text } as const;
  return bytes === undefined ? call : holdText<McpCall & { text: string }>(call, 'text', bytes);
}

/** The call that takes up an event stream where it ended. [MCP 2025-11-25, Transports, Resumability] */
export function resumption(headers: Readonly<Record<string, string>>, bookmark: Bookmark | undefined): McpCall {
  const { 'Content-Type': _, ...kept } = headers;
  const from = bookmark === undefined ? {} : { 'Last-Event-ID': bookmark.lastEventId };
  return { method: 'GET', headers: { ...kept, Accept: 'text/event-stream', ...from } };
}

/** Only `initialize` brings a session id; a server that names another one later is not followed. */
function noteSessionId(id: string | undefined, { headers, inSession, onSessionId }: Errand, { log }: Wire): void {
  if (onSessionId) onSessionId(id);
  else if (inSession && id !== undefined && id !== headers['Mcp-Session-Id']) {
    log.warn({}, 'the server named another session than the one it has opened: ignored');
  }
}

function refuseOversized({ body = '' }: HttpCall, { limitBytes, name }: Route): void {
  // Characters bound bytes from below and, times three, from above: most bodies need no counting.
  if (body.length * 3 <= limitBytes) return;
  const bytes = Buffer.byteLength(body);
  if (bytes <= limitBytes) return;
  const sentence = `The message takes ${bytes} bytes, and the route ${name} carries at most ${limitBytes}.`;
  throw new Failure('final', new Problem('tooLarge', sentence, { outcome: 'not_sent' }));
}
