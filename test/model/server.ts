/** The far end of the model: a workspace and a server behind it that do what each request's fate says, and count. */

import type fc from 'fast-check';
import type { Access, HttpCall, HttpReply, Send, SendFailure, TokenSource } from '../../src/ports.ts';

/** What becomes of one attempt to send a request. */
export type Fate =
  | 'answered'
  | 'answered by events'
  | 'answered with an error'
  /** No connection: not one byte leaves. */
  | 'refused'
  /** The connection breaks when the request is read, before or after it ran. */
  | 'dropped before'
  | 'dropped after'
  /** The answer breaks off in the middle. */
  | 'cut'
  | 'gateway before'
  | 'gateway after'
  | 'busy'
  | 'unavailable'
  | 'no such session'
  | 'bad token'
  /** Runs, and says nothing for as long as it is waited for. */
  | 'silent';

export const FATES: readonly Fate[] = [
  ...([
    'answered',
    'answered by events',
    'answered with an error',
    'refused',
    'dropped before',
    'dropped after',
  ] as const),
  ...([
    'cut',
    'gateway before',
    'gateway after',
    'busy',
    'unavailable',
    'no such session',
    'bad token',
    'silent',
  ] as const),
];

/** What the server knows of one request, by its id as it was written. */
export interface Record {
  /** Attempts of which at least a byte left. */
  reached: number;
  ran: number;
  /** Fates of the attempts to come. */
  readonly fates: Fate[];
}

/** One call, and the call to the MCP server inside it. */
interface Attempt {
  readonly call: HttpCall;
  readonly method: string;
  readonly headers: Readonly<globalThis.Record<string, string>>;
  readonly message: Incoming;
}

interface Incoming {
  readonly id?: string | number;
  readonly method?: string;
}

/** Bears the same id on every attempt, whoever sends it. */
const REOPENING = /^uc-mcp-bridge-reopen-/;

export class ModelServer {
  readonly records: Map<string, Record> = new Map();
  /** Ids of requests in the order of their first attempts. */
  readonly firstAttempts: string[] = [];
  /** Whether a token or a session was ever turned away, or an attempt failed: then the order of sending is no one's. */
  isDisturbed = false;
  readonly violations: string[] = [];
  readonly #scheduler: fc.Scheduler;
  readonly #sessions = new Set<string>();
  #issued = 0;
  #reopening = 0;
  /** The `initialize` of the client that is under way. */
  #opening: string | undefined;
  #goodToken = 1;
  #token: Access = accessOf(1);

  constructor(scheduler: fc.Scheduler) {
    this.#scheduler = scheduler;
  }

  record(id: string): Record {
    const found = this.records.get(id) ?? { reached: 0, ran: 0, fates: [] };
    this.records.set(id, found);
    return found;
  }

  loseSessions(): void {
    this.#sessions.clear();
    this.isDisturbed = true;
  }

  rotateToken(): void {
    this.#goodToken++;
    this.isDisturbed = true;
  }

