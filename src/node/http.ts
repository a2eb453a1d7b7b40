/** HTTP to the workspace: undici's pool from its own file, a third of what the whole package costs to load. */

import type { Dispatcher } from 'undici';
import Pool from 'undici/lib/dispatcher/pool.js';
import type { HttpCall, HttpReply, Send, SendFailure } from '../ports.ts';
import { Arriving } from './arriving.ts';
import { type Connector, connectorFor, type Network } from './connect.ts';
import { decoded } from './encoding.ts';
import { isOutOfWasmMemory } from './parser.ts';

/**
 * A connection that nobody has used for so long, in milliseconds, is not used again, whatever the server promises: it may
 * have died without a word while the machine slept or changed its network. By the calendar's clock, since the other one
 * stands still in sleep.
 */
const IDLE_MS = 20_000;

export interface Http {
  readonly send: Send;
  /** Closes every connection, whatever is under way on it. */
  close(): Promise<void>;
}

/** The connections to one origin. */
interface Lane {
  readonly pool: Pool;
  /** No later call uses its connections. */
  readonly retire: () => void;
  usedAtMs: number;
  /** Calls that wait for the end of this turn of the event loop; undefined where no answer has ended in it. */
  waiting: Waiting[] | undefined;
}

interface Waiting {
  readonly call: HttpCall;
  readonly handler: Handler;
  readonly unsentMs: number;
}

/** Opens no connection yet. Time limits are the caller's; redirects, repeats and decompression are nobody's. */
export function openHttp(network: Network = {}): Http {
  const lanes = new Map<string, Lane>();
  const connectors = new Map<string, Connector>();
  /** No longer used for anything new. */
  const retired = new Set<Pool>();

  function openLane(origin: string): Lane {
    let connector = connectors.get(origin);
    if (connector === undefined) {
      connector = connectorFor(origin, network);
      connectors.set(origin, connector);
    }
    const { connect } = connector;
    const pool = new Pool(origin, {
      allowH2: false,
      headersTimeout: 0,
      bodyTimeout: 0,
      keepAliveMaxTimeout: IDLE_MS,
      connect,
    });
    const lane: Lane = {
      pool,
      usedAtMs: Date.now(),
      waiting: undefined,
      retire: () => {
        if (lanes.get(origin) !== lane) return;
        lanes.delete(origin);
        retire(pool);
      },
    };
    // Bytes that nobody asked for may be the answer to a call of somebody else, and more of them may be on their way.
    pool.on('disconnect', (_origin, _targets, error) => {
      if (error.message === 'bad response' || error.name === 'HTTPParserError') lane.retire();
    });
    lanes.set(origin, lane);
    return lane;
  }

  /** @param fresh - whether the connections that there are must not be used */
  function laneTo(origin: string, fresh = false): Lane {
    const lane = lanes.get(origin);
    if (lane !== undefined && !fresh && Math.abs(Date.now() - lane.usedAtMs) < IDLE_MS) return lane;
    if (lane !== undefined) retire(lane.pool);
    return openLane(origin);
  }

  /** What is under way on it comes to its end. */
  function retire(pool: Pool): void {
    retired.add(pool);
    void pool.close().finally(() => retired.delete(pool));
  }

  return {
    send: (call, signal, unsentMs) =>
      new Promise((resolve, reject) => {
        if (signal.aborted) {
          reject(signal.reason);
          return;
        }
        const lane = laneTo(call.origin, call.fresh);
        const handler = new Handler(resolve, reject, signal, lane, call.onWrite);
        // A connection is free again one turn after its answer; until then a new one would be opened beside it.
        if (lane.waiting) lane.waiting.push({ call, handler, unsentMs });
        else dispatch(lane, call, handler, unsentMs);
      }),
    async close() {
      const pools = [...retired, ...Array.from(lanes.values(), ({ pool }) => pool)];
      await Promise.all(pools.map((pool) => pool.destroy()));
      for (const connector of connectors.values()) connector.close();
    },
  };
}

function dispatch({ pool }: Lane, call: HttpCall, handler: Handler, unsentMs: number): void {
  pool.dispatch(requestOf(call), handler);
  handler.dispatched(unsentMs);
}

/** An answer has ended: calls wait for its connection, which is free in the next turn. */
function freeSoon(lane: Lane): void {
  if (lane.waiting) return;
  const waiting: Waiting[] = [];
  lane.waiting = waiting;
  setImmediate(() => {
    lane.waiting = undefined;
    for (const { call, handler, unsentMs } of waiting) dispatch(lane, call, handler, unsentMs);
  });
}

/** Every request asks for an unencoded response: some hops label encoded bodies wrongly, or not at all. */
function requestOf({ origin, method, path, headers, body }: HttpCall): Dispatcher.DispatchOptions {
  return { origin, method, path, headers: { ...headers, 'accept-encoding': 'identity' }, body: body ?? null };
}

