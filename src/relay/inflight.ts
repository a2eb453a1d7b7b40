/** Requests of the client that wait for their response. */

import { isSameId } from '../protocol/incoming.ts';
import type { Id, Request } from '../protocol/message.ts';
import type { Outcome } from '../protocol/problem.ts';

export class Pending {
  readonly request: Request;
  readonly #controller = new AbortController();
  #outcome: Outcome = 'not_sent';
  #settled = false;

  constructor(request: Request) {
    this.request = request;
  }

  /** Aborts when the request is given up; its reason tells why. */
  get signal(): AbortSignal {
    return this.#controller.signal;
  }

  get isSettled(): boolean {
    return this.#settled;
  }

  /** What may have become of it so far. */
  get outcome(): Outcome {
    return this.#outcome;
  }

  mark(outcome: Outcome): void {
    this.#outcome = outcome;
  }

  /** True for the first caller only: that one answers, or has decided that there is no response. */
  settle(): boolean {
    if (this.#settled) return false;
    this.#settled = true;
    return true;
  }

  abort(reason: Error): void {
    this.#controller.abort(reason);
  }
}

/**
 * The table of them. Ids are raw text, so that `1`, `1.0` and `"1"` are three ids and no id can collide with a property
 * name. A client may use an id twice at a time, wrongly: then both requests are here, each with its own response.
 */
export class Inflight {
  readonly #pending = new Map<Id, Pending[]>();

  open(request: Request): Pending {
    const pending = new Pending(request);
    const sameId = this.#pending.get(request.id);
    if (sameId) sameId.push(pending);
    else this.#pending.set(request.id, [pending]);
    return pending;
  }

  close(pending: Pending): void {
    const { id } = pending.request;
    const others = (this.#pending.get(id) ?? []).filter((other) => other !== pending);
    if (others.length > 0) this.#pending.set(id, others);
    else this.#pending.delete(id);
  }

  /** The oldest request with that id that still waits, written so, or else in another way: `"\u0061"` is `"a"`. */
  find(id: Id): Pending | undefined {
    const exact = this.#pending.get(id)?.find((pending) => !pending.isSettled);
    // Numbers are left alone: what differs beyond 2^53 would look the same.
    if (exact !== undefined || !id.startsWith('"')) return exact;
    return this.waiting().find(({ request }) => request.id.startsWith('"') && isSameId(request.id, id));
  }

  /** Those that still wait. */
  waiting(): Pending[] {
    return [...this.#pending.values()].flat().filter((pending) => !pending.isSettled);
  }
}
