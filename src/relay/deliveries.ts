/** What a Far gives back where no server is asked: answers that are made here. */

import { toLine } from '../protocol/incoming.ts';
import type { Id } from '../protocol/message.ts';
import type { Problem } from '../protocol/problem.ts';
import type { Delivery } from './correlation.ts';

export type Deliveries = AsyncIterable<Delivery>;

/** Takes what came back, one after the other; the next comes when this one is taken. */
export type Sink = (delivery: Delivery) => Promise<void> | void;

/**
 * The answer to a request.
 *
 * @param result - JSON text
 */
export function resultFor(id: Id, result: string): Delivery & { readonly is: 'answer' } {
  const text = toLine(`{"jsonrpc":"2.0","id":${id},"result":${result}}`);
  return { is: 'answer', line: text, answer: { kind: 'answer', id, text, error: undefined } };
}

/** Throws when it is iterated, so that a refusal of ours goes the way of every other problem. */
export async function* refused(problem: Problem): AsyncGenerator<Delivery, void, undefined> {
  yield* await Promise.reject<Deliveries>(problem);
}

/** What will be known later. */
export async function* deferred(deliveries: Promise<Deliveries>): AsyncGenerator<Delivery, void, undefined> {
  yield* await deliveries;
}

/** For messages that are kept here, and not answered. */
export async function* nothing(): AsyncGenerator<Delivery, void, undefined> {
  yield* [];
}