type ResponseHeaders = Readonly<Record<string, string | string[] | undefined>>;

const ONCE = { once: true } as const;

/** Follows one request through the pool. */
class Handler implements Dispatcher.DispatchHandler {
  readonly #resolve: (reply: HttpReply) => void;
  readonly #reject: (failure: unknown) => void;
  readonly #signal: AbortSignal;
  readonly #onWrite: (() => void) | undefined;
  readonly #lane: Lane;
  readonly #onAbort: () => void;
  #controller: Dispatcher.DispatchController | undefined;
  #body: Arriving | undefined;
  #timer: NodeJS.Timeout | undefined;
  #hasFailed = false;
  /** Why the caller gave up, if it did. */
  #abandoned: unknown;

  constructor(
    resolve: (reply: HttpReply) => void,
    reject: (failure: unknown) => void,
    signal: AbortSignal,
    lane: Lane,
    onWrite: (() => void) | undefined,
  ) {
    this.#onWrite = onWrite;
    lane.usedAtMs = Date.now();
    this.#lane = lane;
    this.#resolve = resolve;
    this.#reject = reject;
    this.#signal = signal;
    // Not written as one assignment: a function that is assigned to a property V8 puts among the old objects at once, where
    // it keeps all that it refers to, body included, until everything is collected. [V8's parser, set_pretenure]
    const onAbort = () => this.#abandon(signal.reason);
    this.#onAbort = onAbort;
    signal.addEventListener('abort', onAbort, ONCE);
  }

  /** From now on it has to be put on a connection. Most are at once, and need no timer. */
  dispatched(unsentMs: number): void {
    if (this.#controller !== undefined || this.#hasFailed) return;
    this.#timer = setTimeout(() => {
      if (this.#controller === undefined) this.#abandon(failure('ETIMEDOUT', false));
    }, unsentMs);
  }

  /** Called when the request is about to be written to a connection. */
  onRequestStart(controller: Dispatcher.DispatchController): void {
    if (this.#abandoned !== undefined) {
      controller.abort(asError(this.#abandoned));
      return;
    }
    this.#controller = controller;
    this.#onWrite?.();
  }

  onResponseStart(controller: Dispatcher.DispatchController, status: number, headers: ResponseHeaders): void {
    // 1xx: the answer itself is still to come.
    if (status < 200) return;
    this.#body = new Arriving(controller);
    this.#resolve(replyOf(status, headers, this.#body, this.#lane.retire));
  }

  onResponseData(_: Dispatcher.DispatchController, chunk: Uint8Array): void {
    this.#body?.push(chunk);
  }

  onResponseEnd(): void {
    freeSoon(this.#lane);
    this.#release();
    this.#body?.end();
  }

  onResponseError(_: Dispatcher.DispatchController, error: Error): void {
    this.#fail(this.#abandoned ?? failure(codeOf(error), this.#controller !== undefined, error));
  }

  #release(): void {
    this.#lane.usedAtMs = Date.now();
    if (this.#timer !== undefined) clearTimeout(this.#timer);
    this.#signal.removeEventListener('abort', this.#onAbort);
  }

  #abandon(reason: unknown): void {
    this.#abandoned = reason;
    if (this.#controller) this.#controller.abort(asError(reason));
    // Not on a connection yet: the pool will hear of it when it has one.
    else this.#fail(reason);
  }

  #fail(reason: unknown): void {
    this.#hasFailed = true;
    this.#release();
    if (this.#body) this.#body.fail(reason);
    else this.#reject(reason);
  }
}

function replyOf(status: number, headers: ResponseHeaders, arriving: Arriving, retire: () => void): HttpReply {
  const header = (name: string) => {
    const value = headers[name];
    return Array.isArray(value) ? value[0] : value;
  };
  let chunks: AsyncIterator<Uint8Array> | undefined;
  const begin = () => {
    chunks ??= decoded(arriving, header('content-encoding'));
    return chunks;
  };
  return {
    status,
    header,
    headerNames: () => Object.keys(headers),
    body: { [Symbol.asyncIterator]: begin },
    retire,
  };
}

function failure(code: string, sent: boolean, cause?: Error & { readonly proxy?: string }): SendFailure {
  return Object.assign(new Error(cause?.message ?? code, { cause }), { code, sent, proxy: cause?.proxy });
}

/** The system's code behind an error: Node wraps those of several addresses into one AggregateError. */
function codeOf(error: Error): string {
  const { code } = error as { code?: unknown };
  if (typeof code === 'string') return code;
  if (isOutOfWasmMemory(error)) return 'WASM_OUT_OF_MEMORY';
  const inner = error instanceof AggregateError ? error.errors[0] : error.cause;
  return inner instanceof Error ? codeOf(inner) : error.name;
}

function asError(reason: unknown): Error {
  return reason instanceof Error ? reason : new Error(String(reason));
}
