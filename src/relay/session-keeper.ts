/** Keeps the session with a legacy server: opens it, opens it again when it is lost, gives it back. */

import { excerpt } from '../protocol/excerpt.ts';
import { sessionHeaders } from '../protocol/headers.ts';
import { withId } from '../protocol/incoming.ts';
import type { Notification, Request } from '../protocol/message.ts';
import { type Outcome, Problem } from '../protocol/problem.ts';
import { advance, isSoundSessionId, type Session, UNOPENED } from '../protocol/session.ts';
import { breachOf, type Terms, termsOf } from '../protocol/terms.ts';
import { errandFor, type RequestDefaults } from './errand.ts';
import { exchange } from './exchange.ts';
import { type CallContext, type Emit, type ResponseDelivery, responseTo } from './handler.ts';
import type { Wire } from './wire.ts';
import { within } from './within.ts';

/** How long later messages are held until the server has taken `notifications/initialized`, in milliseconds. */
export const INITIALIZED_MS = 5_000;
/** What the end of a session may take, in milliseconds. */
const DELETE_MS = 500;
/** Pause before a session is opened again when that has just failed, in milliseconds. */
const REOPEN_PAUSE_MS = 1_000;

/** As much of a session as it takes to end it. */
const UNUSED = { at: 'open', generation: 0, handshake: { initialize: '' }, version: undefined } as const;

const NOTIFICATION_INITIALIZED = '{"jsonrpc":"2.0","method":"notifications/initialized"}';

export class SessionKeeper {
  readonly #wire: Wire;
  readonly #defaults: RequestDefaults;
  readonly #onReopened: () => void;
  readonly #life = new AbortController();
  #session: Session = UNOPENED;
  /** What the client was told of the server. */
  #told: Terms | undefined;
  #reopening: Promise<void> | undefined;
  /** By the clock: not before this time is a lost session opened again. */
  #reopenAtMs = 0;
  #replays = 0;
  /** Last messages to sessions that nobody uses any more. */
  readonly #farewells = new Set<Promise<void>>();

  /** @param onReopened - called when a lost session is open again */
  constructor(wire: Wire, defaults: RequestDefaults, onReopened: () => void) {
    this.#wire = wire;
    this.#defaults = defaults;
    this.#onReopened = onReopened;
  }

  /** Of the messages that are ours: what comes back for them is not for the client. */
  get #own(): CallContext {
    return { signal: this.#life.signal, emit: () => undefined, mark: () => {} };
  }

  get session(): Session {
    return this.#session;
  }

  /** Whether the client was told that it will hear of changes of the list of tools. */
  get announcesTools(): boolean {
    return this.#told?.announcesTools ?? false;
  }

