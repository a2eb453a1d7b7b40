/** stderr: written without waiting for its reader, and held in bounded memory. */

import { Writable } from 'node:stream';

/** Bytes that may wait for the reader of stderr. Text beyond them is dropped. */
const WAITING_BYTES = 256 * 1024;

/** @param done - called without an error once the text is written, with one if it was dropped */
export type Write = (text: string | Uint8Array, done?: (error?: unknown) => void) => void;

/**
 * Opens stderr. Errors of the stream are ignored: a log that cannot be written must not end the bridge.
 *
 * Node's own `write` is used, not the one that other code may have put on the stream: that one may lead back here.
 */
export function openStderr(): { readonly write: Write; flush(): Promise<void> } {
  const { stderr } = process;
  stderr.on('error', () => {});
  if (process.platform === 'win32') makeAsynchronous(stderr);
  const put = (text: string | Uint8Array, done: (error?: unknown) => void) => {
    try {
      Writable.prototype.write.call(stderr, text, 'utf8', done);
    } catch (error) {
      done(error);
    }
  };
  return {
    write(text, done = () => {}) {
      if (stderr.writableLength <= WAITING_BYTES) put(text, done);
      else done(new Error('stderr is not read'));
    },
    flush: () => (stderr.writableLength === 0 ? Promise.resolve() : new Promise((resolve) => put('', () => resolve()))),
  };
}

/** On Windows, Node makes the writes to a pipe on stderr wait for the reader. */
function makeAsynchronous(stream: object): void {
  const { _handle: handle } = stream as { _handle?: { setBlocking?(isBlocking: boolean): void } };
  handle?.setBlocking?.(false);
}
