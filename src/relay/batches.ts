/** Batches of the client, as 2025-03-26 alone has them: one exchange for all of it, an answer for each request in it. */

import type { Batch } from '../protocol/message.ts';
import { type Outcome, Problem, problemOf } from '../protocol/problem.ts';
import { classOf } from '../protocol/retry.ts';
import type { Backlog } from './backlog.ts';
import type { Emit, MessageHandler } from './handler.ts';
import type { Inflight, Pending } from './inflight.ts';
import type { Slots } from './slots.ts';

export interface BatchesParts {
  readonly next: MessageHandler;
  readonly inflight: Inflight;
  readonly slots: Slots;
  readonly backlog: Backlog;
  /** Gives each answer to its request, by its id. */
  readonly emit: Emit;
  /** Answers a request that has no answer yet. */
  readonly fail: (pending: Pending, problem: Problem) => Promise<void>;
}

export class Batches {
  readonly #parts: BatchesParts;
  readonly #controllers = new Set<AbortController>();

  constructor(parts: BatchesParts) {
    this.#parts = parts;
  }

  async send(batch: Batch): Promise<void> {
    const { backlog, emit, fail, inflight, next, slots } = this.#parts;
    const requests = batch.messages.flatMap((message) => (message.kind === 'request' ? [inflight.open(message)] : []));
    let problem: Problem | undefined;
    const controller = new AbortController();
    const mark = (outcome: Outcome) => {
      for (const pending of requests) pending.mark(outcome);
    };
    for (const { signal } of requests) {
      const stopIfAllAre = () => requests.every(({ isSettled }) => isSettled) && controller.abort(signal.reason);
      signal.addEventListener('abort', stopIfAllAre, { once: true });
    }
    this.#controllers.add(controller);
    const turn = slots.take();
    if (turn !== undefined) await backlog.wait(turn, batch);
    const held = backlog.hold(batch, controller.signal);
    try {
      if (held?.room !== undefined) await held.room;
      await next.handle(batch, { signal: controller.signal, emit, mark });
    } catch (thrown) {
      problem = problemOf(thrown);
    } finally {
      held?.release();
      slots.release();
      this.#controllers.delete(controller);
    }
    for (const pending of requests) {
      await fail(pending, problem === undefined ? leftOut(pending) : problemFor(pending, requests.length, problem));
      inflight.close(pending);
    }
  }

  /** Gives up what is still on its way. */
  abort(reason: Problem): void {
    for (const controller of this.#controllers) controller.abort(reason);
  }
}

function leftOut({ request }: Pending): Problem {
  const sentence = 'The server left a request of the batch unanswered.';
  return new Problem('invalidUpstream', sentence).withOutcomeUnknown(classOf(request) !== 'effects');
}

/**
 * A server may refuse a batch as a whole for one method that it does not know. [go-sdk, observed 2026-11] Only the
 * requests that it names are told so: a client may drop a method for good after -32601.
 */
function problemFor({ request: { method } }: Pending, count: number, problem: Problem): Problem {
  const { kind, message } = problem;
  if (kind !== 'methodNotFound' || count === 1 || message.includes(`"${method}"`)) return problem;
  const sentence = `The MCP server refused the whole batch: ${message}`;
  return new Problem('upstreamHttp', sentence, { ...problem.details, hint: 'Send the requests one at a time.' });
}
