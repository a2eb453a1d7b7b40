/** The far end as a test wants it: each message is answered from a script, in memory. */

import { readIncoming } from '../../../src/protocol/incoming.ts';
import type { Message } from '../../../src/protocol/message.ts';
import { Correlation } from '../../../src/relay/correlation.ts';
import type { CallContext, MessageHandler } from '../../../src/relay/handler.ts';

/** A message that reached the far end. */
export interface Sent {
  readonly text: string;
  readonly message: Message;
  readonly signal: AbortSignal;
  /** Parsed copy. */
  readonly json: {
    readonly id?: unknown;
    readonly params: Record<string, unknown> & { _meta: Record<string, unknown> };
  };
}

/** What comes back: JSON texts, or objects without id that become the answer to the request. */
export type Reply = Iterable<string | object> | AsyncIterable<string | object>;

/** By method; a response has the method `response`. @param nth - how many of that method have come, this one included */
export type Script = Readonly<Record<string, (sent: Sent, nth: number) => Reply>>;

export class ScriptedFar implements MessageHandler {
  readonly ready = undefined;
  readonly takesBatches = false;
  readonly sent: Sent[] = [];
  isClosed = false;
  readonly #script: Script;
  readonly #awaited = new Map<string, (sent: Sent) => void>();

  constructor(script: Script) {
    this.#script = script;
  }

  /** Everything of one method that has arrived. */
  of(method: string): Sent[] {
    return this.sent.filter(({ message }) => methodOf(message) === method);
  }

  /** Resolves with the nth message of a method once it has arrived. */
  async arrived(method: string, nth = 1): Promise<Sent> {
    const there = this.of(method)[nth - 1];
    return there ?? new Promise((resolve) => this.#awaited.set(`${method} ${nth}`, resolve));
  }

  async handle(message: Message, { emit, signal }: CallContext): Promise<void> {
    const method = methodOf(message);
    const sent: Sent = { text: message.text, message, signal, json: JSON.parse(message.text) };
    this.sent.push(sent);
    const nth = this.of(method).length;
    this.#awaited.get(`${method} ${nth}`)?.(sent);
    const correlation = new Correlation(message.kind === 'request' ? message.id : undefined);
    for await (const said of this.#script[method]?.(sent, nth) ?? []) {
      for (const incoming of readIncoming(textOf(said, message)) ?? []) {
        const delivery = correlation.take(incoming);
        if (delivery) await emit(delivery);
      }
    }
  }

  clientDisconnected(): void {}

  async close(): Promise<void> {
    this.isClosed = true;
  }
}

/** Stays silent until the exchange is given up; then throws why, as a handler does. */
export async function* hang({ signal }: Sent): AsyncGenerator<object, void, undefined> {
  await new Promise<never>((_, reject) => {
    const give = () => reject(signal.reason);
    if (signal.aborted) give();
    signal.addEventListener('abort', give, { once: true });
  });
}

function textOf(said: string | object, message: Message): string {
  if (typeof said === 'string') return said;
  const text = JSON.stringify(said).slice(1);
  const id = 'method' in said || message.kind !== 'request' ? '' : `"id":${message.id},`;
  return `{"jsonrpc":"2.0",${id}${text}`;
}

function methodOf(message: Message): string {
  return message.kind === 'request' || message.kind === 'notification' ? message.method : message.kind;
}
