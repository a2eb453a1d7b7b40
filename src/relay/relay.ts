/** The client connection: sends each message to the handlers, writes what comes back, and answers each request exactly once. */

import type { Clock, Log, WriteLine } from '../ports.ts';
import { ERAS, eraOf } from '../protocol/era.ts';
import { toLine } from '../protocol/incoming.ts';
import { REQUESTS_IN_FLIGHT } from '../protocol/limits.ts';
import type { Line } from '../protocol/lines.ts';
import {
  type Batch,
  type ClientResponse,
  cancelledId,
  type Id,
  isCancelled,
  type Notification,
  type Refused,
  refuseBatch,
} from '../protocol/message.ts';
import { bytesOf } from '../protocol/message-bytes.ts';
import { errorText, type Outcome, Problem, problemOf } from '../protocol/problem.ts';
import { readLine } from '../protocol/read-line.ts';
import { classOf } from '../protocol/retry.ts';
import { Backlog, type HeldMessage, sizeOf } from './backlog.ts';
import { Batches } from './batches.ts';
import type { Delivery } from './correlation.ts';
import type { Emit, MessageHandler } from './handler.ts';
import { Inflight, type Pending } from './inflight.ts';
import { Logins } from './logins.ts';
import { Posts } from './posts.ts';
import { ServerRequests } from './server-requests.ts';
import { Slots } from './slots.ts';
import { within } from './within.ts';

export interface RelayParts {
  readonly next: MessageHandler;
  readonly write: WriteLine;
  /** Takes secrets out of text that we make. */
  readonly scrub: (text: string) => string;
  readonly clock: Clock;
  readonly log: Log;
}

/** The one request that is answered only when its subscription ends. */
const LISTEN = 'subscriptions/listen';
const CLIENT_LEFT = 'The bridge ended before the answer came, since the client closed the connection.';

export class Relay {
  readonly #parts: RelayParts;
  readonly #inflight = new Inflight();
  readonly #logins = new Logins();
  readonly #slots = new Slots(REQUESTS_IN_FLIGHT);
  /** Work in progress; each task removes itself. */
  readonly #tasks = new Set<Promise<void>>();
  readonly #backlog: Backlog;
  readonly #posts: Posts;
  readonly #batches: Batches;
  readonly #asked: ServerRequests;
  #headersRefused = false;

