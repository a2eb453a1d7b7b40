/** Messages of the client that get no response: notifications, and its responses to the server. */

import type { Log } from '../ports.ts';
import { POSTS_IN_FLIGHT } from '../protocol/limits.ts';
import { isCancelled, type Message } from '../protocol/message.ts';
import { type Problem, problemOf } from '../protocol/problem.ts';
import { type Backlog, type HeldMessage, sizeOf } from './backlog.ts';
import type { Emit, MessageHandler } from './handler.ts';
import { Slots } from './slots.ts';

export interface PostsParts {
  readonly next: MessageHandler;
  readonly log: Log;
  readonly backlog: Backlog;
  /** Takes what the server sends back anyway. */
  readonly emit: Emit;
  /** Called with a message that did not reach the server. */
  readonly onLost: (problem: Problem, method: string) => void;
}

export class Posts {
  readonly #parts: PostsParts;
  /** Slots of their own, so that a cancellation does not wait behind what it cancels. */
  readonly #slots = new Slots(POSTS_IN_FLIGHT);
  readonly #controllers = new Set<AbortController>();

  constructor(parts: PostsParts) {
    this.#parts = parts;
  }

  /** Resolves when it was sent or lost. */
  async send(message: Message): Promise<void> {
    const { backlog, emit, log, next, onLost } = this.#parts;
    const method = message.kind === 'notification' ? message.method : message.kind;
    log.debug({ method, chars: sizeOf(message) }, message.kind);
    const controller = new AbortController();
    this.#controllers.add(controller);
    const needsSlot = !isCancelled(message) && method !== 'notifications/initialized';
    let held: HeldMessage | undefined;
    try {
      const turn = needsSlot ? this.#slots.take() : undefined;
      if (turn !== undefined) await backlog.wait(turn, message);
      held = needsSlot ? backlog.hold(message, controller.signal) : undefined;
      if (held?.room !== undefined) await held.room;
      await next.handle(message, { signal: controller.signal, emit, mark: () => {} });
    } catch (error) {
      onLost(problemOf(error), method);
    } finally {
      held?.release();
      if (needsSlot) this.#slots.release();
      this.#controllers.delete(controller);
    }
  }

  /** Gives up what is still on its way. */
  abort(reason: Problem): void {
    for (const controller of this.#controllers) controller.abort(reason);
  }
}
