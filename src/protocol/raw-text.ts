/**
 * Long texts stay the bytes that they came in until somebody reads them, and most are only handed on: to decode ten
 * megabytes and to encode them again takes longer than all the rest. A copy of an object has its text alone, so that what was
 * changed in it can never go out unchanged.
 */

/** Shorter texts are decoded at once: their bytes may keep a whole chunk of the stream in memory. */
const LONG_BYTES = 16 * 1024;

const utf8 = new TextDecoder('utf-8', { fatal: true, ignoreBOM: true });
const encoder = new TextEncoder();

/** Where an object has its bytes, so that a copy does not have them. */
const BYTES: unique symbol = Symbol('bytes');

interface Held {
  readonly [BYTES]: Uint8Array;
}

/** @param bytes - UTF-8 that was checked, without a byte order mark */
export function decoded(bytes: Uint8Array): string {
  return utf8.decode(bytes);
}

export function encoded(text: string): Uint8Array {
  return encoder.encode(text);
}

/** The bytes behind a byte order mark at the beginning. */
export function withoutMark(bytes: Uint8Array): Uint8Array {
  return bytes[0] === 0xef && bytes[1] === 0xbb && bytes[2] === 0xbf ? bytes.subarray(3) : bytes;
}

/**
 * Gives an object its text: a short one is decoded now, a long one when it is read.
 *
 * @param bytes - as for `decoded`; must not change any more
 */
export function withText<T extends { readonly text: string }>(object: T, bytes: Uint8Array): T {
  return bytes.length < LONG_BYTES ? { ...object, text: decoded(bytes) } : holdText(object, 'text', bytes);
}

/**
 * One getter for all objects, and no WeakMap: V8 keeps what a getter of an object's own refers to, and what stands in a WeakMap,
 * until it collects everything, and megabytes of every message waited for that.
 */
function readLate(key: 'text' | 'line'): PropertyDescriptor & ThisType<Held> {
  return {
    get() {
      const value = decoded(this[BYTES]);
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
 * @param bytes - as for `decoded`; must not change any more
 */
export function holdText<T extends { readonly text: string } | { readonly line: string }>(
  object: T,
  key: keyof T & ('text' | 'line'),
  bytes: Uint8Array,
): T {
  Object.defineProperty(object, BYTES, { value: bytes });
  return Object.defineProperty(object, key, LATE[key]);
}

/** The bytes of an object's text, where it came as many and is as it came. */
export function bytesOf(object: object): Uint8Array | undefined {
  return (object as Partial<Held>)[BYTES];
}
