/** Messages of the legacy era: in the order that the protocol asks for, in the session that the server keeps. */

import type { Signal } from '../ports.ts';
import { withoutInvitations } from '../protocol/capabilities.ts';
import { sessionHeaders } from '../protocol/headers.ts';
import type { Message, Notification, Request } from '../protocol/message.ts';
import { type Outcome, Problem } from '../protocol/problem.ts';
import { classOf } from '../protocol/retry.ts';
import type { Session } from '../protocol/session.ts';
import { BATCH_VERSION } from '../protocol/versions.ts';
import type { Delivery } from './correlation.ts';
import type { Deliveries, Sink } from './deliveries.ts';
import { type Carriage, errandFor } from './errand.ts';
import { exchange } from './exchange.ts';
import { SessionGone } from './failure.ts';
import { Gate } from './gate.ts';
import { asksForTools, KnownTools, TOOLS_CHANGED } from './known-tools.ts';
import { Listener } from './listen.ts';
import { handOver, Pushed } from './pushed.ts';
import { INITIALIZED_MS, notificationOf, SessionKeeper } from './session-keeper.ts';
import type { Wire } from './wire.ts';

export interface LegacyOptions extends Carriage {
  /** Whether `initialize` goes out whole where the server cannot use what it says of the client. */
  readonly keepCapabilities: boolean;
  /** Takes what the server says outside of any exchange. Resolves when there is room for more. */
  readonly deliver: (delivery: Delivery) => Promise<void>;
}

export class Legacy {
  readonly #wire: Wire;
  readonly #options: LegacyOptions;
  readonly #gate = new Gate();
  readonly #keeper: SessionKeeper;
  readonly #listener: Listener;
  readonly #tools = new KnownTools();
  readonly #life = new AbortController();
  #looks = 0;

  constructor(wire: Wire, options: LegacyOptions) {
    this.#wire = wire;
    this.#options = options;
    this.#keeper = new SessionKeeper(wire, options, () => this.#resume());
    this.#listener = new Listener(wire, options.deliver);
  }

  /** As Far has it. */
  send(message: Message, signal: Signal): Deliveries {
    if (message.kind === 'request' && message.method === 'initialize') {
      return this.#initialize(message, signal, this.#gate.close());
    }
    if (message.kind === 'notification' && message.method === 'notifications/initialized') {
      return this.#initialized(message, signal, this.#gate.close());
    }
    const { closed } = this.#gate;
    return new Pushed((sink) => this.#inSession(message, signal, closed, sink));
  }

  /** As Far has it. */
  get opening(): Promise<void> | undefined {
    return this.#gate.closed;
  }

  get takesBatches(): boolean {
    const { session } = this.#keeper;
    return session.at === 'open' && session.version === BATCH_VERSION;
  }

  close(): Promise<void> {
    this.#listener.stop();
    this.#life.abort(new Problem('shutdown', 'The bridge is shutting down.'));
    return this.#keeper.close();
  }

  async *#initialize(
    request: Request,
    signal: Signal,
    { turn, open }: ReturnType<Gate['close']>,
  ): AsyncGenerator<Delivery, void, undefined> {
    try {
      await turn;
      this.#listener.stop();
      this.#tools.forget();
      for await (const delivery of this.#keeper.open(this.#prepared(request), signal)) {
        yield delivery;
        // The answer is with the client now: the others may go.
        if (delivery.is === 'answer') open();
      }
    } finally {
      open();
    }
  }

