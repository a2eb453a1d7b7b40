/** What the first answer needs, and its request does not, is done while it is on its way. */

import type { Send } from '../ports.ts';

/** So much later an answer from nearby has come, and one from afar has not, in milliseconds. */
const NEARBY_MS = 10;
/** Where nobody has asked for anything by then, in milliseconds, it is done all the same. */
const AT_LAST_MS = 100;

/**
 * @param work - done once, while the answer to the first call is waited for
 * @returns what sends calls just so
 */
export function meanwhile(send: Send, work: () => void): Send {
  let isDone = false;
  const workOnce = () => {
    if (!isDone) work();
    isDone = true;
  };
  setTimeout(workOnce, AT_LAST_MS).unref();
  let isFirst = true;
  return (call, signal, unsentMs) => {
    if (isFirst) setTimeout(workOnce, NEARBY_MS).unref();
    isFirst = false;
    return send(call, signal, unsentMs);
  };
}

/** Makes something when it is first asked for. */
export function memo<T extends object>(make: () => T): () => T {
  let made: T | undefined;
  return () => {
    made ??= make();
    return made;
  };
}
