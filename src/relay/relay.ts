/** The story: what the client says goes to the server, what the server says goes to the client, each request is answered. */

import type { Clock, Log } from '../ports.ts';
import { ERAS, eraOf } from '../protocol/era.ts';
import { toLine } from '../protocol/incoming.ts';
import type { Line } from '../protocol/lines.ts';
import {
  type Batch,
  cancelledId,
  type Id,
  type Message,
  type Notification,
  type Refused,
  refuseBatch,
} from '../protocol/message.ts';
import { errorText, Problem } from '../protocol/problem.ts';
import { readLine } from '../protocol/read-line.ts';
import { classOf } from '../protocol/retry.ts';
import type { Delivery } from './correlation.ts';
import { Inflight, type Pending } from './inflight.ts';
import { Slots } from './slots.ts';
import type { Far } from './upstream.ts';

export interface RelayParts {
  readonly far: Far;
  /** Writes one line to the client. Resolves when the client is ready for more; never rejects. */
  readonly write: (line: string) => Promise<void>;
  /** Takes secrets out of text that we make. */
  readonly scrub: (text: string) => string;
  readonly clock: Clock;
  readonly log: Log;
}

/** Requests that are with the server at a time; later ones wait here. */
const MAX_IN_FLIGHT = 64;
/** Notifications and answers that are on their way at a time. */
const MAX_POSTS = 8;
/** Text of waiting requests, in UTF-16 units, from which on the client is not read any further. */
const MAX_WAITING_CHARS = 64 * 1024 * 1024;

export class Relay {
  readonly #parts: RelayParts;
  readonly #inflight = new Inflight();
  readonly #slots = new Slots(MAX_IN_FLIGHT);
  /** Everything that is under way; each removes itself. */
  readonly #tasks = new Set<Promise<void>>();
  /** Slots of their own for what is not answered, so that a cancellation does not wait behind what it cancels. */
  readonly #postSlots = new Slots(MAX_POSTS);
  readonly #posts = new Set<AbortController>();
  #waitingChars = 0;
  #resumeReading: (() => void) | undefined;

  constructor(parts: RelayParts) {
    this.#parts = parts;
  }

  /** Takes lines of the client to their end. Answers may still be under way when it resolves. */
  async run(lines: AsyncIterable<Line>): Promise<void> {
    for await (const line of lines) {
      this.#take(line);
      if (this.#waitingChars > MAX_WAITING_CHARS) {
        await new Promise<void>((resolve) => {
          this.#resumeReading = resolve;
        });
      }
    }
  }

  /** Takes what the server says outside of any exchange. */
  readonly deliver = (delivery: Delivery): Promise<void> => this.#deliver(delivery, undefined);

