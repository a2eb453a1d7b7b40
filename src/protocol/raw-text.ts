/**
 * Long texts stay the bytes that they came in until somebody reads them, and most are only handed on: to decode ten
 * megabytes and to encode them again takes longer than all the rest. A copy of an object has its text alone, so that what was
 * changed in it can never go out unchanged.
 */

/** Shorter texts are decoded at once: their bytes may keep a whole chunk of the stream in memory. */
const LONG_BYTES = 16 * 1024;

const utf8 = new TextDecoder('utf-8', { fatal: true });
const held = new WeakMap<object, Uint8Array>();

/** @param bytes - UTF-8 that was checked, without a byte order mark */
export function decoded(bytes: Uint8Array): string {
  return utf8.decode(bytes);
}

/**
 * @param bytes - as for `decoded`
 * @returns undefined where they are so many that they stay bytes
 */
export function shortText(bytes: Uint8Array): string | undefined {
  return bytes.length < LONG_BYTES ? decoded(bytes) : undefined;
}

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
  let text: string | undefined;
  const get = (): string => {
    text ??= decoded(bytes);
    return text;
  };
  held.set(object, bytes);
  return Object.defineProperty(object, key, { get, enumerable: true, configurable: true });
}

/** The bytes of an object's text, where it came as many and is as it came. */
export function bytesOf(object: object): Uint8Array | undefined {
  return held.get(object);
}