  readonly tokens: TokenSource = {
    access: async (refused) => {
      if (refused === this.#token) {
        await this.#scheduler.schedule(Promise.resolve(), 'token');
        if (refused === this.#token) this.#token = accessOf(Math.max(this.#goodToken, numberOf(refused.token) + 1));
      }
      return this.#token;
    },
  };

  readonly send: Send = async (call, signal) => {
    if (signal.aborted) throw signal.reason;
    call.onWrite?.();
    const { headers, method, text } = opened(call);
    const message: Incoming = text === undefined ? {} : JSON.parse(text);
    const forget = this.#note(message);
    try {
      return await abortable(this.#handle({ call, headers, method, message }, signal), signal);
    } finally {
      forget();
    }
  };

  /** Looks at the order in which messages are sent. @returns what is to be done when the attempt is over */
  #note({ id, method }: Incoming): () => void {
    if (id === undefined || method === undefined) return () => {};
    const raw = JSON.stringify(id);
    if (!this.firstAttempts.includes(raw)) this.firstAttempts.push(raw);
    if (this.#opening !== undefined && isLater(id, this.#opening)) {
      this.violations.push(`${id} was sent while ${this.#opening} was under way`);
    }
    if (method !== 'initialize') return () => {};
    if (REOPENING.test(String(id))) {
      if (++this.#reopening > 1) this.violations.push('a lost session was opened twice at a time');
      return () => this.#reopening--;
    }
    this.#opening = String(id);
    return () => {
      this.#opening = undefined;
    };
  }

  async #handle(attempt: Attempt, signal: AbortSignal): Promise<HttpReply> {
    const { id, method } = attempt.message;
    const record = id === undefined || method === undefined ? undefined : this.record(JSON.stringify(id));
    const fate = record?.fates.shift() ?? 'answered';
    await this.#scheduler.schedule(Promise.resolve(), `${attempt.method} ${method ?? ''} ${id ?? ''}: ${fate}`);
    if (fate === 'refused') throw failure(false);
    if (signal.aborted) throw signal.reason;
    if (!/^answered/.test(fate)) this.isDisturbed = true;
    if (record) record.reached++;
    return this.#reply(attempt, record, fate);
  }

  async #reply(
    { call, headers, message, method }: Attempt,
    record: Record | undefined,
    fate: Fate,
  ): Promise<HttpReply> {
    const { id, method: what } = message;
    const session = headers['mcp-session-id'];
    if (fate === 'dropped before') throw failure(true);
    if (numberOf(call.headers['authorization'] ?? '') < this.#goodToken || fate === 'bad token') {
      this.isDisturbed = true;
      return this.#answer(401, '{"error_code":"UNAUTHENTICATED","message":"Invalid Token"}');
    }
    if (fate === 'gateway before') return this.#answer(502, '<html>Bad Gateway</html>');
    if (fate === 'busy') return this.#answer(429, 'slow down', { 'retry-after': '1' });
    if (fate === 'unavailable') return this.#answer(503, 'not now');
    if (method === 'DELETE') {
      this.#sessions.delete(session ?? '');
      return this.#answer(200, '');
    }
    if (method === 'GET') return this.#answer(405, '');
    const isOpening = what === 'initialize';
    if (isOpening && session !== undefined) this.violations.push('initialize was sent with a session id');
    const isKnown = isOpening || (session !== undefined && this.#sessions.has(session));
    if (!isKnown || fate === 'no such session') {
      this.isDisturbed = true;
      if (fate === 'no such session' && session !== undefined) this.#sessions.delete(session);
      return this.#answer(404, 'session not found');
    }
    if (record === undefined) return this.#answer(202, '');
    record.ran++;
    if (fate === 'dropped after') throw failure(true);
    if (fate === 'gateway after') return this.#answer(502, '<html>Bad Gateway</html>');
    if (fate === 'silent') return new Promise(() => {});

    const raw = JSON.stringify(id);
    const result = isOpening
      ? '{"protocolVersion":"2025-11-25","capabilities":{},"serverInfo":{"name":"model","version":"1"}}'
      : `{"ran":${raw}}`;
    const error = `{"code":-32000,"message":"no","data":{"ran":${raw}}}`;
    const answer = `{"jsonrpc":"2.0","id":${raw},${fate === 'answered with an error' ? `"error":${error}` : `"result":${result}`}}`;
    const more: globalThis.Record<string, string> = {};
    if (isOpening && fate !== 'answered with an error') {
      const given = `session-${++this.#issued}`;
      this.#sessions.add(given);
      more['mcp-session-id'] = given;
    }
    const body = fate === 'answered by events' ? `: hi\n\ndata: ${answer}\n\n` : answer;
    return this.#answer(200, body, more, fate === 'cut');
  }

  /** The head, then the body in two pieces, of which the second may not come. */
  async #answer(
    status: number,
    body: string,
    headers: Readonly<globalThis.Record<string, string>> = {},
    isCut = false,
  ): Promise<HttpReply> {
    const scheduler = this.#scheduler;
    await scheduler.schedule(Promise.resolve(), `head ${status}`);
    const half = Math.ceil(body.length / 2);
    async function* pieces(): AsyncGenerator<Uint8Array, void, undefined> {
      yield Buffer.from(body.slice(0, half));
      await scheduler.schedule(Promise.resolve(), `rest ${status}`);
      if (isCut) throw failure(true);
      yield Buffer.from(body.slice(half));
    }
    return { status, header: (name) => headers[name], headerNames: () => Object.keys(headers), body: pieces() };
  }
}

/** The call to the MCP server inside a call to the workspace. */
function opened({ body, headers, method, path }: HttpCall): {
  readonly method: string;
  readonly headers: Readonly<globalThis.Record<string, string>>;
  readonly text: string | undefined;
} {
  if (path !== '/api/2.0/external-function')
    return { method, headers, text: body === undefined ? undefined : String(body) };
  const envelope = JSON.parse(String(body));
  const inner = Object.entries(JSON.parse(envelope.headers)).map(([name, value]) => [name.toLowerCase(), value]);
  return { method: envelope.method, headers: Object.fromEntries(inner), text: envelope.json ?? undefined };
}

/** Ids of the client are `r0`, `r1` and so on. */
function isLater(id: Incoming['id'], than: string): boolean {
  return /^r\d+$/.test(String(id)) && numberOf(String(id)) > numberOf(than);
}

function accessOf(number: number): Access {
  return { origin: 'https://model.cloud.databricks.com', token: `model-token-${number}` };
}

function numberOf(token: string): number {
  return Number(/\d+$/.exec(token)?.[0]);
}

function failure(sent: boolean): SendFailure {
  const code = sent ? 'UND_ERR_SOCKET' : 'ECONNREFUSED';
  return Object.assign(new Error(code), { code, sent });
}

/** Rejects as soon as the signal fires, as a real connection does. */
function abortable<Value>(work: Promise<Value>, signal: AbortSignal): Promise<Value> {
  return new Promise((resolve, reject) => {
    const give = () => reject(signal.reason);
    if (signal.aborted) give();
    signal.addEventListener('abort', give, { once: true });
    work.then(resolve, reject).finally(() => signal.removeEventListener('abort', give));
  });
}
