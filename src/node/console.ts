/** stdout is the protocol's. Whatever a library prints by way of the console goes to stderr. */

import { Console } from 'node:console';
import { Writable } from 'node:stream';
import { STDERR, writeQuietly } from './stderr.ts';

/** Diverts the console for the rest of the process. The object stays the same: whoever holds it is diverted too. */
export function divertConsole(): void {
  const stderr = new Writable({
    decodeStrings: false,
    write(text: string, _encoding, done) {
      writeQuietly(STDERR, text);
      done();
    },
  });
  Object.assign(globalThis.console, new Console(stderr, stderr));
}
