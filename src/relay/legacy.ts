/** Messages of the legacy era: in the order that the protocol asks for, in the session that the server keeps. */

import { withoutInvitations } from '../protocol/capabilities.ts';
import { sessionHeaders } from '../protocol/headers.ts';
import type { Message, Notification, Request } from '../protocol/message.ts';
import { type Outcome, Problem } from '../protocol/problem.ts';
import { classOf } from '../protocol/retry.ts';
import type { Session } from '../protocol/session.ts';
import { BATCH_VERSION } from '../protocol/versions.ts';
import { errandFor, type RequestDefaults } from './errand.ts';
import { exchange } from './exchange.ts';
import { SessionGone } from './failure.ts';
import { Gate } from './gate.ts';
import { type CallContext, type Emit, emitThen, responseTo } from './handler.ts';
import { asksForTools, KnownTools, TOOLS_CHANGED } from './known-tools.ts';
import { Listener } from './listen.ts';
import { INITIALIZED_MS, notificationOf, SessionKeeper } from './session-keeper.ts';
import type { Wire } from './wire.ts';

export interface LegacyOptions extends RequestDefaults {
  /** Whether `initialize` goes out whole where the server cannot use what it says of the client. */
  readonly keepCapabilities: boolean;
  /** Takes what the server sends outside of any exchange. */
  readonly emit: Emit;
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
    this.#listener = new Listener(wire, options.emit);
  }

  /** As MessageHandler has it. */
  handle(message: Message, context: CallContext): Promise<void> {
    if (message.kind === 'request' && message.method === 'initialize') return this.#initialize(message, context);
    if (message.kind === 'notification' && message.method === 'notifications/initialized') {
      return this.#initialized(message, context);
    }
    return this.#inSession(message, context, this.#gate.closed);
  }

  /** As MessageHandler has it. */
  get ready(): Promise<void> | undefined {
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

  async #initialize(request: Request, context: CallContext): Promise<void> {
    const { open, turn } = this.#gate.close();
    try {
      await turn;
      this.#listener.stop();
      this.#tools.forget();
      // Once the response is with the client, the others may go.
      await this.#keeper.open(this.#prepared(request), { ...context, emit: emitThen(context.emit, open) });
    } finally {
      open();
    }
  }

  async #initialized(notification: Notification, context: CallContext): Promise<void> {
    const { open, turn } = this.#gate.close();
    await turn;
    const stop = this.#wire.clock.after(INITIALIZED_MS, open);
    try {
      this.#keeper.initialized(notification);
      await this.#inSession(notification, context, undefined);
      this.#listen();
    } finally {
      stop();
      open();
    }
  }

  /** @param closed - what the message has to wait for */
  async #inSession(message: Message, context: CallContext, closed: Promise<void> | undefined): Promise<void> {
    if (closed !== undefined) await closed;
    let outcome: Outcome = 'not_sent';
    for (let again = false; ; again = true) {
      const mending = this.#keeper.mend(outcome);
      // Not awaited where there is nothing to wait for: another message might take the session away meanwhile.
      if (mending !== undefined) await mending.catch((thrown) => Promise.reject(concluded(message, thrown, outcome)));
      const { session } = this.#keeper;
      try {
        const errand = errandFor(message, session, this.#options);
        const emit = this.#options.repeats.learn(message, session.generation, this.#noting(message, context.emit));
        return await exchange(this.#wire, errand, { ...context, emit }, outcome);
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

  /** Tells the server that the call was given up. [MCP 2025-11-25, Lifecycle, Timeouts] */
  #cancel(message: Message, session: Session): void {
    if (message.kind !== 'request') return;
    const params = `{"requestId":${message.id},"reason":"The bridge has waited long enough."}`;
    const text = `{"jsonrpc":"2.0","method":"notifications/cancelled","params":${params}}`;
    this.#keeper.tell(notificationOf('notifications/cancelled', text), session);
  }

  /** Reads a list of tools once the client has it, so that the client does not wait for that. */
  #noting(message: Message, emit: Emit): Emit {
    if (!this.#keeper.announcesTools || !asksForTools(message)) return emit;
    return emitThen(emit, ({ line }) => this.#tools.note(line));
  }

  /** What is to be done when a lost session is open again, while the messages that waited for it go on. */
  #resume(): void {
    this.#listen();
    if (!this.#keeper.announcesTools || !this.#tools.areKnown) return;
    void this.#lookForTools().catch((thrown) => {
      this.#wire.log.debug({ because: String(thrown) }, 'the list of tools could not be compared');
    });
  }

  /** A server that was restarted does not report that its tools are others than before. */
  async #lookForTools(): Promise<void> {
    const { emit } = this.#options;
    const id = `"uc-mcp-bridge-tools-${++this.#looks}"`;
    const text = `{"jsonrpc":"2.0","id":${id},"method":"tools/list"}`;
    const request: Request = { kind: 'request', id, method: 'tools/list', text, modern: undefined };
    const errand = errandFor(request, this.#keeper.session, this.#options);
    const context = { signal: this.#life.signal, emit, mark: () => {} };
    const list = await responseTo((own) => exchange(this.#wire, errand, own), context);
    if (list && this.#tools.differFrom(list.line)) await emit({ is: 'server-message', line: TOOLS_CHANGED });
  }

  /** Listens to what the server sends outside of any exchange, if it offers that. */
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
