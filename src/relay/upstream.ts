/** The MCP server behind the connection, as the relay sees it: one message in, what comes back out. Owns the session. */

import { withoutInvitations } from '../protocol/capabilities.ts';
import { eraOf } from '../protocol/era.ts';
import { headersFor, sessionHeaders } from '../protocol/headers.ts';
import { type Answer, withId } from '../protocol/incoming.ts';
import { rawAt } from '../protocol/json.ts';
import type { Message, Notification, Request } from '../protocol/message.ts';
import { Problem } from '../protocol/problem.ts';
import {
  advance,
  type Handshake,
  isSoundSessionId,
  type Session,
  type SessionEvent,
  UNOPENED,
} from '../protocol/session.ts';
import type { Errand, Wire } from './attempt.ts';
import type { Delivery } from './correlation.ts';
import type { Limits } from './deadline.ts';
import { exchange } from './exchange.ts';
import { SessionGone } from './failure.ts';
import { Gate } from './gate.ts';
import { Listener } from './listen.ts';
import { Modern } from './modern.ts';

/** How long later messages are held until the server has taken `notifications/initialized`, in milliseconds. */
const INITIALIZED_MS = 5_000;
/** Clients give up on `initialize` after 15 to 60 s, and on `server/discover` sooner. */
const FIRST_ANSWER_MS: ReadonlyMap<string, number> = new Map([
  ['initialize', 25_000],
  ['server/discover', 5_000],
]);
/** What the end of a session may take, in milliseconds. */
const DELETE_MS = 500;
/** Pause before a session is opened again when that has just failed, in milliseconds. */
const REOPEN_PAUSE_MS = 1_000;

/** [MCP 2025-03-26, basic; taken out again in 2025-06-18] */
const BATCH_VERSION = '2025-03-26';
const NOTIFICATION_INITIALIZED = '{"jsonrpc":"2.0","method":"notifications/initialized"}';

/** What takes the client's messages and gives back what is for the client. */
export interface Far {
  /**
   * Sends a message of the client. Its place in the order is taken by the call, not when the iteration begins.
   *
   * @param signal - fires when nobody waits for the answer any more; what is thrown then is its reason
   * @returns the messages that come back, in order; iteration throws Problem when the answer is not among them
   */
  send(message: Message, signal: AbortSignal): AsyncGenerator<Delivery, void, undefined>;
  /** Whether a batch may be sent now: 2025-03-26 has them, and no other revision. */
  readonly takesBatches: boolean;
  /** Ends what has to be ended. Takes half a second at most and reports nothing: nobody could act on it. */
  close(): Promise<void>;
}

export interface UpstreamOptions {
  /** Headers that every message to the MCP server carries beside those of the protocol. */
  readonly headers: Readonly<Record<string, string>>;
  /** Patience with a call; the first answers have less. */
  readonly limits: Limits;
  /** Whether `initialize` goes out whole where the server cannot use what it says of the client. */
  readonly keepCapabilities: boolean;
  /** Takes what the server says outside of any exchange. Resolves when there is room for more. */
  readonly deliver: (delivery: Delivery) => Promise<void>;
}

export class Upstream implements Far {
  readonly #wire: Wire;
  readonly #options: UpstreamOptions;
  readonly #gate = new Gate();
  readonly #modern: Modern;
  readonly #listener: Listener;
  readonly #life = new AbortController();
  #session: Session = UNOPENED;
  #reopening: Promise<void> | undefined;
  /** By the clock: not before this time is a lost session opened again. */
  #reopenAtMs = 0;
  #reopened = 0;

  constructor(wire: Wire, options: UpstreamOptions) {
    this.#wire = wire;
    this.#options = options;
    this.#modern = new Modern(wire, (message) => this.#errand(message, UNOPENED));
    this.#listener = new Listener(wire, options.deliver);
  }

