/** HTTP to the workspace: undici's pool from its own file, a third of what the whole package costs to load. */

import type { Dispatcher } from 'undici';
import Pool from 'undici/lib/dispatcher/pool.js';
import type { HttpCall, HttpReply, Send, SendFailure } from '../ports.ts';
import { decoded } from './encoding.ts';

/** TCP and TLS together, in milliseconds. */
const CONNECT_MS = 8_000;
/** Before the next address of a host is tried beside the first, in milliseconds. Node's 250 gives up too early. */
const NEXT_ADDRESS_MS = 2_000;
/** Unread bytes of one answer from which on its sender is made to wait. */
const HIGH_WATER_BYTES = 256 * 1024;

export interface Http {
  readonly send: Send;
  /** Closes every connection, whatever is under way on it. */
  close(): Promise<void>;
}

/** Opens no connection yet. Time limits are the caller's; redirects, repeats and decompression are nobody's. */
export function openHttp(): Http {
  const pools = new Map<string, Pool>();

  function poolFor(origin: string): Pool {
    let pool = pools.get(origin);
    if (pool === undefined) {
      pool = new Pool(origin, {
        headersTimeout: 0,
        bodyTimeout: 0,
        connect: {
          timeout: CONNECT_MS,
          autoSelectFamily: true,
          autoSelectFamilyAttemptTimeout: NEXT_ADDRESS_MS,
        },
      });
      pools.set(origin, pool);
    }
    return pool;
  }

  return {
    send: (call, signal, unsentMs) =>
      new Promise((resolve, reject) => {
        if (signal.aborted) {
          reject(signal.reason);
          return;
        }
        const pool = poolFor(call.origin);
        const handler = new Handler(resolve, reject, signal, unsentMs);
        const dispatch = () => pool.dispatch(requestOf(call), handler);
        const { connected, free, running } = pool.stats;
        // A connection is free again one turn after its answer; until then a new one would be opened beside it.
        if (free === 0 && connected > running) setImmediate(dispatch);
        else dispatch();
      }),
    async close() {
      await Promise.all([...pools.values()].map((pool) => pool.destroy()));
    },
  };
}

function requestOf({ origin, method, path, headers, body }: HttpCall): Dispatcher.DispatchOptions {
  return { origin, method, path, headers: { ...headers }, body: body ?? null };
}

/** Follows one request through the pool. */
class Handler implements Dispatcher.DispatchHandler {
  readonly #resolve: (reply: HttpReply) => void;
  readonly #reject: (failure: unknown) => void;
  readonly #release: () => void;
  #controller: Dispatcher.DispatchController | undefined;
  #body: Body | undefined;
  /** Why the caller gave up, if it did. */
  #abandoned: unknown;

  constructor(
    resolve: (reply: HttpReply) => void,
    reject: (failure: unknown) => void,
    signal: AbortSignal,
    unsentMs: number,
  ) {
    this.#resolve = resolve;
    this.#reject = reject;
    const abandon = () => this.#abandon(signal.reason);
    signal.addEventListener('abort', abandon, { once: true });
    const timer = setTimeout(() => {
      if (this.#controller === undefined) this.#abandon(failure('ETIMEDOUT', false));
    }, unsentMs);
    this.#release = () => {
      clearTimeout(timer);
      signal.removeEventListener('abort', abandon);
    };
  }

  /** Called when the request is about to be written to a connection. */
  onRequestStart(controller: Dispatcher.DispatchController): void {
    if (this.#abandoned === undefined) this.#controller = controller;
    else controller.abort(asError(this.#abandoned));
  }

  onResponseStart(
    controller: Dispatcher.DispatchController,
    status: number,
    headers: Record<string, string | string[] | undefined>,
  ): void {
    // 1xx: the answer itself is still to come.
    if (status < 200) return;
    this.#body = new Body(controller);
    const header = (name: string) => {
      const value = headers[name];
      return Array.isArray(value) ? value[0] : value;
    };
    this.#resolve({
      status,
      header,
      headerNames: () => Object.keys(headers),
      body: decoded(this.#body, header('content-encoding')),
    });
  }

  onResponseData(_: Dispatcher.DispatchController, chunk: Uint8Array): void {
    this.#body?.push(chunk);
  }

  onResponseEnd(): void {
    this.#release();
    this.#body?.end();
  }

  onResponseError(_: Dispatcher.DispatchController, error: Error): void {
    this.#fail(this.#abandoned ?? failure(codeOf(error), this.#controller !== undefined, error));
  }

  #abandon(reason: unknown): void {
    this.#abandoned = reason;
    if (this.#controller) this.#controller.abort(asError(reason));
    // Not on a connection yet: the pool will hear of it when it has one.
    else this.#fail(reason);
  }

  #fail(reason: unknown): void {
    this.#release();
    if (this.#body) this.#body.fail(reason);
    else this.#reject(reason);
  }
}

/** The bytes of an answer between the connection, which pushes, and the reader, who pulls. */
class Body implements AsyncIterable<Uint8Array> {
  readonly #controller: Dispatcher.DispatchController;
  readonly #chunks: Uint8Array[] = [];
  #unreadBytes = 0;
  #state: { readonly is: 'open' | 'ended' } | { readonly is: 'failed'; readonly reason: unknown } = { is: 'open' };
  #wake: (() => void) | undefined;

  constructor(controller: Dispatcher.DispatchController) {
    this.#controller = controller;
  }

  push(chunk: Uint8Array): void {
    this.#chunks.push(chunk);
    this.#unreadBytes += chunk.length;
    if (this.#unreadBytes > HIGH_WATER_BYTES) this.#controller.pause();
    this.#wake?.();
  }

  end(): void {
    this.#state = { is: 'ended' };
    this.#wake?.();
  }

  fail(reason: unknown): void {
    this.#state = { is: 'failed', reason };
    this.#wake?.();
  }

  async *[Symbol.asyncIterator](): AsyncGenerator<Uint8Array, void, undefined> {
    try {
      for (;;) {
        for (let chunk = this.#chunks.shift(); chunk !== undefined; chunk = this.#chunks.shift()) {
          this.#unreadBytes -= chunk.length;
          if (this.#controller.paused && this.#unreadBytes <= HIGH_WATER_BYTES) this.#controller.resume();
          yield chunk;
        }
        if (this.#state.is === 'failed') throw this.#state.reason;
        if (this.#state.is === 'ended') return;
        await new Promise<void>((resolve) => {
          this.#wake = resolve;
        });
      }
    } finally {
      if (this.#state.is === 'open') this.#controller.abort(new Error('the rest of the answer is not wanted'));
    }
  }
}

function failure(code: string, sent: boolean, cause?: Error): SendFailure {
  return Object.assign(new Error(cause?.message ?? code, { cause }), { code, sent });
}

/** The system's code behind an error: Node wraps those of several addresses into one AggregateError. */
function codeOf(error: Error): string {
  const { code } = error as { code?: unknown };
  if (typeof code === 'string') return code;
  const inner = error instanceof AggregateError ? error.errors[0] : error.cause;
  return inner instanceof Error ? codeOf(inner) : error.name;
}

function asError(reason: unknown): Error {
  return reason instanceof Error ? reason : new Error(String(reason));
}
