/** What the user allows beside the rule that a call which may have run is not made again. */

import type { Message } from '../protocol/message.ts';
import { type CallClass, classOf } from '../protocol/retry.ts';
import { repeatableTools, toolOf } from '../protocol/tool-annotations.ts';
import type { Delivery } from './correlation.ts';
import type { Emit } from './handler.ts';
import { mayKeep } from './tools.ts';

export interface Allowances {
  /** Tools that say of themselves that they only read, or do nothing more when they run twice. */
  readonly annotated: boolean;
  /** Calls that met 503. */
  readonly after503: boolean;
}

export class Repeats {
  readonly #allowed: Allowances;
  /** By name; false where the list has it twice, and who knows which is called. */
  #tools = new Map<string, boolean>();
  /** Of the session that gave the list. */
  #generation = 0;

  constructor(allowed: Allowances) {
    this.#allowed = allowed;
  }

  /** @param generation - of the session that the message goes to: what another one said of its tools is out of date */
  classOf(message: Message, generation: number): CallClass {
    const callClass = classOf(message);
    if (message.kind !== 'request' || message.method !== 'tools/call') return callClass;
    const { after503, annotated } = this.#allowed;
    if (annotated && generation === this.#generation) {
      const tool = toolOf(message.text);
      if (tool !== undefined && this.#tools.get(tool)) return 'annotated';
    }
    return after503 ? 'effects-but-503' : callClass;
  }

  /** Learns from what comes back for a message, before it is emitted. */
  learn(message: Message, generation: number, emit: Emit): Emit {
    if (!this.#allowed.annotated) return emit;
    const isList = message.kind === 'request' && message.method === 'tools/list';
    return (delivery) => {
      if (isList && delivery.is === 'answer') this.#take(message.text, generation, delivery.line);
      this.hear(delivery);
      return emit(delivery);
    };
  }

  /** A server that says that its tools have changed takes back what it said of them. */
  hear(delivery: Delivery): void {
    if (delivery.is !== 'server-message' || this.#tools.size === 0) return;
    if (delivery.line.includes('notifications/tools/list_changed')) this.#tools.clear();
  }

  #take(request: string, generation: number, answer: string): void {
    const { params } = JSON.parse(request) as { params?: { cursor?: unknown } };
    const continues = params?.cursor !== undefined && generation === this.#generation;
    if (!continues) this.#tools = new Map();
    this.#generation = generation;
    for (const [name, repeatable] of repeatableTools(answer)) {
      if (mayKeep(this.#tools, name)) this.#tools.set(name, repeatable && !this.#tools.has(name));
    }
  }
}
