/** What the first answer needs, and its request does not, is done while it is on its way. */

import type { Send } from '../ports.ts';

/** So much later an answer from nearby has come, and one from afar has not, in milliseconds. */
const NEARBY_MS = 10;
/** Where nobody has asked for anything by then, in milliseconds, it is done all the same. */
const AT_LAST_MS = 100;

export interface Meanwhile {
  /** What every first answer needs, and takes less than the shortest way to it. */
  readonly soon: () => void;
  /** What would only hold up an answer from nearby. */
  readonly later: () => void;
}

/** @returns what sends calls just so, and has the work done while the answer to the first one is waited for */
export function meanwhile(send: Send, { later, soon }: Meanwhile): Send {
  const both = () => {
    soon();
    later();
  };
  const timer = setTimeout(both, AT_LAST_MS).unref();
  let isFirst = true;
  return (call, signal, unsentMs) => {
    if (isFirst) {
      isFirst = false;
      clearTimeout(timer);
      // A connection nearby comes about in the next turn of the event loop, and takes the call.
      setImmediate(() => setImmediate(soon));
      setTimeout(later, NEARBY_MS).unref();
    }
    return send(call, signal, unsentMs);
  };
}
