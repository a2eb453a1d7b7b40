/** The story: what the client says goes to the server, what the server says goes to the client, each request is answered. */

import type { Clock, Log, WriteLine } from '../ports.ts';
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
import { bytesOf } from '../protocol/raw-text.ts';
import { readLine } from '../protocol/read-line.ts';
import { classOf } from '../protocol/retry.ts';
import { Cancellation } from './cancellation.ts';
import type { Delivery } from './correlation.ts';
import { Inflight, type Pending } from './inflight.ts';
import { Logins } from './logins.ts';
import { handOver } from './pushed.ts';
import { ServerRequests } from './server-requests.ts';
import { Slots } from './slots.ts';
import type { Far } from './upstream.ts';
import { within } from './within.ts';

export interface RelayParts {
  readonly far: Far;
  readonly write: WriteLine;
  /** Takes secrets out of text that we make. */
  readonly scrub: (text: string) => string;
  readonly clock: Clock;
  readonly log: Log;
}

const CANCELLED = 'notifications/cancelled';
/** The one request that is answered only when its subscription ends. */
const LISTEN = 'subscriptions/listen';
const CLIENT_LEFT = 'The bridge ended before the answer came, since the client closed the connection.';

/** Requests that are with the server at a time; later ones wait here. */
const MAX_IN_FLIGHT = 64;
/** Notifications and answers that are on their way at a time. */
const MAX_POSTS = 8;
/** What is under way from which on a server that asks too much is read no faster than it is answered. */
const MAX_TASKS = 1_000;
/** What a waiting message costs beside its text, in the same unit as the limit below. */
const MESSAGE_COST_CHARS = 1024;
/** Text of waiting messages, in UTF-16 units, from which on the client is not read any further. */
const MAX_WAITING_CHARS = 64 * 1024 * 1024;

export class Relay {
  readonly #parts: RelayParts;
  readonly #inflight = new Inflight();
  readonly #logins = new Logins();
  readonly #slots = new Slots(MAX_IN_FLIGHT);
  /** Everything that is under way; each removes itself. */
  readonly #tasks = new Set<Promise<void>>();
  /** Slots of their own for what is not answered, so that a cancellation does not wait behind what it cancels. */
  readonly #postSlots = new Slots(MAX_POSTS);
  readonly #posts = new Set<Cancellation>();
  readonly #asked: ServerRequests;
  #headersRefused = false;
  #waitingChars = 0;
  #resumeReading: (() => void) | undefined;

  constructor(parts: RelayParts) {
    this.#parts = parts;
    this.#asked = new ServerRequests(parts.clock);
  }

  /** Takes lines of the client to their end. Answers may still be under way when it resolves. */
  async run(lines: AsyncIterable<Line>): Promise<void> {
    const each = lines[Symbol.asyncIterator]();
    try {
      while (await this.#takeNext(each));
    } finally {
      await each.return?.();
    }
  }

  /**
   * Waits for a line and takes it. A function of its own for each: whoever waits for a line in a loop goes on holding the one
   * before, for as long as the client is silent, and a line may be 64 MB.
   *
   * @returns whether there may be another one
   */
  async #takeNext(lines: AsyncIterator<Line>): Promise<boolean> {
    const { done, value: line } = await lines.next();
    if (done) return false;
    const told = this.#take(line);
    if (told !== undefined) await told;
    if (this.#waitingChars > MAX_WAITING_CHARS) {
      await new Promise<void>((resolve) => {
        this.#resumeReading = resolve;
      });
    }
    return true;
  }

  /** Whether nothing is under way. */
  get isIdle(): boolean {
    return this.#tasks.size === 0;
  }

  /** Takes what the server says outside of any exchange. */
  readonly deliver = async (delivery: Delivery): Promise<void> => this.#deliver(delivery, undefined);

