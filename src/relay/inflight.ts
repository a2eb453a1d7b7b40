/** Requests of the client that wait for their answer. */

import type { Signal } from '../ports.ts';
import { isSameId } from '../protocol/incoming.ts';
import type { Id, Request } from '../protocol/message.ts';
import type { Outcome } from '../protocol/problem.ts';
import { Cancellation } from './cancellation.ts';

export class Pending {
  readonly request: Request;
  readonly #cancellation = new Cancellation();
  #settled = false;

  constructor(request: Request) {
    this.request = request;
  }

  /** Fires when nobody waits for the answer any more; its reason says why. */
  get signal(): Signal {
    return this.#cancellation;
  }

  get isSettled(): boolean {
    return this.#settled;
  }

  /** What may have become of it so far. */
  get outcome(): Outcome {
    return this.#cancellation.outcome;
  }

  mark(outcome: Outcome): void {
    this.#cancellation.mark(outcome);
  }

  /** True for the first caller only: that one answers, or has decided that there is to be no answer. */
  settle(): boolean {
    if (this.#settled) return false;
    this.#settled = true;
    return true;
  }

  abort(reason: Error): void {
    this.#cancellation.abort(reason);
  }
}

/**
 * The table of them. Ids are raw text, so that `1`, `1.0` and `"1"` are three ids and no id can collide with a property
 * name. A client may use an id twice at a time, wrongly: then both requests stand here, each with its own answer.
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
    const sameId = this.#pending.get(id) ?? [];
    if (sameId.length > 1)
      this.#pending.set(
        id,
        sameId.filter((other) => other !== pending),
      );
    else if (sameId[0] === pending) this.#pending.delete(id);
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
