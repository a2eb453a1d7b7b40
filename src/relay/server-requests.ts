/** The server's requests that the client has not answered yet. A server that asks without end must not flood it. */

import type { Clock } from '../ports.ts';
import { isSameId } from '../protocol/incoming.ts';
import { flat, rawAt } from '../protocol/json.ts';
import { OPEN_SERVER_REQUESTS, REFUSALS_AT_ONCE, REFUSALS_PER_SECOND, SERVER_REQUEST_MS } from '../protocol/limits.ts';
import type { ClientResponse, Id } from '../protocol/message.ts';
import { errorText, Problem } from '../protocol/problem.ts';

const CANCELLED = 'notifications/cancelled';

export class ServerRequests {
  readonly #clock: Clock;
  /** By raw id, since when. */
  readonly #open = new Map<Id, number>();
  /** Refusals that may be sent now. */
  #refusals = REFUSALS_AT_ONCE;
  #refilledAtMs: number;

  constructor(clock: Clock) {
    this.#clock = clock;
    this.#refilledAtMs = clock.now();
  }

  /**
   * @returns the response to the server if the client is not to be asked; undefined if it is
   * @throws Problem if the server goes on although it is refused: then its stream has to end
   */
  admit(id: Id): ClientResponse | undefined {
    const nowMs = this.#clock.now();
    const [oldest] = this.#open;
    if (oldest !== undefined && nowMs - oldest[1] > SERVER_REQUEST_MS) this.#open.delete(oldest[0]);
    if (this.#open.size < OPEN_SERVER_REQUESTS) {
      // The id is a piece of a message that may be long, and is kept for longer than the message.
      this.#open.set(flat(id), nowMs);
      return undefined;
    }
    const refilled = this.#refusals + ((nowMs - this.#refilledAtMs) / 1_000) * REFUSALS_PER_SECOND;
    this.#refusals = Math.min(refilled, REFUSALS_AT_ONCE) - 1;
    this.#refilledAtMs = nowMs;
    if (this.#refusals < 0) {
      this.#refusals = 0;
      throw asksWithoutEnd();
    }
    return { kind: 'response', id, text: errorText(id, busy()) };
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
  const sentence = `The client is busy with ${OPEN_SERVER_REQUESTS} other requests of the server.`;
  return new Problem('internal', sentence, { hint: 'Ask again when some of them are answered.' });
}

function asksWithoutEnd(): Problem {
  const sentence = `The MCP server goes on sending requests although ${OPEN_SERVER_REQUESTS} are not answered: its response was cut off.`;
  return new Problem('invalidUpstream', sentence, {
    outcome: 'unknown',
    hint: 'Report this to the owner of the server.',
  });
}
