/**
 * A message carries its bytes. A long text is decoded when a string is needed, which is seldom: most messages are only handed
 * on. A copy of the object has the text alone, so that a changed message can never go out with the old bytes.
 */

import { decodeUtf8 } from './utf8.ts';

/** Shorter texts are decoded immediately: their bytes could keep a whole chunk of the stream in memory. */
const LONG_BYTES = 16 * 1024;

/** Key of the bytes of an object. It is not enumerable, so that a copy does not have them. */
const BYTES: unique symbol = Symbol('bytes');

interface Held {
  readonly [BYTES]: Uint8Array;
}

/**
 * Gives an object its text: a short one is decoded now, a long one when it is read.
 *
 * @param bytes - valid UTF-8 without a byte order mark; must not change any more
 */
export function withText<T extends { readonly text: string }>(object: T, bytes: Uint8Array): T {
  return bytes.length < LONG_BYTES ? { ...object, text: decodeUtf8(bytes) } : holdText(object, 'text', bytes);
}

/**
 * One getter for all objects. With a closure for each object, or a WeakMap, the bytes would stay in memory until the next full
 * garbage collection.
 */
function readLate(key: 'text' | 'line'): PropertyDescriptor & ThisType<Held> {
  return {
    get() {
      const value = decodeUtf8(this[BYTES]);
      Object.defineProperty(this, key, { value });
      return value;
    },
    enumerable: true,
    configurable: true,
  };
}

const LATE = { text: readLate('text'), line: readLate('line') } as const;

/**
 * Puts a long text into an object, where it is decoded when it is read for the first time.
 *
 * @param bytes - valid UTF-8 without a byte order mark; must not change any more
 */
export function holdText<T extends { readonly text: string } | { readonly line: string }>(
  object: T,
  key: keyof T & ('text' | 'line'),
  bytes: Uint8Array,
): T {
  Object.defineProperty(object, BYTES, { value: bytes });
  return Object.defineProperty(object, key, LATE[key]);
}

/** The bytes of an object with a long text that was not changed. */
export function bytesOf(object: object): Uint8Array | undefined {
  return (object as Partial<Held>)[BYTES];
}
