/** What the client says and nobody answers: notifications, and its answers to the server. */

import type { Log } from '../ports.ts';
import { isCancelled, type Message } from '../protocol/message.ts';
import { type Problem, problemOf } from '../protocol/problem.ts';
import type { Backlog } from './backlog.ts';
import { Cancellation } from './cancellation.ts';
import type { Sink } from './deliveries.ts';
import { Slots } from './slots.ts';
import type { Far } from './upstream.ts';

/** Messages of this kind that are on their way at a time. */
const MAX_POSTS = 8;

export interface PostsParts {
  readonly far: Far;
  readonly log: Log;
  readonly backlog: Backlog;
  /** Takes what the server has to say all the same. */
  readonly deliver: Sink;
  /** Told of a message that did not reach the server. */
  readonly onLost: (problem: Problem, method: string) => void;
}

export class Posts {
  readonly #parts: PostsParts;
  /** Slots of their own, so that a cancellation does not wait behind what it cancels. */
  readonly #slots = new Slots(MAX_POSTS);
  readonly #lives = new Set<Cancellation>();

  constructor(parts: PostsParts) {
    this.#parts = parts;
  }

  /** Nobody waits for it, and nobody is told when it fails. */
  async send(message: Message): Promise<void> {
    const { backlog, deliver, far, log, onLost } = this.#parts;
    const life = new Cancellation();
    this.#lives.add(life);
    if (log.debugs) {
      const { kind, text } = message;
      log.debug({ method: 'method' in message ? message.method : undefined, chars: text.length }, kind);
    }
    // A cancellation must not wait behind what cannot end.
    const needsSlot = !isCancelled(message);
    let hasSlot = false;
    try {
      const deliveries = far.send(message, life);
      const turn = needsSlot ? this.#slots.take() : undefined;
      if (turn !== undefined) await backlog.wait(turn, message);
      hasSlot = needsSlot;
      for await (const delivery of deliveries) await deliver(delivery);
    } catch (thrown) {
      onLost(problemOf(thrown), message.kind === 'notification' ? message.method : message.kind);
    } finally {
      if (hasSlot) this.#slots.release();
      this.#lives.delete(life);
    }
  }

  /** Gives up what is still on its way. */
  abort(reason: Problem): void {
    for (const life of this.#lives) life.abort(reason);
  }
}