  constructor(parts: RelayParts) {
    this.#parts = parts;
    this.#asked = new ServerRequests(parts.clock);
    const { log, next } = parts;
    const backlog = new Backlog(parts.clock);
    this.#backlog = backlog;
    const { emit } = this;
    this.#batches = new Batches({
      next,
      inflight: this.#inflight,
      slots: this.#slots,
      backlog,
      emit,
      fail: (pending, problem) => this.#fail(pending, problem),
    });
    this.#posts = new Posts({
      next,
      log,
      backlog,
      emit,
      onLost: (problem, method) => this.#note(problem, { method }, 'a message that is not answered was lost'),
    });
  }

  /** Takes lines of the client to their end. Answers may still be under way when it resolves. */
  async run(lines: AsyncIterable<Line>): Promise<void> {
    const each = lines[Symbol.asyncIterator]();
    try {
      while (await this.#takeNext(each));
    } catch (thrown) {
      await each.return?.();
      throw thrown;
    }
  }

  /**
   * Waits for a line and takes it. This is a function of its own, since a loop would hold the last line while the client is
   * silent, and a line may be 64 MB.
   *
   * @returns whether there may be another one
   */
  async #takeNext(lines: AsyncIterator<Line>): Promise<boolean> {
    const { done, value: line } = await lines.next();
    if (done) return false;
    const told = this.#take(line);
    if (told !== undefined) await told;
    const room = this.#backlog.room;
    if (room !== undefined) await room;
    return true;
  }

  /** Takes what the server sends outside of any exchange. */
  readonly emit: Emit = (delivery) => this.#deliver(delivery, undefined);

  /** Waits for what is under way, `ms` at most; what is not answered by then is answered with `shutdown`. */
  async drain(ms: number): Promise<void> {
    this.#parts.next.clientDisconnected();
    for (const pending of this.#inflight.waiting()) {
      // It would go on forever without a reader.
      if (pending.request.method === LISTEN) this.#track(this.#giveUp(pending, shutdown(CLIENT_LEFT)));
    }
    const isDone = await within(this.#parts.clock, ms, Promise.all(this.#tasks));
    await this.#abort(isDone ? shutdown(CLIENT_LEFT) : drained(ms));
  }

  /** Gives up everything that is under way: each request that waits is answered with `shutdown`. */
  abort(sentence: string): Promise<void> {
    return this.#abort(shutdown(sentence));
  }

  async #abort(problem: Problem): Promise<void> {
    this.#posts.abort(problem);
    this.#batches.abort(problem);
    await Promise.all(this.#inflight.waiting().map((pending) => this.#giveUp(pending, problem)));
  }

  /** Answers a request before its exchange has ended. */
  #giveUp(pending: Pending, problem: Problem): Promise<void> {
    const harmless = classOf(pending.request) !== 'effects';
    const { outcome } = pending;
    const known = outcome === 'unknown' ? problem.withOutcomeUnknown(harmless) : problem.with({ outcome });
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
        if (isCancelled(message)) this.#cancel(message);
        else this.#track(this.#posts.send(message));
        break;
      case 'response':
        this.#asked.answered(message.id);
        this.#track(this.#posts.send(message));
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
    const sinceMs = clock.now();
    let answeredChars = 0;
    let held: HeldMessage | undefined;
    this.#logins.heard(request);
    const emit: Emit = (delivery) => {
      if (delivery.is === 'answer') answeredChars = (bytesOf(delivery) ?? delivery.line).length;
      return this.#deliver(delivery, pending);
    };
    // Others wait for `initialize`, perhaps with a slot in hand. A subscription would keep its slot for ever.
    const needsSlot = request.method !== 'initialize' && request.method !== LISTEN;
    try {
      const turn = needsSlot ? this.#slots.take() : undefined;
      if (turn !== undefined) await this.#backlog.wait(turn, request);
      if (pending.isSettled) return;
      held = this.#backlog.hold(request, pending.signal);
      if (held?.room !== undefined) await held.room;
      const mark = (outcome: Outcome) => pending.mark(outcome);
      await this.#parts.next.handle(request, { signal: pending.signal, emit, mark });
      if (!pending.isSettled)
        throw new Problem('internal', 'The call ended without a response.', { outcome: 'unknown' });
    } catch (thrown) {
      await this.#fail(pending, problemOf(thrown));
    } finally {
      const { id, method } = request;
      log.debug(
        { method, id, chars: sizeOf(request), answeredChars, ms: Math.round(clock.now() - sinceMs) },
        'request',
      );
      held?.release();
      if (needsSlot) this.#slots.release();
      this.#inflight.close(pending);
    }
  }

  async #batch(batch: Batch): Promise<void> {
    const { next } = this.#parts;
    await next.ready;
    if (!next.takesBatches) return this.#refuse(refuseBatch(batch));
    return this.#batches.send(batch);
  }

  /** Ends the request here, and tells the server in the way of the request's era, not of the notification's. */
  #cancel(notification: Notification): void {
    const id = cancelledId(notification);
    const pending = id === undefined ? undefined : this.#inflight.find(id);
    // Must not be cancelled, though a client does. [MCP 2025-11-25, Cancellation; seen of Claude Desktop]
    if (pending?.request.method === 'initialize') return;
    const era = eraOf(pending?.request ?? notification);
    if (ERAS[era].cancelsBy === 'notification') this.#track(this.#posts.send(notification));
    if (pending?.settle()) pending.abort(new Problem('shutdown', 'The client cancelled the request.'));
  }

  /** @returns what the next one waits for, if for anything */
  #deliver(delivery: Delivery, pending: Pending | undefined): Promise<void> | undefined {
    const { log, write } = this.#parts;
    if (delivery.is === 'server-message') {
      const refusal = delivery.id === undefined ? undefined : this.#admit(delivery.id, pending);
      if (refusal !== undefined) {
        log.debug({ id: refusal.id }, 'answered a request of the server, since the client has too many of them');
        this.#track(this.#posts.send(refusal));
        return undefined;
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
    log.debug({ method: pending?.request.method }, 'dropped a response that answers no open request');
    return undefined;
  }

  /** @throws Problem if the response that the request of the server is part of has to end */
  #admit(id: Id, pending: Pending | undefined): ClientResponse | undefined {
    try {
      return this.#asked.admit(id);
    } catch (thrown) {
      throw pending ? problemOf(thrown).withOutcomeUnknown(classOf(pending.request) !== 'effects') : thrown;
    }
  }

  async #fail(pending: Pending, problem: Problem): Promise<void> {
    if (!pending.settle()) return;
    const { request } = pending;
    const { outcome, hint } = problem;
    this.#note(problem, { outcome, method: request.method, hint }, 'a request failed');
    await this.#answer(request.id, problem, this.#logins.elicitationFor(request, problem));
  }

  /** Reports a login that is due once, and not again for each call that waits for it. */
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

function shutdown(sentence: string): Problem {
  return new Problem('shutdown', sentence, { outcome: 'unknown' });
}

function drained(ms: number): Problem {
  const sentence = `The client closed the connection, and the answer did not come within ${ms / 1000} s after that.`;
  return new Problem('shutdown', sentence, {
    outcome: 'unknown',
    hint: 'Keep the connection open, or give answers more time after its end with --drain-timeout.',
  });
}
