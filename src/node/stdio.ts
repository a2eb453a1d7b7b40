/** What goes out: lines for a client, text for a person. */

import { Writable } from 'node:stream';
import type { WriteLine } from '../ports.ts';

export interface LineWriter {
  /** What the next line waits for resolves also when nobody reads any more. */
  readonly write: WriteLine;
  /** Resolves when everything that was written has left the process, or nobody reads it any more. */
  flush(): Promise<void>;
}

/** Prints for a person. Whoever does not read it any more is not told that it failed. */
export function print(stream: Writable, text: string): void {
  if (!stream.listeners('error').includes(ignore)) stream.on('error', ignore);
  // Not its own `write`, which leads elsewhere once stdout is the protocol's.
  Writable.prototype.write.call(stream, text, 'utf8');
}

function ignore(): void {}

/**
 * @param stream - may be stdout after {@link divertStdout}: its own `write` is not used
 * @param onGone - called once, when the client no longer reads (EPIPE)
 */
export function lineWriter(stream: Writable, onGone: () => void): LineWriter {
  const writeTo = (chunk: string | Uint8Array, done?: () => void): boolean =>
    Writable.prototype.write.call(stream, chunk, 'utf8', done);
  let gone = false;
  /** Wakes everybody who waits for the stream. */
  const waiting = new Set<() => void>();
  /** Waits for what `begin` begins, or until nobody reads any more. */
  const orGone = (begin: (done: () => void) => void) =>
    new Promise<void>((resolve) => {
      const done = () => {
        waiting.delete(done);
        resolve();
      };
      waiting.add(done);
      begin(done);
    });
  /** Resolves when the stream takes more; shared by all who wait. */
  let drained: Promise<void> | undefined;
  const leave = () => {
    if (gone) return;
    gone = true;
    for (const done of waiting) done();
    onGone();
  };
  stream.on('error', leave);
  stream.on('close', leave);

  /** Lines of this turn of the event loop; how many there were in the last turn that had any. */
  let [lines, linesBefore] = [0, 0];
  /** Short lines of this turn that were not written yet, in one text: one piece costs less to write than many. */
  let gathered = '';
  /**
   * A line that is alone leaves at once; those that come in the same turn leave together, in one call of the system. Where
   * many came in the turn before, the first one waits for the others too.
   */
  const put = (line: string | Uint8Array): boolean => {
    const isFirst = lines++ === 0;
    if (isFirst) setImmediate(release);
    const isAlone = isFirst && linesBefore <= 1;
    if (typeof line === 'string') {
      gathered += `${line}\n`;
      const isLittle = gathered.length + stream.writableLength < stream.writableHighWaterMark;
      return !isAlone && isLittle ? true : writeGathered();
    }
    stream.cork();
    writeGathered();
    writeTo(line);
    const takesMore = writeTo('\n');
    stream.uncork();
    return takesMore;
  };
  /** @returns whether the stream takes more */
  const writeGathered = (): boolean => {
    const text = gathered;
    gathered = '';
    return text === '' || writeTo(text);
  };
  const release = () => {
    [lines, linesBefore] = [0, lines];
    writeGathered();
  };

  return {
    write(line) {
      if (gone || put(line)) return undefined;
      drained ??= orGone((done) => {
        stream.once('drain', () => {
          drained = undefined;
          done();
        });
      });
      return drained;
    },
    async flush() {
      if (gone) return;
      writeGathered();
      // The callback of a write comes when all before it were taken by the system.
      await orGone((done) => writeTo('', done));
    },
  };
}
