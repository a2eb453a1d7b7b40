/**
 * Lets a legacy client speak to a server of the modern era only: its handshake is answered from what the server says of
 * itself, its requests are made modern, and what the modern era has no message for is answered here.
 */

import type { Signal } from '../../ports.ts';
import { readDiscovery } from '../../protocol/discovery.ts';
import { rawAt } from '../../protocol/json.ts';
import type { Batch, ClientResponse, Message, Notification, Request } from '../../protocol/message.ts';
import { Problem } from '../../protocol/problem.ts';
import { areModernOnly, BATCH_VERSION } from '../../protocol/versions.ts';
import type { Delivery } from '../correlation.ts';
import { type Deliveries, nothing, refused, resultFor } from '../deliveries.ts';
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
  signal: Signal,
): Promise<Translation | undefined> {
  const ids = new OwnIds(parts.ordinal);
  const envelope = envelopeOf(initialize);
  const question = stamp(`{"jsonrpc":"2.0","id":${ids.next('discover')},"method":"server/discover"}`, envelope);
  for await (const delivery of parts.inner.send(question, signal)) {
    if (delivery.is !== 'answer') continue;
    const discovery = readDiscovery(delivery.answer);
    if (discovery === undefined || !areModernOnly(discovery.versions)) return undefined;
    const result = initializeResult(initialize, discovery, parts.route.streams);
    return new Translation(parts, ids, envelope, resultFor(initialize.id, result));
  }
  return undefined;
}

export class Translation {
  /** The answer to the client's `initialize`. */
  readonly welcome: Delivery;
  readonly #parts: TranslationParts;
  readonly #ids: OwnIds;
  readonly #asking: Asking;
  readonly #filter: SubscriptionFilter;
  readonly #listening: Listening;
  #envelope: Envelope;

  constructor(parts: TranslationParts, ids: OwnIds, envelope: Envelope, welcome: Delivery & { readonly is: 'answer' }) {
    this.welcome = welcome;
    this.#parts = parts;
    this.#ids = ids;
    this.#envelope = envelope;
    this.#asking = new Asking(ids, parts.deliver);
    // What was offered, and not what the server has: on a route that does not stream nothing is listened for.
    this.#filter = new SubscriptionFilter(rawAt(welcome.line, 'result', 'capabilities') ?? '{}');
    const stampNow = (text: string) => stamp(text, this.#envelope);
    this.#listening = new Listening({ ...parts, ids, filter: this.#filter, stamp: stampNow });
  }

  send(message: Message, signal: Signal): Deliveries {
    switch (message.kind) {
      case 'request':
        return this.#request(message, signal);
      case 'notification':
        return this.#notification(message, signal);
      case 'response':
        return this.#response(message);
      case 'batch':
        return this.#batch(message, signal);
    }
  }

  get takesBatches(): boolean {
    return rawAt(this.welcome.line, 'result', 'protocolVersion') === JSON.stringify(BATCH_VERSION);
  }

  close(): void {
    this.#listening.close();
    this.#asking.close();
  }

  #request(request: Request, signal: Signal): Deliveries {
    switch (request.method) {
      case 'ping':
        return emptyResult(request);
      case 'logging/setLevel':
        return this.#setLevel(request);
      case 'resources/subscribe':
        return this.#subscribe(request, (uri) => this.#filter.add(uri));
      case 'resources/unsubscribe':
        return this.#subscribe(request, (uri) => this.#filter.remove(uri));
      default: {
        const parts = { ...this.#parts, asking: this.#asking, ids: this.#ids };
        return rounds(request, this.#envelope, parts, signal);
      }
    }
  }

  #notification(notification: Notification, signal: Signal): Deliveries {
    const { method } = notification;
    if (method === 'notifications/initialized') this.#listening.start();
    if (!LEGACY_ONLY.has(method)) return this.#forward(notification, signal);
    this.#parts.log.debug({ method }, 'kept a notification that the modern protocol does not have');
    return nothing();
  }

  async *#forward({ text }: Notification, signal: Signal): Deliveries {
    yield* this.#parts.inner.send(stamp(text, this.#envelope), signal);
  }

  #response(response: ClientResponse): Deliveries {
    if (!this.#asking.take(response))
      this.#parts.log.debug({}, 'dropped an answer of the client that nobody waits for');
    return nothing();
  }

  /** One after the other: the modern era has no batches, and 2025-03-26 lets a server choose the order. */
  async *#batch({ messages }: Batch, signal: Signal): Deliveries {
    const problems: unknown[] = [];
    for (const message of messages) {
      try {
        for await (const delivery of this.send(message, signal)) {
          // The answer to one of several: it is found by its id.
          yield delivery.is === 'answer' && message.kind === 'request'
            ? { ...delivery, is: 'stray', id: message.id }
            : delivery;
        }
      } catch (thrown) {
        problems.push(thrown);
      }
    }
    // Told to each request that has no answer yet.
    if (problems.length > 0) throw problems[0];
  }

  /** From now on each request says the level: the modern era has no other way to set it. */
  #setLevel(request: Request): Deliveries {
    const level = textParam(request, 'level');
    if (!LOG_LEVELS.has(level)) return refused(invalidParams('The log level is none that MCP has.'));
    this.#envelope = { ...this.#envelope, logLevel: JSON.stringify(level) };
    return emptyResult(request);
  }

  #subscribe(request: Request, change: (uri: string) => boolean): Deliveries {
    if (!this.#filter.hasResources) {
      return refused(new Problem('methodNotFound', 'The MCP server offers no subscription to resources here.'));
    }
    const uri = textParam(request, 'uri');
    if (uri === undefined) return refused(invalidParams('The uri of a resource has to be a string.'));
    return emptyResult(request, change(uri) ? this.#listening.refresh() : undefined);
  }
}

/** @param done - what has to be done before the client may take it for granted */
async function* emptyResult({ id }: Request, done?: Promise<void>): Deliveries {
  await done;
  yield resultFor(id, '{}');
}

function invalidParams(sentence: string): Problem {
  return new Problem('badMessage', sentence, { rpc: -32602, hint: 'Correct the parameters of the request.' });
}

function textParam({ text }: Request, name: string): string | undefined {
  const value: unknown = JSON.parse(rawAt(text, 'params', name) ?? 'null');
  return typeof value === 'string' ? value : undefined;
}
