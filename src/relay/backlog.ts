/** The messages of the client that wait for their turn, so that one who sends without end is read no further. */

import type { Clock } from '../ports.ts';
import { FREE_BYTES, SENT_MESSAGES_BYTES, WAITING_MESSAGES_CHARS } from '../protocol/limits.ts';
import { bytesOf } from '../protocol/message-bytes.ts';
import { Budget, NoRoom } from './budget.ts';
import { noRoom } from './failure.ts';

/** What a waiting message costs beside its text, in the same unit as the limit below. */
const MESSAGE_COST_CHARS = 1024;

/** A message that counts while it is with the server. */
export interface HeldMessage {
  /** Rejects with a Problem if there is no room within a limited time, or with the signal's reason. */
  readonly room: Promise<void> | undefined;
  release(): void;
}

export class Backlog {
  readonly #sent: Budget;
  #waitingChars = 0;
  #makeRoom: (() => void) | undefined;

  constructor(clock: Clock) {
    this.#sent = new Budget(clock, { sharedBytes: SENT_MESSAGES_BYTES, reserveBytes: 0 });
  }

  /** @returns undefined if the message is short */
  hold(message: { readonly text: string }, signal: AbortSignal): HeldMessage | undefined {
    const bytes = sizeOf(message);
    if (bytes <= FREE_BYTES) return undefined;
    const hold = this.#sent.open(signal);
    const room = hold.grow(bytes);
    return { room: room && this.#waitForRoom(room, message), release: () => hold.release() };
  }

  async #waitForRoom(room: Promise<void>, message: { readonly text: string }): Promise<void> {
    try {
      await this.wait(room, message);
    } catch (error) {
      throw error instanceof NoRoom ? noRoom({ outcome: 'not_sent' }) : error;
    }
  }

  /** What has to be waited for before another message is read, if for anything. */
  get room(): Promise<void> | undefined {
    if (this.#waitingChars <= WAITING_MESSAGES_CHARS) return undefined;
    return new Promise((resolve) => {
      this.#makeRoom = resolve;
    });
  }

  /** Counts a message for as long as it waits. */
  async wait(turn: Promise<void>, message: { readonly text: string }): Promise<void> {
    const cost = sizeOf(message) + MESSAGE_COST_CHARS;
    this.#waitingChars += cost;
    try {
      await turn;
    } finally {
      this.#waitingChars -= cost;
      if (this.#waitingChars <= WAITING_MESSAGES_CHARS) this.#makeRoom?.();
    }
  }
}

/** Characters, or bytes where they were not decoded yet. */
export function sizeOf(message: { readonly text: string }): number {
  return bytesOf(message)?.length ?? message.text.length;
}
