/** The MCP server behind the connection, as the relay sees it: one message in, what comes back out. */

import { eraOf } from '../protocol/era.ts';
import type { Message } from '../protocol/message.ts';
import { UNOPENED } from '../protocol/session.ts';
import { errandFor } from './errand.ts';
import type { CallContext, Emit, MessageHandler } from './handler.ts';
import { Legacy, type LegacyOptions } from './legacy.ts';
import { Modern } from './modern.ts';
import type { Pacing } from './pacing.ts';
import type { Repeats } from './repeats.ts';
import type { Wire } from './wire.ts';

export class Upstream implements MessageHandler {
  readonly #legacy: Legacy;
  readonly #modern: Modern;
  readonly #pacing: Pacing;
  readonly #repeats: Repeats;

  constructor(wire: Wire, options: LegacyOptions) {
    const { repeats } = options;
    const emit: Emit = (delivery) => {
      repeats.hear(delivery);
      return options.emit(delivery);
    };
    this.#pacing = wire.pacing;
    this.#repeats = repeats;
    this.#legacy = new Legacy(wire, { ...options, emit });
    this.#modern = new Modern(wire, (message) => errandFor(message, UNOPENED, options));
  }

  handle(message: Message, context: CallContext): Promise<void> {
    if (eraOf(message) === 'legacy') return this.#legacy.handle(message, context);
    const emit = this.#repeats.learn(message, UNOPENED.generation, context.emit);
    return this.#modern.handle(message, { ...context, emit });
  }

  get ready(): Promise<void> | undefined {
    return this.#legacy.ready;
  }

  get takesBatches(): boolean {
    return this.#legacy.takesBatches;
  }

  clientDisconnected(): void {
    // What the server asked the client for inside an exchange is the server's to give up.
    this.#pacing.leave();
  }

  close(): Promise<void> {
    return this.#legacy.close();
  }
}
