/** One message on its way to the server, as lines of a record: each attempt, and each pause before another. */

import type { ExchangeWatch, HttpCall, HttpReply } from '../ports.ts';
import type { Message } from '../protocol/message.ts';
import type { Problem } from '../protocol/problem.ts';
import { soundRequestId } from '../protocol/request-id.ts';
import { nameOf } from './client-edge.ts';
import type { AttemptEntry, MessageName } from './entry.ts';
import { rounded, type Writer } from './writer.ts';

/** What is known of the attempt that is under way. */
interface Attempt {
  readonly beganMs: number;
  readonly resumes: boolean;
  sentMs?: number;
  headMs?: number;
  sentBytes?: number;
  receivedBytes?: number;
  status?: number;
  requestId?: string | undefined;
}

/** @param exchange - its number in the run */
export function watchExchange(
  writer: Writer,
  exchange: number,
  message: Message,
  generation: number | undefined,
): ExchangeWatch {
  const name = nameIn(message);
  let made = 0;
  let current: Attempt | undefined;

  function end(outcome: string, problem?: Problem): void {
    const attempt = current;
    current = undefined;
    if (attempt === undefined) return;
    const { beganMs, headMs, receivedBytes, requestId, resumes, sentBytes, sentMs, status } = attempt;
    const entry: AttemptEntry = {
      type: 'attempt',
      ...name,
      exchange,
      attempt: made,
      ...(resumes && { resumes }),
      session: generation,
      status: status ?? problem?.details.httpStatus,
      requestId: requestId ?? soundRequestId(problem?.details.requestId),
      tookMs: rounded(writer.nowMs - beganMs),
      tokenMs: sentMs === undefined ? undefined : rounded(sentMs - beganMs),
      headMs: sentMs === undefined || headMs === undefined ? undefined : rounded(headMs - sentMs),
      sentBytes,
      receivedBytes,
      outcome,
      error: problem && { kind: problem.kind, message: problem.message },
    };
    writer.write(entry);
  }

  return {
    over: (send) => async (call, signal, unsentMs) => {
      const attempt = current;
      if (attempt === undefined) return send(call, signal, unsentMs);
      attempt.sentMs = writer.nowMs;
      attempt.sentBytes = sizeOf(call);
      const reply = await send(call, signal, unsentMs);
      attempt.headMs = writer.nowMs;
      attempt.status = reply.status;
      attempt.requestId = soundRequestId(reply.header('x-request-id'));
      return counted(reply, attempt);
    },
    attempt(resumes) {
      made++;
      current = { beganMs: writer.nowMs, resumes };
    },
    failed: ({ point, problem }) => end(point, problem),
    again: (waitMs, because) => writer.write({ type: 'wait', ...name, exchange, waitMs: rounded(waitMs), because }),
    ended: () => end('done'),
  };
}

function nameIn(message: Message): MessageName {
  switch (message.kind) {
    case 'request':
    case 'notification': {
      const { kind: _, ...name } = nameOf(message);
      return name;
    }
    case 'response':
      return { id: message.id };
    case 'batch':
      return {};
  }
}

function sizeOf({ body = '' }: HttpCall): number {
  return Buffer.byteLength(body);
}

/** The same answer, its bytes counted as they are read. */
function counted(reply: HttpReply, attempt: Attempt): HttpReply {
  async function* body(): AsyncGenerator<Uint8Array, void, undefined> {
    for await (const chunk of reply.body) {
      attempt.receivedBytes = (attempt.receivedBytes ?? 0) + chunk.length;
      yield chunk;
    }
  }
  return {
    status: reply.status,
    header: (name) => reply.header(name),
    headerNames: () => reply.headerNames(),
    body: body(),
    retire: () => reply.retire?.(),
  };
}

/** A header may hold anything; the platform's names are letters, digits and dashes. */