  /** Waits for what is under way, `ms` at most; what is not answered by then is answered with `shutdown`. */
  async drain(ms: number): Promise<void> {
    this.#parts.far.hangUp();
    for (const pending of this.#inflight.waiting()) {
      // It would go on for ever, and nobody is there to hear it.
      if (pending.request.method === LISTEN) this.#track(this.#giveUp(pending, shutdown(CLIENT_LEFT)));
    }
    await within(this.#parts.clock, ms, Promise.all(this.#tasks));
    await this.abort(CLIENT_LEFT);
  }

  /** Gives up everything that is under way: each request that waits is answered with `shutdown`. */
  async abort(sentence: string): Promise<void> {
    const problem = shutdown(sentence);
    for (const life of this.#posts) life.abort(problem);
    await Promise.all(this.#inflight.waiting().map((pending) => this.#giveUp(pending, problem)));
  }

  /** Answers a request before its exchange has ended. */
  #giveUp(pending: Pending, problem: Problem): Promise<void> {
    const harmless = classOf(pending.request) !== 'effects';
    const known = pending.hasBegun ? problem.withOutcomeUnknown(harmless) : problem.with({ outcome: 'not_sent' });
    const answered = this.#fail(pending, known);
    pending.abort(problem);
    return answered;
  }

  /** @returns what the next line waits for, if for anything: a client that does not read refusals gets no more of them */
  #take(line: Line): Promise<void> | undefined {
    const message = readLine(line);
    switch (message?.kind) {
      case 'refused':
        if (message.isHeader && this.#headersRefused) break;
        this.#headersRefused ||= message.isHeader ?? false;
        return this.#refuse(message);
      case 'dropped':
        this.#parts.log.warn({ because: message.because }, 'dropped an answer of the client');
        break;
      case 'request':
        if (message.method === 'initialize') this.#asked.forget();
        this.#track(this.#request(this.#inflight.open(message)));
        break;
      case 'notification':
        if (message.method === CANCELLED) this.#cancel(message);
        else this.#track(this.#post(message));
        break;
      case 'response':
        this.#asked.answered(message.id);
        this.#track(this.#post(message));
        break;
      case 'batch':
        this.#track(this.#batch(message));
        break;
    }
    return undefined;
  }

  async #request(pending: Pending): Promise<void> {
    const { request } = pending;
    const { clock, log } = this.#parts;
    const sinceMs = log.debugs ? clock.now() : 0;
    let answeredChars = 0;
    this.#logins.heard(request);
    // Others wait for `initialize`, perhaps with a slot in hand; and a subscription would keep its slot for ever.
    const needsSlot = request.method !== 'initialize' && request.method !== LISTEN;
    let hasSlot = false;
    try {
      // Takes its place in the order of messages; nothing is sent before there is a slot.
      const deliveries = this.#parts.far.send(request, pending.signal);
      const turn = needsSlot ? this.#slots.take() : undefined;
      if (turn !== undefined) await this.#wait(turn, request);
      hasSlot = needsSlot;
      if (pending.isSettled) return;
      pending.begin();
      await handOver(deliveries, (delivery) => {
        if (delivery.is === 'answer') answeredChars = (bytesOf(delivery) ?? delivery.line).length;
        return this.#deliver(delivery, pending);
      });
    } catch (thrown) {
      await this.#fail(pending, problemOf(thrown));
    } finally {
      if (log.debugs) {
        const { id, method } = request;
        log.debug(
          { method, id, chars: sizeOf(request), answeredChars, ms: Math.round(clock.now() - sinceMs) },
          'request',
        );
      }
      if (hasSlot) this.#slots.release();
      this.#inflight.close(pending);
    }
  }

  /** Waits for a slot. What waits is counted, so that a client that sends without end is read no further. */
  async #wait(turn: Promise<void>, message: { readonly text: string }): Promise<void> {
    const cost = sizeOf(message) + MESSAGE_COST_CHARS;
    this.#waitingChars += cost;
    await turn;
    this.#waitingChars -= cost;
    if (this.#waitingChars <= MAX_WAITING_CHARS) this.#resumeReading?.();
  }

  /** A notification, or an answer to the server: nobody waits for it, and nobody is told when it fails. */
  async #post(message: Message): Promise<void> {
    const life = new Cancellation();
    this.#posts.add(life);
    if (this.#parts.log.debugs) {
      const { kind, text } = message;
      this.#parts.log.debug({ method: 'method' in message ? message.method : undefined, chars: text.length }, kind);
    }
    // A cancellation must not wait behind what cannot end.
    const needsSlot = !(message.kind === 'notification' && message.method === CANCELLED);
    let hasSlot = false;
    try {
      const deliveries = this.#parts.far.send(message, life);
      const turn = needsSlot ? this.#postSlots.take() : undefined;
      if (turn !== undefined) await this.#wait(turn, message);
      hasSlot = needsSlot;
      for await (const delivery of deliveries) await this.#deliver(delivery, undefined);
    } catch (thrown) {
      const problem = problemOf(thrown);
      const method = message.kind === 'notification' ? message.method : message.kind;
      this.#note(problem, { method }, 'a message that is not answered was lost');
    } finally {
      if (hasSlot) this.#postSlots.release();
      this.#posts.delete(life);
    }
  }

