/** The messages of the client that wait for their turn, so that one who sends without end is read no further. */

import { WAITING_MESSAGES_CHARS } from '../protocol/limits.ts';
import { bytesOf } from '../protocol/raw-text.ts';

/** What a waiting message costs beside its text, in the same unit as the limit below. */
const MESSAGE_COST_CHARS = 1024;

export class Backlog {
  #waitingChars = 0;
  #makeRoom: (() => void) | undefined;

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
    await turn;
    this.#waitingChars -= cost;
    if (this.#waitingChars <= WAITING_MESSAGES_CHARS) this.#makeRoom?.();
  }
}

/** Characters, or bytes where they were not decoded yet. */
export function sizeOf(message: { readonly text: string }): number {
  return bytesOf(message)?.length ?? message.text.length;
}
