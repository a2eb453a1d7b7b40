/** Batches of the client, as 2025-03-26 alone has them: one exchange for all of it, an answer for each request in it. */

import type { Batch } from '../protocol/message.ts';
import { Problem, problemOf } from '../protocol/problem.ts';
import { classOf } from '../protocol/retry.ts';
import type { Backlog } from './backlog.ts';
import { Cancellation } from './cancellation.ts';
import type { Sink } from './deliveries.ts';
import type { Inflight, Pending } from './inflight.ts';
import type { Slots } from './slots.ts';
import type { Far } from './upstream.ts';

export interface BatchesParts {
  readonly far: Far;
  readonly inflight: Inflight;
  readonly slots: Slots;
  readonly backlog: Backlog;
  /** Gives each answer to its request, by its id. */
  readonly deliver: Sink;
  /** Answers a request that has no answer yet. */
  readonly fail: (pending: Pending, problem: Problem) => Promise<void>;
}

export class Batches {
  readonly #parts: BatchesParts;
  readonly #lives = new Set<Cancellation>();

  constructor(parts: BatchesParts) {
    this.#parts = parts;
  }

  async send(batch: Batch): Promise<void> {
    const { backlog, deliver, fail, far, inflight, slots } = this.#parts;
    const requests = batch.messages.flatMap((message) => (message.kind === 'request' ? [inflight.open(message)] : []));
    const sentence = 'The server left a request of the batch unanswered.';
    let problem = new Problem('invalidUpstream', sentence).withOutcomeUnknown(classOf(batch) !== 'effects');
    const life = new Cancellation({
      mark(outcome) {
        for (const pending of requests) pending.mark(outcome);
      },
    });
    for (const { signal } of requests) {
      const stopIfAllAre = () => requests.every(({ isSettled }) => isSettled) && life.abort(signal.reason);
      signal.addEventListener('abort', stopIfAllAre, { once: true });
    }
    this.#lives.add(life);
    const turn = slots.take();
    if (turn !== undefined) await backlog.wait(turn, batch);
    try {
      for await (const delivery of far.send(batch, life)) await deliver(delivery);
    } catch (thrown) {
      problem = problemOf(thrown);
    } finally {
      slots.release();
      this.#lives.delete(life);
    }
    for (const pending of requests) {
      await fail(pending, problem);
      inflight.close(pending);
    }
  }

  /** Gives up what is still on its way. */
  abort(reason: Problem): void {
    for (const life of this.#lives) life.abort(reason);
  }
}
