/** A script of requests, what a client gets for each of them, and how two such records are compared. */

import type { Opening } from './clients.ts';

/** One request of a script. */
export interface Step {
  /** In words, for the name of the test. */
  readonly asks: string;
  ask(opening: Opening): Promise<unknown>;
  readonly answered: Kind;
  /** Fields of the answer that are another on every call. Everything else has to be the same. */
  readonly varies?: readonly VaryingField[];
}

/** A tool that refuses says so in a result; an error is one of JSON-RPC. */
type Kind = 'result' | 'refusal' | 'error';

export interface VaryingField {
  /** Members to go through, from `result` or `error` on. */
  readonly path: readonly (string | number)[];
  /** The value without what varies in it. */
  readonly steady: (value: string) => string;
  readonly because: string;
}

type Outcome =
  | { readonly result: unknown }
  | { readonly error: { readonly code: unknown; readonly message: string; readonly data: unknown } };

export interface Exchange {
  /** What the client made of the answer. */
  readonly outcome: Outcome;
  /** What came in by the transport from the question on: notifications, then the answer. */
  readonly messages: readonly unknown[];
}

export interface Conversation {
  /** By what was asked. */
  readonly exchanges: ReadonlyMap<string, Exchange>;
  /** Every message that came in by the transport. */
  readonly received: readonly unknown[];
  /** What the transport could make nothing of, such as a line that is no message. */
  readonly errors: readonly Error[];
}

export const INITIALIZE: Step = {
  asks: 'initialize',
  async ask({ client, connect }) {
    await connect();
    return {
      server: client.getServerVersion(),
      capabilities: client.getServerCapabilities(),
      instructions: client.getInstructions(),
    };
  },
  answered: 'result',
};

/** Asks one thing after the other, then ends. */
export async function converse(opening: Opening, script: readonly Step[]): Promise<Conversation> {
  const received: unknown[] = [];
  const errors: Error[] = [];
  opening.transport.onmessage = (message) => received.push(message);
  opening.transport.onerror = (error) => errors.push(error);
  const exchanges = new Map<string, Exchange>();
  for (const { ask, asks } of script) {
    const before = received.length;
    const outcome = await outcomeOf(ask(opening));
    exchanges.set(asks, { outcome, messages: received.slice(before) });
  }
  await opening.end();
  return { exchanges, received, errors };
}

/** An exchange of a conversation, as it is compared: without what varies on every call. */
export function comparable({ exchanges }: Conversation, { asks, varies = [] }: Step): Exchange {
  const exchange = exchanges.get(asks);
  if (exchange === undefined) throw new Error(`nobody asked: ${asks}`);
  // Cloned one by one, since the client may have handed on parts of the very object that it received.
  const outcome = structuredClone(exchange.outcome);
  const messages = structuredClone(exchange.messages);
  for (const field of varies) {
    steady(outcome, field);
    steady(messages.at(-1), field);
  }
  return { outcome, messages };
}

export function kindOf({ outcome }: Exchange): Kind {
  if ('error' in outcome) return 'error';
  return (outcome.result as { isError?: boolean }).isError ? 'refusal' : 'result';
}

async function outcomeOf(answer: Promise<unknown>): Promise<Outcome> {
  try {
    return { result: await answer };
  } catch (error) {
    if (!(error instanceof Error)) throw error;
    const { code, data } = error as { code?: unknown; data?: unknown };
    return { error: { code, message: error.message, data } };
  }
}

/** Changes a field in place. One that is not there, or holds nothing that varies, is a mistake in the script. */
function steady(root: unknown, { because, path, steady }: VaryingField): void {
  let holder = root as Record<string | number, unknown>;
  for (const member of path.slice(0, -1)) holder = holder[member] as typeof holder;
  const last = path.at(-1) ?? '';
  const value = holder[last];
  if (typeof value !== 'string' || steady(value) === value) {
    throw new Error(`${path.join('.')} does not vary (${because}): ${value}`);
  }
  holder[last] = steady(value);
}
