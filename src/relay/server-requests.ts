/** The server's requests that the client has not answered yet. A server that asks without end must not flood it. */

import type { Clock } from '../ports.ts';
import { isSameId } from '../protocol/incoming.ts';
import { rawAt } from '../protocol/json.ts';
import type { ClientResponse, Id } from '../protocol/message.ts';
import { errorText, Problem } from '../protocol/problem.ts';

/** More of them than any client shows to a person at a time. */
const MOST_OPEN = 64;
/** A question that nobody has answered for so long is forgotten: its session may be gone, in milliseconds. */
const FORGOTTEN_MS = 10 * 60_000;
const CANCELLED = 'notifications/cancelled';

export class ServerRequests {
  readonly #clock: Clock;
  /** By raw id, since when. */
  readonly #open = new Map<Id, number>();

  constructor(clock: Clock) {
    this.#clock = clock;
  }

  /** @returns what the server is told where the client is not to be asked; undefined where it is */
  admit(id: Id): ClientResponse | undefined {
    const nowMs = this.#clock.now();
    const [oldest] = this.#open;
    if (oldest !== undefined && nowMs - oldest[1] > FORGOTTEN_MS) this.#open.delete(oldest[0]);
    if (this.#open.size >= MOST_OPEN) return { kind: 'response', id, text: errorText(id, busy()) };
    this.#open.set(id, nowMs);
    return undefined;
  }

  answered(id: Id): void {
    if (this.#open.delete(id)) return;
    const [same] = [...this.#open.keys()].filter((open) => isSameId(open, id));
    if (same !== undefined) this.#open.delete(same);
  }

  /** @param line - a notification of the server; it may take a question back */
  notified(line: string): void {
    if (this.#open.size === 0 || !line.includes(CANCELLED)) return;
    const id = rawAt(line, 'params', 'requestId');
    if (id !== undefined) this.answered(id);
  }

  /** A new session begins: nobody waits for answers in the old one. */
  forget(): void {
    this.#open.clear();
  }
}

function busy(): Problem {
  const sentence = `The client is busy with ${MOST_OPEN} other requests of the server.`;
  return new Problem('internal', sentence, { hint: 'Ask again when some of them are answered.' });
}