  send(message: Message, signal: AbortSignal): AsyncGenerator<Delivery, void, undefined> {
    if (eraOf(message) === 'modern') return this.#modern.send(message, signal);
    if (message.kind === 'request' && message.method === 'initialize') {
      return this.#initialize(message, signal, this.#gate.close());
    }
    if (message.kind === 'notification' && message.method === 'notifications/initialized') {
      return this.#initialized(message, signal, this.#gate.close());
    }
    return this.#inSession(message, signal, this.#gate.closed);
  }

  get takesBatches(): boolean {
    return this.#session.at === 'open' && this.#session.version === BATCH_VERSION;
  }

  /** Ends the session where there is one. */
  async close(): Promise<void> {
    this.#life.abort(new Problem('shutdown', 'The bridge is shutting down.'));
    this.#listener.stop();
    await this.#end(this.#session);
  }

  async *#initialize(
    request: Request,
    signal: AbortSignal,
    { turn, open }: ReturnType<Gate['close']>,
  ): AsyncGenerator<Delivery, void, undefined> {
    try {
      await turn;
      const previous = this.#session;
      this.#advance({ type: 'closed' });
      this.#listener.stop();
      for await (const delivery of this.#handshake(this.#prepared(request), signal)) {
        yield delivery;
        // The answer is with the client now: the others may go.
        if (delivery.is === 'answer') open();
      }
      await this.#end(previous);
    } finally {
      open();
    }
  }

  async *#initialized(
    notification: Notification,
    signal: AbortSignal,
    { turn, open }: ReturnType<Gate['close']>,
  ): AsyncGenerator<Delivery, void, undefined> {
    await turn;
    const stop = this.#wire.clock.after(INITIALIZED_MS, open);
    try {
      this.#advance({ type: 'initialized', text: notification.text });
      yield* this.#inSession(notification, signal, undefined);
      this.#listen();
    } finally {
      stop();
      open();
    }
  }

  async *#inSession(
    message: Message,
    signal: AbortSignal,
    closed: Promise<void> | undefined,
  ): AsyncGenerator<Delivery, void, undefined> {
    if (closed !== undefined) await closed;
    for (let again = false; ; again = true) {
      if (this.#session.at === 'lost') await this.#reopen();
      const session = this.#session;
      try {
        return yield* exchange(this.#wire, this.#errand(message, session), signal);
      } catch (thrown) {
        if (!(thrown instanceof SessionGone)) throw thrown;
        this.#advance({ type: 'rejected', generation: session.generation });
        if (!again) continue;
        this.#reopenAtMs = this.#wire.clock.now() + REOPEN_PAUSE_MS;
        const sentence = 'The MCP server does not know the session that it has just opened.';
        throw new Problem('sessionLost', sentence, { outcome: 'rejected' });
      }
    }
  }

  /** Opens a lost session again: once, for everybody who waits. */
  #reopen(): Promise<void> {
    this.#reopening ??= this.#replayHandshake().finally(() => {
      this.#reopening = undefined;
    });
    return this.#reopening;
  }

  async #replayHandshake(): Promise<void> {
    const { clock, log } = this.#wire;
    const lost = this.#session;
    if (lost.at !== 'lost') return;
    const { initialize, initialized = NOTIFICATION_INITIALIZED } = lost.handshake;
    try {
      const waitMs = this.#reopenAtMs - clock.now();
      if (waitMs > 0) await clock.sleep(waitMs, this.#life.signal);
      const id = `"uc-mcp-bridge-reopen-${++this.#reopened}"`;
      const request: Request = {
        kind: 'request',
        id,
        method: 'initialize',
        text: withId(initialize, id),
        modern: undefined,
      };
      for await (const delivery of this.#handshake(request, this.#life.signal, lost.handshake)) {
        if (delivery.is === 'answer' && delivery.answer.error) {
          const sentence = `The MCP server lost the session and did not open a new one: ${delivery.answer.error.message}`;
          throw new Problem('sessionLost', sentence, { outcome: 'rejected' });
        }
      }
    } catch (thrown) {
      this.#reopenAtMs = clock.now() + REOPEN_PAUSE_MS;
      throw thrown;
    }
    log.info({ generation: this.#session.generation }, 'the server lost the session: opened it again');
    const notification: Notification = {
      kind: 'notification',
      method: 'notifications/initialized',
      text: initialized,
      modern: undefined,
    };
    try {
      await exhaust(exchange(this.#wire, this.#errand(notification, this.#session), this.#life.signal));
    } catch (thrown) {
      log.warn({ because: String(thrown) }, 'the server did not take notifications/initialized');
    }
    this.#listen();
  }

  /** Listens to what the server says of its own accord, where it does. */
  #listen(): void {
    if (this.#session.at === 'open')
      this.#listener.listen({ ...this.#options.headers, ...sessionHeaders(this.#session) });
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

  /**
   * Sends an `initialize` and opens the session from its answer.
   *
   * @param handshake - kept with the session; by default the request itself
   */
  async *#handshake(
    request: Request,
    signal: AbortSignal,
    handshake: Handshake = { initialize: request.text },
  ): AsyncGenerator<Delivery, void, undefined> {
    let sessionId: string | undefined;
    const onSessionId = (id: string | undefined) => {
      sessionId = id;
    };
    const errand = { ...this.#errand(request, UNOPENED), onSessionId };
    for await (const delivery of exchange(this.#wire, errand, signal)) {
      // Only the answer to initialize gives an id, and only if it is not an error. [MCP 2025-11-25, Transports]
      if (delivery.is === 'answer' && !delivery.answer.error) {
        if (sessionId !== undefined && !isSoundSessionId(sessionId)) throw unsoundSessionId();
        if (sessionId !== undefined) this.#wire.keepSecret(sessionId);
        this.#advance({ type: 'opened', handshake, version: versionOf(delivery.answer), id: sessionId });
      }
      yield delivery;
    }
  }

  #errand(message: Message, session: Session): Errand {
    const { headers, limits } = this.#options;
    const ms = message.kind === 'request' ? FIRST_ANSWER_MS.get(message.method) : undefined;
    const atMost = (limitMs: number) => Math.min(limitMs, ms ?? limitMs);
    return {
      message,
      headers: { ...headers, ...headersFor(message, session) },
      inSession: session.at === 'open' && session.id !== undefined,
      limits: { silenceMs: atMost(limits.silenceMs), totalMs: atMost(limits.totalMs) },
    };
  }

  #advance(event: SessionEvent): void {
    this.#session = advance(this.#session, event);
    if (event.type === 'opened' && this.#session.at === 'open') {
      const { generation, version, id } = this.#session;
      this.#wire.log.info({ generation, version, keepsSession: id !== undefined }, 'session open');
    }
  }

  async #end(session: Session): Promise<void> {
    if (session.at !== 'open' || session.id === undefined) return;
    const { clock, log, route, send, tokens } = this.#wire;
    const controller = new AbortController();
    const stop = clock.after(DELETE_MS, () => controller.abort(new Error(`no answer within ${DELETE_MS} ms`)));
    try {
      const access = await tokens.access();
      const headers = { ...this.#options.headers, ...sessionHeaders(session) };
      const call = route.wrap({ method: 'DELETE', headers }, access);
      const reply = await send(call, controller.signal, DELETE_MS);
      await exhaust(reply.body);
      log.debug({ status: reply.status }, 'session ended');
    } catch (thrown) {
      log.debug({ because: String(thrown) }, 'the session could not be ended');
    } finally {
      stop();
    }
  }
}

/** The protocol version that both sides speak from now on, if a header can carry it. */
function versionOf({ text }: Answer): string | undefined {
  const raw = rawAt(text, 'result', 'protocolVersion');
  const version: unknown = raw === undefined ? undefined : JSON.parse(raw);
  return typeof version === 'string' && /^[\x21-\x7e]{1,64}$/.test(version) ? version : undefined;
}

async function exhaust(items: AsyncIterable<unknown>): Promise<void> {
  const all = items[Symbol.asyncIterator]();
  while (!(await all.next()).done);
}

function unsoundSessionId(): Problem {
  const sentence = 'The MCP server gave out a session id that no HTTP header can carry.';
  return new Problem('invalidUpstream', sentence, { outcome: 'rejected' });
}