  /**
   * Sends an `initialize` of the client, which belongs to no session, and opens one from its answer. The session before,
   * if there is one, is given back.
   */
  async open(request: Request, context: CallContext): Promise<void> {
    const previous = this.#session;
    this.#session = advance(previous, { type: 'closed' });
    try {
      await this.#handshake(request, context, (terms, id) => {
        const handshake = { initialize: request.text };
        this.#told = terms;
        this.#session = advance(this.#session, { type: 'opened', handshake, version: terms.version, id });
        this.#wire.recorder?.session('opened', this.#session.generation, terms.version);
      });
    } finally {
      this.#later(this.#end(previous));
    }
  }

  /** The client's own notification, kept for the day when the session is opened again. */
  initialized({ text }: Notification): void {
    this.#session = advance(this.#session, { type: 'initialized', text });
  }

  /** The server refused a message of that session because it does not know it. A session before counts for nothing. */
  lose({ generation }: Session): void {
    const before = this.#session;
    this.#session = advance(before, { type: 'rejected', generation });
    if (this.#session !== before) this.#wire.recorder?.session('lost', generation);
  }

  /** A session that is lost as soon as it is open is not opened again at once. */
  pause(): void {
    this.#reopenAtMs = this.#wire.clock.now() + REOPEN_PAUSE_MS;
  }

  /**
   * Opens the session again if it is lost: once, for everybody who waits.
   *
   * @param outcome - of the call that waits for it
   * @returns undefined where nothing is to be mended: then the session is to be used before another message changes it
   * @throws Problem of kind `sessionLost`, or what stands in the way of every call
   */
  mend(outcome: Outcome): Promise<void> | undefined {
    return this.#reopening || this.#session.at === 'lost' ? this.#mend(outcome) : undefined;
  }

  async #mend(outcome: Outcome): Promise<void> {
    try {
      // Until the server has taken the replayed `initialized` too, nothing overtakes it.
      for (let lost = this.#session; this.#reopening || lost.at === 'lost'; lost = this.#session) {
        if (lost.at === 'lost') this.#reopening ??= this.#reopen(lost);
        await this.#reopening;
      }
    } catch (thrown) {
      if (thrown instanceof Problem && thrown.outcome !== 'unknown') throw thrown.with({ outcome });
      const sentence = 'The MCP server lost the session, and it could not be opened again.';
      throw new Problem('sessionLost', sentence, { outcome }, thrown);
    }
  }

  /** Sends a message that nobody waits for, and that must not be lost when the bridge ends right now. */
  tell(notification: Notification, session: Session): void {
    const { log } = this.#wire;
    const told = exchange(this.#wire, errandFor(notification, session, this.#defaults), this.#own);
    this.#later(told.catch((thrown) => log.debug({ because: String(thrown) }, 'a notification of ours was lost')));
  }

  /** Gives the session back. Takes half a second for that, and as long for what is still to be told. */
  async close(): Promise<void> {
    const { clock } = this.#wire;
    const stop = clock.after(DELETE_MS, () =>
      this.#life.abort(new Problem('shutdown', 'The bridge is shutting down.')),
    );
    await Promise.all(this.#farewells);
    stop();
    this.#life.abort(new Problem('shutdown', 'The bridge is shutting down.'));
    await this.#end(this.#session);
  }

  async #reopen(lost: Extract<Session, { at: 'lost' }>): Promise<void> {
    try {
      await this.#replay(lost);
    } finally {
      this.#reopening = undefined;
    }
  }

  async #replay(lost: Extract<Session, { at: 'lost' }>): Promise<void> {
    const { clock, log } = this.#wire;
    const { initialize, initialized = NOTIFICATION_INITIALIZED } = lost.handshake;
    try {
      const waitMs = this.#reopenAtMs - clock.now();
      if (waitMs > 0) await clock.sleep(waitMs, this.#life.signal);
      const id = `"uc-mcp-bridge-reopen-${++this.#replays}"`;
      const text = withId(initialize, id);
      const request: Request = { kind: 'request', id, method: 'initialize', text, modern: undefined };
      const onOpen = (terms: Terms, given: string | undefined) => {
        const before = this.#session;
        const { version } = terms;
        const breach = this.#told && breachOf(this.#told, terms);
        if (breach !== undefined) {
          this.#later(this.#end({ ...lost, at: 'open', version, id: given }));
          throw cannotGoOn(breach);
        }
        this.#session = advance(before, { type: 'reopened', generation: lost.generation, version, id: given });
        // The client has opened a session of its own in the meantime: nobody will use this one.
        if (this.#session === before) this.#later(this.#end({ ...lost, at: 'open', version, id: given }));
      };
      const response = await responseTo((own) => this.#handshake(request, own, onOpen), this.#own);
      if (response?.answer.error) throw notReopened(response.answer.error.message);
    } catch (thrown) {
      this.pause();
      throw thrown;
    }
    const session = this.#session;
    if (session.at !== 'open' || session.generation !== lost.generation + 1) return;
    this.#wire.recorder?.session('reopened', session.generation, session.version);
    log.info({ generation: session.generation }, 'the server lost the session: opened it again');
    const notification = notificationOf('notifications/initialized', initialized);
    const taken = exchange(this.#wire, errandFor(notification, session, this.#defaults), this.#own);
    const told = taken.catch((thrown) => {
      log.warn({ because: String(thrown) }, 'the server did not take notifications/initialized');
    });
    await within(clock, INITIALIZED_MS, told);
    this.#onReopened();
  }

  /** Only the answer to `initialize` gives an id, and only if it is not an error. [MCP 2025-11-25, Transports] */
  async #handshake(
    request: Request,
    context: CallContext,
    onOpen: (terms: Terms, id: string | undefined) => void,
  ): Promise<void> {
    let id: string | undefined;
    const onSessionId = (given: string | undefined) => {
      // An attempt whose answer was lost may have opened a session too: nobody will use that one.
      if (id !== undefined && isSoundSessionId(id)) this.#later(this.#end({ ...UNUSED, id }));
      id = given;
    };
    const errand = { ...errandFor(request, UNOPENED, this.#defaults), onSessionId };
    const opened = ({ answer }: ResponseDelivery) => {
      if (answer.error) return;
      if (id !== undefined && !isSoundSessionId(id)) throw unsoundSessionId();
      if (id !== undefined) this.#wire.secrets.add(id, 'session');
      const terms = termsOf(answer.text);
      onOpen(terms, id);
      const { generation } = this.#session;
      this.#wire.log.info({ generation, version: terms.version, keepsSession: id !== undefined }, 'session open');
    };
    const emit: Emit = (delivery) => {
      if (delivery.is === 'answer') opened(delivery);
      return context.emit(delivery);
    };
    await exchange(this.#wire, errand, { ...context, emit });
  }

  async #end(session: Session): Promise<void> {
    if (session.at !== 'open' || session.id === undefined) return;
    const { clock, log, recorder, route, send, tokens } = this.#wire;
    const controller = new AbortController();
    const stop = clock.after(DELETE_MS, () => controller.abort(new Error(`no answer within ${DELETE_MS} ms`)));
    try {
      const access = await tokens.access();
      const headers = { ...this.#defaults.headers, ...sessionHeaders(session) };
      const call = route.wrap({ method: 'DELETE', headers }, access);
      const reply = await send(call, controller.signal, DELETE_MS);
      await exhaust(reply.body);
      recorder?.session('ended', session.generation);
      log.debug({ status: reply.status }, 'session ended');
    } catch (thrown) {
      log.debug({ because: String(thrown) }, 'the session could not be ended');
    } finally {
      stop();
    }
  }

  #later(farewell: Promise<void>): void {
    this.#farewells.add(farewell);
    void farewell.finally(() => this.#farewells.delete(farewell));
  }
}

export function notificationOf(method: string, text: string): Notification {
  return { kind: 'notification', method, text, modern: undefined };
}

async function exhaust(items: AsyncIterable<unknown>): Promise<void> {
  const all = items[Symbol.asyncIterator]();
  while (!(await all.next()).done);
}

function notReopened(because: string): Problem {
  const sentence = `The MCP server lost the session and did not open a new one: ${excerpt(because)}`;
  return new Problem('sessionLost', sentence, { outcome: 'rejected' });
}

function cannotGoOn(because: string): Problem {
  const sentence = `The MCP server has come back as another one than the client knows: ${because}.`;
  return new Problem('sessionLost', sentence, { outcome: 'rejected', hint: 'Restart the client.' });
}

function unsoundSessionId(): Problem {
  const sentence = 'The MCP server gave out a session id that no HTTP header can carry.';
  return new Problem('invalidUpstream', sentence, { outcome: 'rejected' });
}