  /** Waits for what is under way, `ms` at most; what is not answered by then is answered with `shutdown`. */
  async drain(ms: number): Promise<void> {
    let stop = () => {};
    const timeUp = new Promise<void>((resolve) => {
      stop = this.#parts.clock.after(ms, resolve);
    });
    await Promise.race([Promise.all(this.#tasks), timeUp]);
    stop();
    await this.abort('The bridge ended before the answer came, since the client closed the connection.');
  }

  /** Gives up everything that is under way: each request that waits is answered with `shutdown`. */
  async abort(sentence: string): Promise<void> {
    const problem = new Problem('shutdown', sentence, { outcome: 'unknown' });
    for (const life of this.#posts) life.abort(problem);
    const answers = this.#inflight.waiting().map((pending) => {
      const harmless = classOf(pending.request) !== 'effects';
      const answer = this.#fail(pending, problem.withOutcomeUnknown(harmless));
      pending.abort(problem);
      return answer;
    });
    await Promise.all(answers);
  }

  #take(line: Line): void {
    const message = readLine(line);
    switch (message?.kind) {
      case 'refused':
        this.#refuse(message);
        break;
      case 'dropped':
        this.#parts.log.warn({ because: message.because }, 'dropped an answer of the client');
        break;
      case 'request':
        this.#track(this.#request(this.#inflight.open(message)));
        break;
      case 'notification':
        if (message.method === 'notifications/cancelled') this.#cancel(message);
        else this.#track(this.#post(message));
        break;
      case 'response':
        this.#track(this.#post(message));
        break;
      case 'batch':
        if (this.#parts.far.takesBatches) this.#track(this.#batch(message));
        else this.#refuse(refuseBatch(message));
        break;
    }
  }

  async #request(pending: Pending): Promise<void> {
    const { request } = pending;
    // Takes its place in the order of messages; nothing is sent before there is a slot.
    const deliveries = this.#parts.far.send(request, pending.signal);
    const turn = this.#slots.take();
    if (turn !== undefined) {
      this.#waitingChars += request.text.length;
      await turn;
      this.#waitingChars -= request.text.length;
      if (this.#waitingChars <= MAX_WAITING_CHARS) this.#resumeReading?.();
    }
    try {
      if (pending.isSettled) return;
      for await (const delivery of deliveries) await this.#deliver(delivery, pending);
    } catch (thrown) {
      await this.#fail(pending, problemOf(thrown));
    } finally {
      this.#slots.release();
      this.#inflight.close(pending);
    }
  }

  /** A notification, or an answer to the server: nobody waits for it, and nobody is told when it fails. */
  async #post(message: Message): Promise<void> {
    const life = new AbortController();
    this.#posts.add(life);
    const deliveries = this.#parts.far.send(message, life.signal);
    const turn = this.#postSlots.take();
    if (turn !== undefined) await turn;
    try {
      for await (const delivery of deliveries) await this.#deliver(delivery, undefined);
    } catch (thrown) {
      const { kind, message: because } = problemOf(thrown);
      this.#parts.log.warn({ kind, sent: message.kind, because }, 'a message that is not answered was lost');
    } finally {
      this.#postSlots.release();
      this.#posts.delete(life);
    }
  }

  /** One exchange for all of it; each answer in it goes to its request by its id. */
  async #batch(batch: Batch): Promise<void> {
    const requests = batch.messages.flatMap((message) =>
      message.kind === 'request' ? [this.#inflight.open(message)] : [],
    );
    const sentence = 'The server left a request of the batch unanswered.';
    let problem = new Problem('invalidUpstream', sentence).withOutcomeUnknown(classOf(batch) !== 'effects');
    const life = new AbortController();
    this.#posts.add(life);
    try {
      for await (const delivery of this.#parts.far.send(batch, life.signal)) await this.#deliver(delivery, undefined);
    } catch (thrown) {
      problem = problemOf(thrown);
    } finally {
      this.#posts.delete(life);
    }
    for (const pending of requests) {
      await this.#fail(pending, problem);
      this.#inflight.close(pending);
    }
  }

  /** Ends the request here, and tells the server in the way of the request's era, not of the notification's. */
  #cancel(notification: Notification): void {
    const id = cancelledId(notification);
    const pending = id === undefined ? undefined : this.#inflight.find(id);
    // Must not be cancelled, though a client does. [MCP 2025-11-25, Cancellation; seen of Claude Desktop]
    if (pending?.request.method === 'initialize') return;
    const era = eraOf(pending?.request ?? notification);
    if (ERAS[era].cancelsBy === 'notification') this.#track(this.#post(notification));
    if (pending?.settle()) pending.abort(new Problem('shutdown', 'The client cancelled the request.'));
  }

  async #deliver(delivery: Delivery, pending: Pending | undefined): Promise<void> {
    const { log, write } = this.#parts;
    if (delivery.is === 'server-message') {
      await write(delivery.line);
      return;
    }
    const addressee =
      delivery.is === 'answer' ? pending : delivery.id === undefined ? undefined : this.#inflight.find(delivery.id);
    if (addressee?.settle()) await write(delivery.line);
    else log.debug({ method: pending?.request.method }, 'dropped an answer that nobody waits for');
  }

  async #fail(pending: Pending, problem: Problem): Promise<void> {
    if (!pending.settle()) return;
    const { kind, outcome, message: because, hint } = problem;
    this.#parts.log.warn({ kind, outcome, method: pending.request.method, because, hint }, 'a request failed');
    await this.#answer(pending.request.id, problem);
  }

  #refuse({ ids, problem }: Refused): void {
    this.#parts.log.warn({ kind: problem.kind, because: problem.message }, 'refused a line of the client');
    for (const id of ids.length > 0 ? ids : [undefined]) this.#track(this.#answer(id, problem));
  }

  #answer(id: Id | undefined, problem: Problem): Promise<void> {
    const { scrub, write } = this.#parts;
    return write(toLine(scrub(errorText(id, problem))));
  }

  #track(task: Promise<void>): void {
    this.#tasks.add(task);
    void task.finally(() => this.#tasks.delete(task));
  }
}

function problemOf(thrown: unknown): Problem {
  if (thrown instanceof Problem) return thrown;
  return new Problem('internal', 'The bridge failed while it handled the message.', { outcome: 'unknown' }, thrown);
}