  /** One exchange for all of it; each answer in it goes to its request by its id. */
  async #batch(batch: Batch): Promise<void> {
    await this.#parts.far.opening;
    if (!this.#parts.far.takesBatches) return this.#refuse(refuseBatch(batch));
    const requests = batch.messages.flatMap((message) =>
      message.kind === 'request' ? [this.#inflight.open(message)] : [],
    );
    const sentence = 'The server left a request of the batch unanswered.';
    let problem = new Problem('invalidUpstream', sentence).withOutcomeUnknown(classOf(batch) !== 'effects');
    const life = new Cancellation();
    for (const { signal } of requests) {
      const stopIfAllAre = () => requests.every(({ isSettled }) => isSettled) && life.abort(signal.reason);
      signal.addEventListener('abort', stopIfAllAre, { once: true });
    }
    this.#posts.add(life);
    const turn = this.#slots.take();
    if (turn !== undefined) await this.#wait(turn, batch);
    try {
      for (const pending of requests) pending.begin();
      for await (const delivery of this.#parts.far.send(batch, life)) await this.#deliver(delivery, undefined);
    } catch (thrown) {
      problem = problemOf(thrown);
    } finally {
      this.#slots.release();
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

  /** @returns what the next one waits for, if for anything */
  #deliver(delivery: Delivery, pending: Pending | undefined): Promise<void> | undefined {
    const { log, write } = this.#parts;
    if (delivery.is === 'server-message') {
      const refusal = delivery.id === undefined ? undefined : this.#asked.admit(delivery.id);
      if (refusal !== undefined) {
        log.debug({ id: refusal.id }, 'answered a request of the server, since the client has too many of them');
        const told = this.#post(refusal);
        this.#track(told);
        return this.#tasks.size > MAX_TASKS ? told : undefined;
      }
      if (delivery.id === undefined) this.#asked.notified(delivery.line);
      return write(delivery.line);
    }
    const addressee =
      delivery.is === 'answer' ? pending : delivery.id === undefined ? undefined : this.#inflight.find(delivery.id);
    if (addressee?.settle()) {
      if (delivery.is === 'answer') this.#logins.answered(addressee.request, delivery);
      return write(bytesOf(delivery) ?? delivery.line);
    }
    log.debug({ method: pending?.request.method }, 'dropped an answer that nobody waits for');
    return undefined;
  }

  async #fail(pending: Pending, problem: Problem): Promise<void> {
    if (!pending.settle()) return;
    const { request } = pending;
    const { outcome, hint } = problem;
    this.#note(problem, { outcome, method: request.method, hint }, 'a request failed');
    await this.#answer(request.id, problem, this.#logins.elicitationFor(request, problem));
  }

  /** A login that is due is said once, and not again for every call that waits for it. */
  #note(problem: Problem, known: { readonly method: string } & Partial<Problem>, what: string): void {
    const { kind, message: because } = problem;
    const isNews = kind !== 'connectionLogin' || this.#logins.due(known.method);
    this.#parts.log[isNews ? 'warn' : 'debug']({ kind, ...known, because }, what);
  }

  async #refuse({ ids, problem }: Refused): Promise<void> {
    this.#parts.log.warn({ kind: problem.kind, because: problem.message }, 'refused a line of the client');
    for (const id of ids.length > 0 ? ids : [undefined]) await this.#answer(id, problem);
  }

  #answer(id: Id | undefined, problem: Problem, elicitationId?: string): Promise<void> | undefined {
    const { scrub, write } = this.#parts;
    return write(toLine(errorText(id, problem.reworded(scrub), elicitationId)));
  }

  #track(task: Promise<void>): void {
    this.#tasks.add(task);
    const done = () => void this.#tasks.delete(task);
    void task.then(done, (thrown) => {
      this.#parts.log.error({ because: String(thrown) }, 'a message met a bug');
      done();
    });
  }
}

/** Characters, or bytes where they were not decoded yet. */
function sizeOf(message: { readonly text: string }): number {
  return bytesOf(message)?.length ?? message.text.length;
}

function shutdown(sentence: string): Problem {
  return new Problem('shutdown', sentence, { outcome: 'unknown' });
}

function problemOf(thrown: unknown): Problem {
  if (thrown instanceof Problem) return thrown;
  return new Problem('internal', 'The bridge failed while it handled the message.', { outcome: 'unknown' }, thrown);
}
