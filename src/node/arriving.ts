/**
 * The bytes of an answer between the connection, which pushes, and the reader, who pulls. An iterator by hand, since an
 * async generator makes several promises more for each chunk.
 */

import { UNREAD_RESPONSE_BYTES } from '../protocol/limits.ts';

/** What holds the sender back. */
export interface Tap {
  readonly paused: boolean;
  pause(): void;
  resume(): void;
  abort(reason: Error): void;
}

/**
 * Unread bytes from which on it may go on. Far below the limit: each time it goes on, undici's parser takes all that
 * the socket holds, gives back what it may not hand on, and lets the socket read 64 KiB more in the meantime. Going on for
 * one chunk at a time, the socket would come to hold everything, copied anew for each chunk.
 */
const LOW_WATER_BYTES = 64 * 1024;

/** Chunks cost more than their bytes. */
const CHUNK_COST_BYTES = 256;
/** Unread chunks up to this length are merged, so many into one: a sender may give each byte a chunk of its own. */
const TINY_BYTES = 64;
const MERGED_CHUNKS = 16;

type Next = IteratorResult<Uint8Array, undefined>;
interface Reader {
  readonly resolve: (next: Next) => void;
  readonly reject: (reason: unknown) => void;
}

const DONE: Next = { done: true, value: undefined };

export class Arriving implements AsyncIterableIterator<Uint8Array, undefined> {
  readonly #tap: Tap;
  readonly #chunks: Uint8Array[] = [];
  /** Chunks in the last unread one; 1 if that is as it came. */
  #merged = 1;
  #unreadBytes = 0;
  #state: { readonly is: 'open' | 'ended' } | { readonly is: 'failed'; readonly reason: unknown } = { is: 'open' };
  #reader: Reader | undefined;

  constructor(tap: Tap) {
    this.#tap = tap;
  }

  push(chunk: Uint8Array): void {
    if (this.#reader) {
      this.#takeReader()?.resolve({ done: false, value: chunk });
      return;
    }
    const last = this.#chunks.at(-1);
    if (last !== undefined && this.#mayMerge(last, chunk)) {
      this.#merged++;
      this.#chunks[this.#chunks.length - 1] = Buffer.concat([last, chunk]);
      this.#unreadBytes += chunk.length;
    } else {
      this.#merged = 1;
      this.#chunks.push(chunk);
      this.#unreadBytes += costOf(chunk);
    }
    if (this.#unreadBytes > UNREAD_RESPONSE_BYTES) this.#tap.pause();
  }

  end(): void {
    this.#state = { is: 'ended' };
    this.#takeReader()?.resolve(DONE);
  }

  fail(reason: unknown): void {
    if (this.#state.is === 'ended') return;
    this.#state = { is: 'failed', reason };
    this.#takeReader()?.reject(reason);
  }

  next(): Promise<Next> {
    const chunk = this.#chunks.shift();
    if (chunk !== undefined) {
      this.#unreadBytes -= costOf(chunk);
      if (this.#tap.paused && this.#unreadBytes <= LOW_WATER_BYTES) this.#tap.resume();
      return Promise.resolve({ done: false, value: chunk });
    }
    if (this.#state.is === 'failed') return Promise.reject(this.#state.reason);
    if (this.#state.is === 'ended') return Promise.resolve(DONE);
    return new Promise((resolve, reject) => {
      this.#reader = { resolve, reject };
    });
  }

  /** The rest is not wanted. */
  return(): Promise<Next> {
    const isOpen = this.#state.is === 'open';
    this.#state = { is: 'ended' };
    this.#chunks.length = 0;
    if (isOpen) this.#tap.abort(new Error('the rest of the answer is not wanted'));
    return Promise.resolve(DONE);
  }

  [Symbol.asyncIterator](): this {
    return this;
  }

  #mayMerge(last: Uint8Array, chunk: Uint8Array): boolean {
    if (chunk.length > TINY_BYTES || this.#merged === MERGED_CHUNKS) return false;
    return this.#merged > 1 || last.length <= TINY_BYTES;
  }

  #takeReader(): Reader | undefined {
    const reader = this.#reader;
    this.#reader = undefined;
    return reader;
  }
}

function costOf({ length }: Uint8Array): number {
  return length + CHUNK_COST_BYTES;
}
