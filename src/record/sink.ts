/**
 * Where the lines of a record go: into the file, behind the back of everybody. A slow disk costs lines and a full one ends
 * the record, but neither holds up a message.
 */

import { createWriteStream } from 'node:fs';

/** Text that waits for the file, in UTF-16 units, beyond which lines are left out. */
const WAITING_LIMIT_CHARS = 32 * 1024 * 1024;

export interface Sink {
  /** @returns false where the line was left out */
  write(line: string): boolean;
  /** Resolves when everything is in the file, or cannot be. */
  close(): Promise<void>;
}

/**
 * @param fd - is closed by close
 * @param onFailure - called once, when the file takes no more; everything after that is dropped
 */
export function openSink(fd: number, onFailure: (error: Error) => void): Sink {
  const stream = createWriteStream('', { fd, flags: 'a', encoding: 'utf8' });
  let waitingChars = 0;
  let failed = false;
  stream.on('error', (error) => {
    if (failed) return;
    failed = true;
    onFailure(error);
  });
  return {
    write(line) {
      if (failed) return true;
      if (waitingChars + line.length > WAITING_LIMIT_CHARS) return false;
      waitingChars += line.length;
      stream.write(line, () => {
        waitingChars -= line.length;
      });
      return true;
    },
    close: () =>
      new Promise((resolve) => {
        if (failed) resolve();
        else {
          stream.once('close', resolve);
          stream.end();
        }
      }),
  };
}
