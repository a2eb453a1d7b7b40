/**
 * Which era is spoken with the far end, where client and server do not agree by themselves. Stands before the upstream;
 * all that needs no decision goes straight through.
 */

import type { Clock, Log, Route } from '../ports.ts';
import {
  failureRefusesModern,
  HEADER_MISMATCH,
  refusesModern,
  suggestsModernOnly,
  withLegacyHint,
} from '../protocol/discovery.ts';
import { eraOf } from '../protocol/era.ts';
import type { Message, Request } from '../protocol/message.ts';
import { type Outcome, Problem } from '../protocol/problem.ts';
import { Gate } from './gate.ts';
import { type CallContext, type Emit, emitThen, type MessageHandler, type ResponseDelivery } from './handler.ts';
import type { Translation } from './translate/translation.ts';

export interface NegotiationParts {
  readonly next: MessageHandler;
  /** `legacy`: no modern message of ours, and none of the client's as long as it asks first. */
  readonly protocol: 'auto' | 'legacy';
  readonly route: Pick<Route, 'name' | 'streams'>;
  /** Takes what is for the client and belongs to none of its requests. */
  readonly emit: Emit;
  readonly clock: Clock;
  readonly log: Log;
}

export class Negotiation implements MessageHandler {
  readonly #parts: NegotiationParts;
  /** Closed while an `initialize` is under way: how legacy messages behind it are to go is known when it is answered. */
  readonly #gate = new Gate();
  /** Why `server/discover` is not forwarded; set once for the life of the process. [MCP 2026-07-28, Versioning] */
  #legacyBecause: string | undefined;
  #translation: Translation | undefined;
  #translations = 0;

  constructor(parts: NegotiationParts) {
    this.#parts = parts;
    if (parts.protocol === 'legacy') this.#legacyBecause = 'The bridge was told to speak the legacy protocol only.';
  }

  async handle(message: Message, context: CallContext): Promise<void> {
    if (message.kind === 'request') {
      const { next, protocol, route } = this.#parts;
      switch (message.method) {
        case 'initialize':
          if (protocol === 'legacy' || eraOf(message) === 'modern') return next.handle(message, context);
          return this.#initialize(message, context);
        case 'server/discover':
          if (this.#legacyBecause !== undefined) throw useInitialize(this.#legacyBecause, 'not_sent');
          // Without its `_meta` the response says nothing about modern messages.
          return eraOf(message) === 'modern' ? this.#discover(message, context) : next.handle(message, context);
        case 'subscriptions/listen':
          if (!route.streams) throw cannotListen(route.name);
      }
    }
    const { closed } = this.#gate;
    if (closed !== undefined && eraOf(message) === 'legacy') await closed;
    return this.#pass(message, context);
  }

  get ready(): Promise<void> | undefined {
    return this.#gate.closed ?? this.#parts.next.ready;
  }

  get takesBatches(): boolean {
    return (this.#translation ?? this.#parts.next).takesBatches;
  }

  clientDisconnected(): void {
    this.#translation?.close();
    this.#parts.next.clientDisconnected();
  }

  async close(): Promise<void> {
    this.#translation?.close();
    await this.#parts.next.close();
  }

  #pass(message: Message, context: CallContext): Promise<void> {
    const { next, protocol } = this.#parts;
    if (eraOf(message) === 'legacy') return (this.#translation ?? next).handle(message, context);
    return next.handle(message, protocol === 'auto' ? { ...context, emit: hinting(context.emit) } : context);
  }

  /** Some clients take -32020 for the word of a modern server, and stay with it; -32601 is understood by all. (T055) */
  async #discover(request: Request, context: CallContext): Promise<void> {
    let reason: string | undefined;
    const emit: Emit = (delivery) => {
      if (delivery.is !== 'answer' || !refusesModern(delivery)) return context.emit(delivery);
      reason = delivery.answer.error?.message ?? '';
      return undefined;
    };
    try {
      await this.#parts.next.handle(request, { ...context, emit });
    } catch (error) {
      if (!(error instanceof Problem && failureRefusesModern(error))) throw error;
      reason = error.message;
    }
    if (reason === undefined) return;
    this.#parts.log.info({ because: reason }, 'modern messages do not get through: the client is told to initialize');
    this.#legacyBecause = `The MCP server takes no message of the modern protocol here: ${reason}`;
    throw useInitialize(this.#legacyBecause, 'rejected');
  }

  async #initialize(request: Request, context: CallContext): Promise<void> {
    const { open, turn } = this.#gate.close();
    try {
      await turn;
      this.#translation?.close();
      this.#translation = undefined;
      let refusal: ResponseDelivery | undefined;
      // Once the response is with the client, the others may go.
      const opening = emitThen(context.emit, open);
      const emit: Emit = (delivery) => {
        if (delivery.is !== 'answer' || !suggestsModernOnly(delivery.answer)) return opening(delivery);
        refusal = delivery;
        return undefined;
      };
      await this.#parts.next.handle(request, { ...context, emit });
      if (refusal === undefined) return;
      this.#translation = await this.#translate(request, context);
      await context.emit(this.#translation?.welcome ?? refusal);
    } finally {
      open();
    }
  }

  /** @returns undefined where the server cannot be translated for, and the client gets its refusal as it is */
  async #translate(initialize: Request, context: CallContext): Promise<Translation | undefined> {
    const { log } = this.#parts;
    const { openTranslation } = await import('./translate/translation.ts');
    try {
      const translation = await openTranslation({ ...this.#parts, ordinal: ++this.#translations }, initialize, context);
      if (translation) log.info({}, 'the server speaks only the modern protocol: translating for a legacy client');
      return translation;
    } catch (error) {
      if (context.signal.aborted) throw error;
      log.warn({ because: String(error) }, 'a server that refuses initialize could not be discovered');
      return undefined;
    }
  }
}

/** A server that misses headers of a modern message says nothing of the option that does without them. */
function hinting(emit: Emit): Emit {
  return (delivery) => {
    if (delivery.is !== 'answer' || delivery.answer.error?.code !== HEADER_MISMATCH) return emit(delivery);
    return emit({ ...delivery, line: withLegacyHint(delivery.line) });
  };
}

function useInitialize(sentence: string, outcome: Outcome): Problem {
  return new Problem('methodNotFound', sentence, { outcome, hint: 'Open the session with initialize.' });
}

function cannotListen(route: string): Problem {
  const sentence = `The route ${route} gives answers back whole, so that no subscription can be listened to.`;
  return new Problem('methodNotFound', sentence, { hint: 'Choose a route that streams with --route.' });
}