  async *#initialized(
    notification: Notification,
    signal: Signal,
    { turn, open }: ReturnType<Gate['close']>,
  ): AsyncGenerator<Delivery, void, undefined> {
    await turn;
    const stop = this.#wire.clock.after(INITIALIZED_MS, open);
    try {
      this.#keeper.initialized(notification);
      yield* new Pushed((sink) => this.#inSession(notification, signal, undefined, sink));
      this.#listen();
    } finally {
      stop();
      open();
    }
  }

  /** @param closed - what the message has to wait for */
  async #inSession(message: Message, signal: Signal, closed: Promise<void> | undefined, sink: Sink): Promise<void> {
    if (closed !== undefined) await closed;
    let outcome: Outcome = 'not_sent';
    for (let again = false; ; again = true) {
      const mending = this.#keeper.mend(outcome);
      // Not awaited where there is nothing to wait for: another message might take the session away meanwhile.
      if (mending !== undefined) await mending.catch((thrown) => Promise.reject(concluded(message, thrown, outcome)));
      const { session } = this.#keeper;
      try {
        const errand = errandFor(message, session, this.#options);
        const carried = exchange(this.#wire, errand, signal, outcome);
        const deliveries = this.#options.repeats.learn(message, session.generation, carried);
        const isOfTools = this.#keeper.announcesTools && asksForTools(message);
        return await handOver(isOfTools ? this.#noting(deliveries) : deliveries, sink);
      } catch (thrown) {
        if (thrown instanceof Problem && thrown.kind === 'timeout') this.#cancel(message, session);
        if (!(thrown instanceof SessionGone)) throw thrown;
        this.#keeper.lose(session);
        if (isSpent(message)) return;
        ({ outcome } = thrown);
        if (again) throw concluded(message, this.#lostAgain(), outcome);
        // The client may be opening a session of its own at this moment.
        await this.#gate.closed;
      }
    }
  }

  #lostAgain(): Problem {
    this.#keeper.pause();
    const sentence = 'The MCP server does not know the session that it has just opened.';
    return new Problem('sessionLost', sentence, { outcome: 'rejected' });
  }

  /** Tells the server that nobody waits for the answer any more. [MCP 2025-11-25, Lifecycle, Timeouts] */
  #cancel(message: Message, session: Session): void {
    if (message.kind !== 'request') return;
    const params = `{"requestId":${message.id},"reason":"The bridge has waited long enough."}`;
    const text = `{"jsonrpc":"2.0","method":"notifications/cancelled","params":${params}}`;
    this.#keeper.tell(notificationOf('notifications/cancelled', text), session);
  }

  async *#noting(deliveries: Deliveries): AsyncGenerator<Delivery, void, undefined> {
    for await (const delivery of deliveries) {
      yield delivery;
      // The client has it by now, and does not wait until it is read.
      if (delivery.is === 'answer') this.#tools.note(delivery.line);
    }
  }

  /** What is to be done when a lost session is open again, while the messages that waited for it go on. */
  #resume(): void {
    this.#listen();
    if (!this.#keeper.announcesTools || !this.#tools.areKnown) return;
    void this.#lookForTools().catch((thrown) => {
      this.#wire.log.debug({ because: String(thrown) }, 'the list of tools could not be compared');
    });
  }

  /** A server that was restarted says nothing of what it has that it did not have before. */
  async #lookForTools(): Promise<void> {
    const { deliver } = this.#options;
    const id = `"uc-mcp-bridge-tools-${++this.#looks}"`;
    const text = `{"jsonrpc":"2.0","id":${id},"method":"tools/list"}`;
    const request: Request = { kind: 'request', id, method: 'tools/list', text, modern: undefined };
    const errand = errandFor(request, this.#keeper.session, this.#options);
    for await (const delivery of exchange(this.#wire, errand, this.#life.signal)) {
      if (delivery.is !== 'answer') await deliver(delivery);
      else if (this.#tools.differFrom(delivery.line)) await deliver({ is: 'server-message', line: TOOLS_CHANGED });
    }
  }

  /** Listens to what the server says of its own accord, where it does. */
  #listen(): void {
    const { session } = this.#keeper;
    if (session.at === 'open' && !this.#life.signal.aborted)
      this.#listener.listen({ ...this.#options.headers, ...sessionHeaders(session) });
  }

  /** The client's `initialize`, without what the server could not use on this route. */
  #prepared(request: Request): Request {
    const { log, route } = this.#wire;
    if (route.streams || this.#options.keepCapabilities) return request;
    const { cut, text } = withoutInvitations(request.text);
    if (cut.length > 0) {
      log.info({ cut, route: route.name }, 'left out capabilities that the server cannot use on this route');
    }
    return { ...request, text };
  }
}

/** The problem of a message that had been attempted before, with what those attempts have done at most. */
function concluded(message: Message, problem: Problem, outcome: Outcome): Problem {
  return outcome === 'unknown' ? problem.withOutcomeUnknown(classOf(message) !== 'effects') : problem.with({ outcome });
}

/** Messages that mean nothing to another session than the one that refused them. */
function isSpent(message: Message): boolean {
  if (message.kind !== 'notification') return false;
  return message.method === 'notifications/cancelled' || message.method === 'notifications/initialized';
}
