/** The one interface from the client connection down to the call: a message in, and what comes back through `emit`. */

import { toLine } from '../protocol/incoming.ts';
import type { Id, Message } from '../protocol/message.ts';
import type { Outcome } from '../protocol/problem.ts';
import type { Delivery } from './correlation.ts';

export type ResponseDelivery = Extract<Delivery, { readonly is: 'answer' }>;

/**
 * Takes one message for the client. May throw a Problem to refuse a response: the call ends with it, and nothing is
 * repeated.
 *
 * @returns resolves when there is room for more; undefined if there is room now. Never rejects.
 */
export type Emit = (delivery: Delivery) => Promise<void> | undefined;

export interface CallContext {
  /** Aborts when the call is given up. Its reason is what `handle` throws then. */
  readonly signal: AbortSignal;
  /** Takes what comes back for this message, in order. */
  readonly emit: Emit;
  /** Takes what may have become of the call so far: `unknown` once its request is written to a connection. */
  readonly mark: (outcome: Outcome) => void;
}

export interface MessageHandler {
  /**
   * Handles one client message. Takes its place in the order of messages before it returns, and resolves when nothing more
   * will come for it.
   *
   * @throws Problem if a request gets no response; the signal's reason if that aborts
   */
  handle(message: Message, context: CallContext): Promise<void>;
  /** Resolves when the protocol era is known; undefined if it is known now. */
  readonly ready: Promise<void> | undefined;
  /** True if a batch may be sent now. Only protocol revision 2025-03-26 has batches. */
  readonly takesBatches: boolean;
  /** The client has closed stdin: it answers no more questions, and nothing is repeated for it. */
  clientDisconnected(): void;
  /** Ends the session. Takes half a second at most and reports nothing. */
  close(): Promise<void>;
}

/**
 * Runs a call and keeps its response instead of emitting it.
 *
 * @param run - makes the call with the context that it is given
 * @param context - takes everything but the response
 * @returns the response; undefined if there was none
 */
export async function responseTo(
  run: (context: CallContext) => Promise<void>,
  context: CallContext,
): Promise<ResponseDelivery | undefined> {
  let response: ResponseDelivery | undefined;
  const emit: Emit = (delivery) => {
    if (delivery.is !== 'answer') return context.emit(delivery);
    response = delivery;
    return undefined;
  };
  await run({ ...context, emit });
  return response;
}

/**
 * A response that the bridge makes itself.
 *
 * @param result - JSON text
 */
export function resultFor(id: Id, result: string): ResponseDelivery {
  const text = toLine(`{"jsonrpc":"2.0","id":${id},"result":${result}}`);
  return { is: 'answer', line: text, answer: { kind: 'answer', id, text, error: undefined } };
}

/** Emits, and runs something once the response is with the client. */
export function emitThen(emit: Emit, onResponse: (response: ResponseDelivery) => void): Emit {
  return (delivery) => {
    const taken = emit(delivery);
    if (delivery.is !== 'answer') return taken;
    if (taken === undefined) onResponse(delivery);
    return taken?.then(() => onResponse(delivery));
  };
}
