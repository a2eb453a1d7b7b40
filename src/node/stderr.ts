/** stderr, written past Node's streams: at once, and without an end of its own. */

import { writeSync } from 'node:fs';

export const STDERR = 2;

/** A log that cannot be written must not end the bridge: nobody may be reading stderr any more. */
export function writeQuietly(fd: number, text: string): void {
  try {
    writeSync(fd, text);
  } catch {
    // There is nowhere left to say it.
  }
}
