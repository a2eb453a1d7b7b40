/** The MCP server behind the connection, as the relay sees it: one message in, what comes back out. */

import type { Signal } from '../ports.ts';
import { eraOf } from '../protocol/era.ts';
import type { Message } from '../protocol/message.ts';
import { UNOPENED } from '../protocol/session.ts';
import type { Delivery } from './correlation.ts';
import type { Deliveries } from './deliveries.ts';
import { errandFor } from './errand.ts';
import { Legacy, type LegacyOptions } from './legacy.ts';
import { Modern } from './modern.ts';
import type { Pacing } from './pacing.ts';
import type { Repeats } from './repeats.ts';
import type { Wire } from './wire.ts';

/** What takes the client's messages and gives back what is for the client. */
export interface Far {
  /**
   * Sends a message of the client. Its place in the order is taken by the call, not when the iteration begins.
   *
   * @param signal - fires when nobody waits for the answer any more; what is thrown then is its reason
   * @returns the messages that come back, in order; iteration throws Problem when the answer is not among them
   */
  send(message: Message, signal: Signal): Deliveries;
  /** What has to be waited for before it is known how messages go; undefined where that is known. */
  readonly opening: Promise<void> | undefined;
  /** Whether a batch may be sent now: 2025-03-26 has them, and no other revision. */
  readonly takesBatches: boolean;
  /** The client has closed its end: it will answer nothing any more. */
  hangUp(): void;
  /** Ends what has to be ended. Takes half a second at most and reports nothing: nobody could act on it. */
  close(): Promise<void>;
}

export class Upstream implements Far {
  readonly #legacy: Legacy;
  readonly #modern: Modern;
  readonly #pacing: Pacing;
  readonly #repeats: Repeats;

  constructor(wire: Wire, options: LegacyOptions) {
    const { deliver, repeats } = options;
    const heard = (delivery: Delivery) => {
      repeats.hear(delivery);
      return deliver(delivery);
    };
    this.#pacing = wire.pacing;
    this.#repeats = repeats;
    this.#legacy = new Legacy(wire, { ...options, deliver: heard });
    this.#modern = new Modern(wire, (message) => errandFor(message, UNOPENED, options));
  }

  send(message: Message, signal: Signal): Deliveries {
    if (eraOf(message) === 'legacy') return this.#legacy.send(message, signal);
    return this.#repeats.learn(message, UNOPENED.generation, this.#modern.send(message, signal));
  }

  get opening(): Promise<void> | undefined {
    return this.#legacy.opening;
  }

  get takesBatches(): boolean {
    return this.#legacy.takesBatches;
  }

  hangUp(): void {
    // What the server asked the client for inside an exchange is the server's to give up.
    this.#pacing.leave();
  }

  close(): Promise<void> {
    return this.#legacy.close();
  }
}
