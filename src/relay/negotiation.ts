/**
 * Which era is spoken with the far end, where client and server do not agree by themselves. Stands before the upstream;
 * all that needs no decision goes straight through.
 */

import type { Clock, Log, Route, Signal } from '../ports.ts';
import { failureRefusesModern, refusesModern, suggestsModernOnly } from '../protocol/discovery.ts';
import { eraOf } from '../protocol/era.ts';
import type { Message, Request } from '../protocol/message.ts';
import { type Outcome, Problem } from '../protocol/problem.ts';
import type { Delivery } from './correlation.ts';
import { type Deliveries, deferred, refused } from './deliveries.ts';
import { Gate } from './gate.ts';
import type { Translation } from './translate/translation.ts';
import type { Far } from './upstream.ts';

export interface NegotiationParts {
  readonly inner: Far;
  /** `legacy`: no modern message of ours, and none of the client's as long as it asks first. */
  readonly protocol: 'auto' | 'legacy';
  readonly route: Pick<Route, 'name' | 'streams'>;
  /** Takes what is for the client and belongs to none of its requests. Resolves when there is room for more. */
  readonly deliver: (delivery: Delivery) => Promise<void>;
  readonly clock: Clock;
  readonly log: Log;
}

export class Negotiation implements Far {
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

  send(message: Message, signal: Signal): Deliveries {
    if (message.kind === 'request') {
      const { inner, protocol, route } = this.#parts;
      switch (message.method) {
        case 'initialize':
          if (protocol === 'legacy' || eraOf(message) === 'modern') return inner.send(message, signal);
          return this.#initialize(message, signal, this.#gate.close());
        case 'server/discover':
          if (this.#legacyBecause !== undefined) return refused(useInitialize(this.#legacyBecause, 'not_sent'));
          // Without its `_meta` the answer says nothing about modern messages.
          return eraOf(message) === 'modern' ? this.#discover(message, signal) : inner.send(message, signal);
        case 'subscriptions/listen':
          if (!route.streams) return refused(cannotListen(route.name));
      }
    }
    const { closed } = this.#gate;
    if (closed === undefined || eraOf(message) === 'modern') return this.#pass(message, signal);
    return deferred(closed.then(() => this.#pass(message, signal)));
  }

  get opening(): Promise<void> | undefined {
    return this.#gate.closed ?? this.#parts.inner.opening;
  }

  get takesBatches(): boolean {
    return (this.#translation ?? this.#parts.inner).takesBatches;
  }

  hangUp(): void {
    this.#translation?.close();
    this.#parts.inner.hangUp();
  }

  async close(): Promise<void> {
    this.#translation?.close();
    await this.#parts.inner.close();
  }

  #pass(message: Message, signal: Signal): Deliveries {
    const far = this.#translation !== undefined && eraOf(message) === 'legacy' ? this.#translation : this.#parts.inner;
    return far.send(message, signal);
  }

  /** Some clients take -32020 for the word of a modern server, and stay with it; -32601 is understood by all. (T055) */
  async *#discover(request: Request, signal: Signal): AsyncGenerator<Delivery, void, undefined> {
    let because: string | undefined;
    try {
      for await (const delivery of this.#parts.inner.send(request, signal)) {
        if (delivery.is === 'answer' && refusesModern(delivery)) {
          because = delivery.answer.error?.message ?? '';
          break;
        }
        yield delivery;
      }
    } catch (thrown) {
      if (!(thrown instanceof Problem && failureRefusesModern(thrown))) throw thrown;
      because = thrown.message;
    }
    if (because === undefined) return;
    this.#parts.log.info({ because }, 'modern messages do not get through: the client is told to initialize');
    this.#legacyBecause = `The MCP server takes no message of the modern protocol here: ${because}`;
    throw useInitialize(this.#legacyBecause, 'rejected');
  }

  async *#initialize(request: Request, signal: Signal, { turn, open }: ReturnType<Gate['close']>): Deliveries {
    try {
      await turn;
      this.#translation?.close();
      this.#translation = undefined;
      let refusal: Delivery | undefined;
      for await (const delivery of this.#parts.inner.send(request, signal)) {
        if (delivery.is === 'answer' && suggestsModernOnly(delivery.answer)) {
          refusal = delivery;
          break;
        }
        yield delivery;
        // The answer is with the client now: the others may go.
        if (delivery.is === 'answer') open();
      }
      if (refusal === undefined) return;
      this.#translation = await this.#translate(request, signal);
      yield this.#translation?.welcome ?? refusal;
    } finally {
      open();
    }
  }

  /** @returns undefined where the server cannot be translated for, and the client gets its refusal as it is */
  async #translate(initialize: Request, signal: Signal): Promise<Translation | undefined> {
    const { log } = this.#parts;
    const { openTranslation } = await import('./translate/translation.ts');
    try {
      const translation = await openTranslation({ ...this.#parts, ordinal: ++this.#translations }, initialize, signal);
      if (translation) log.info({}, 'the server speaks only the modern protocol: translating for a legacy client');
      return translation;
    } catch (thrown) {
      if (signal.aborted) throw thrown;
      log.warn({ because: String(thrown) }, 'a server that refuses initialize could not be discovered');
      return undefined;
    }
  }
}

function useInitialize(sentence: string, outcome: Outcome): Problem {
  return new Problem('methodNotFound', sentence, { outcome, hint: 'Open the session with initialize.' });
}

function cannotListen(route: string): Problem {
  const sentence = `The route ${route} gives answers back whole, so that no subscription can be listened to.`;
  return new Problem('methodNotFound', sentence, { hint: 'Choose a route that streams with --route.' });
}
