/**
 * Lets a legacy client speak to a server of the modern era only: its handshake is answered from what the server says of
 * itself, its requests are made modern, and what the modern era has no message for is answered here.
 */

import { readDiscovery } from '../../protocol/discovery.ts';
import { rawAt } from '../../protocol/json.ts';
import type { Batch, Message, Notification, Request } from '../../protocol/message.ts';
import { Problem } from '../../protocol/problem.ts';
import { areModernOnly, BATCH_VERSION } from '../../protocol/versions.ts';
import { type CallContext, type Emit, type ResponseDelivery, responseTo, resultFor } from '../handler.ts';
import type { NegotiationParts } from '../negotiation.ts';
import { Asking } from './asking.ts';
import { type Envelope, envelopeOf, stamp } from './envelope.ts';
import { initializeResult } from './initialize-result.ts';
import { Listening } from './listening.ts';
import { OwnIds } from './own-ids.ts';
import { rounds } from './rounds.ts';
import { SubscriptionFilter } from './subscription-filter.ts';

export interface TranslationParts extends NegotiationParts {
  /** Counts the translations of the process. */
  readonly ordinal: number;
}

/** Notifications that only the legacy era has. A cancelled request is cancelled by the signal of its exchange. */
const LEGACY_ONLY: ReadonlySet<string> = new Set([
  'notifications/initialized',
  'notifications/cancelled',
  'notifications/progress',
  'notifications/roots/list_changed',
]);

/** [MCP 2025-11-25, Logging, Log levels] */
const LOG_LEVELS: ReadonlySet<unknown> = new Set([
  'debug',
  'info',
  'notice',
  'warning',
  'error',
  'critical',
  'alert',
  'emergency',
]);

/**
 * Asks the server what it is.
 *
 * @param initialize - of the client, which the server has refused
 * @returns undefined where the server does not show itself as a modern one that speaks nothing else
 * @throws Problem where it does not answer
 */
export async function openTranslation(
  parts: TranslationParts,
  initialize: Request,
  context: CallContext,
): Promise<Translation | undefined> {
  const ids = new OwnIds(parts.ordinal);
  const envelope = envelopeOf(initialize);
  const question = stamp(`{"jsonrpc":"2.0","id":${ids.next('discover')},"method":"server/discover"}`, envelope);
  const own = { ...context, emit: () => undefined };
  const response = await responseTo((to) => parts.next.handle(question, to), own);
  const discovery = response && readDiscovery(response.answer);
  if (discovery === undefined || !areModernOnly(discovery.versions)) return undefined;
  const result = initializeResult(initialize, discovery, parts.route.streams);
  return new Translation(parts, ids, envelope, resultFor(initialize.id, result));
}

export class Translation {
  /** The answer to the client's `initialize`. */
  readonly welcome: ResponseDelivery;
  readonly #parts: TranslationParts;
  readonly #ids: OwnIds;
  readonly #asking: Asking;
  readonly #filter: SubscriptionFilter;
  readonly #listening: Listening;
  #envelope: Envelope;

  constructor(parts: TranslationParts, ids: OwnIds, envelope: Envelope, welcome: ResponseDelivery) {
    this.welcome = welcome;
    this.#parts = parts;
    this.#ids = ids;
    this.#envelope = envelope;
    this.#asking = new Asking(ids, parts.emit);
    // What was offered, and not what the server has: on a route that does not stream nothing is listened for.
    this.#filter = new SubscriptionFilter(rawAt(welcome.line, 'result', 'capabilities') ?? '{}');
    const stampNow = (text: string) => stamp(text, this.#envelope);
    this.#listening = new Listening({ ...parts, ids, filter: this.#filter, stamp: stampNow });
  }

  /** As MessageHandler has it. */
  async handle(message: Message, context: CallContext): Promise<void> {
    switch (message.kind) {
      case 'request':
        return this.#request(message, context);
      case 'notification':
        return this.#notification(message, context);
      case 'response':
        if (!this.#asking.take(message)) this.#parts.log.debug({}, 'dropped a response that answers no open question');
        return;
      case 'batch':
        return this.#batch(message, context);
    }
  }

  get takesBatches(): boolean {
    return rawAt(this.welcome.line, 'result', 'protocolVersion') === JSON.stringify(BATCH_VERSION);
  }

  close(): void {
    this.#listening.close();
    this.#asking.close();
  }

  async #request(request: Request, context: CallContext): Promise<void> {
    switch (request.method) {
      case 'ping':
        break;
      case 'logging/setLevel':
        this.#setLevel(request);
        break;
      case 'resources/subscribe':
        await this.#subscribe(request, (uri) => this.#filter.add(uri));
        break;
      case 'resources/unsubscribe':
        await this.#subscribe(request, (uri) => this.#filter.remove(uri));
        break;
      default: {
        const parts = { next: this.#parts.next, asking: this.#asking, ids: this.#ids };
        return rounds(request, this.#envelope, parts, context);
      }
    }
    await context.emit(resultFor(request.id, '{}'));
  }

  async #notification(notification: Notification, context: CallContext): Promise<void> {
    const { method, text } = notification;
    if (method === 'notifications/initialized') this.#listening.start();
    if (!LEGACY_ONLY.has(method)) return this.#parts.next.handle(stamp(text, this.#envelope), context);
    this.#parts.log.debug({ method }, 'kept a notification that the modern protocol does not have');
  }

  /** One after the other: the modern era has no batches, and 2025-03-26 lets a server choose the order. */
  async #batch({ messages }: Batch, context: CallContext): Promise<void> {
    const problems: unknown[] = [];
    for (const message of messages) {
      // The response to one of several: it is found by its id.
      const emit: Emit = (delivery) =>
        context.emit(
          delivery.is === 'answer' && message.kind === 'request'
            ? { is: 'stray', id: message.id, line: delivery.line }
            : delivery,
        );
      try {
        await this.handle(message, { ...context, emit });
      } catch (error) {
        problems.push(error);
      }
    }
    // Reported to each request that has no response yet.
    if (problems.length > 0) throw problems[0];
  }

  /** From now on each request carries the level: the modern era has no other way to set it. */
  #setLevel(request: Request): void {
    const level = textParam(request, 'level');
    if (!LOG_LEVELS.has(level)) throw invalidParams('The log level is none that MCP has.');
    this.#envelope = { ...this.#envelope, logLevel: JSON.stringify(level) };
  }

  async #subscribe(request: Request, change: (uri: string) => boolean): Promise<void> {
    if (!this.#filter.hasResources) {
      throw new Problem('methodNotFound', 'The MCP server offers no subscription to resources here.');
    }
    const uri = textParam(request, 'uri');
    if (uri === undefined) throw invalidParams('The uri of a resource has to be a string.');
    if (change(uri)) await this.#listening.refresh();
  }
}

function invalidParams(sentence: string): Problem {
  return new Problem('badMessage', sentence, { rpc: -32602, hint: 'Correct the parameters of the request.' });
}

function textParam({ text }: Request, name: string): string | undefined {
  const value: unknown = JSON.parse(rawAt(text, 'params', name) ?? 'null');
  return typeof value === 'string' ? value : undefined;
}
