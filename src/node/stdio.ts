/** The client's end: bytes in, lines out. */

import type { Readable, Writable } from 'node:stream';
import type { WriteLine } from '../ports.ts';
import { type Line, LineSplitter } from '../protocol/lines.ts';

/** Longest line that is read, in bytes. */
const LINE_LIMIT_BYTES = 64 * 1024 * 1024;

/** How long a whole message may wait for its line feed before somebody is told, in milliseconds. */
const UNFINISHED_MS = 2_000;
/** Longer lines are not looked into for that. */
const LOOKED_INTO_BYTES = 1024 * 1024;

/**
 * The lines of a stream, to its end. Reading slowly slows the client down. A stream that breaks has ended.
 *
 * @param onUnended - called when a whole message has come and no line feed after it: the client waits for an
 *   answer to what it has not sent
 */
export async function* readLines(
  stream: Readable,
  onUnended: () => void = () => {},
): AsyncGenerator<Line, void, undefined> {
  const splitter = new LineSplitter(LINE_LIMIT_BYTES);
  let timer: NodeJS.Timeout | undefined;
  const lookLater = (seenBytes: number) => {
    timer = setTimeout(() => {
      timer = undefined;
      const { begunBytes } = splitter;
      if (begunBytes === 0) return;
      if (begunBytes !== seenBytes) lookLater(begunBytes);
      else if (begunBytes <= LOOKED_INTO_BYTES && isJson(splitter.begun())) onUnended();
    }, UNFINISHED_MS).unref();
  };
  try {
    for await (const chunk of stream) {
      // Not `yield*`, which makes more promises of each line than all the rest of its reading.
      for (const line of splitter.push(chunk)) yield line;
      if (timer === undefined && splitter.begunBytes > 0) lookLater(splitter.begunBytes);
    }
  } catch {
    // Destroyed by us, or the client died: either way nothing more will come, and half a line is no message.
    return;
  } finally {
    clearTimeout(timer);
  }
  const last = splitter.end();
  if (last) yield last;
}

function isJson(bytes: Uint8Array): boolean {
  try {
    JSON.parse(Buffer.from(bytes).toString());
    return true;
  } catch {
    return false;
  }
}

export interface LineWriter {
  /** What the next line waits for resolves also when nobody reads any more. */
  readonly write: WriteLine;
  /** Resolves when everything that was written has left the process, or nobody reads it any more. */
  flush(): Promise<void>;
}

/** Prints for a person. Whoever does not read it any more is not told that it failed. */
export function print(stream: Writable, text: string): void {
  stream.on('error', () => {});
  stream.write(text);
}

/** @param onGone - called once, when nobody reads any more (EPIPE) */
export function lineWriter(stream: Writable, onGone: () => void): LineWriter {
  let gone = false;
  let wakeWhenGone = () => {};
  const goneSoon = new Promise<void>((resolve) => {
    wakeWhenGone = resolve;
  });
  /** Resolves when the stream takes more; shared by all who wait. */
  let drained: Promise<void> | undefined;
  const leave = () => {
    if (gone) return;
    gone = true;
    wakeWhenGone();
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
    stream.write(line);
    const takesMore = stream.write('\n');
    stream.uncork();
    return takesMore;
  };
  /** @returns whether the stream takes more */
  const writeGathered = (): boolean => {
    const text = gathered;
    gathered = '';
    return text === '' || stream.write(text);
  };
  const release = () => {
    [lines, linesBefore] = [0, lines];
    writeGathered();
  };

  return {
    write(line) {
      if (gone || put(line)) return undefined;
      drained ??= new Promise<void>((resolve) => {
        stream.once('drain', () => {
          drained = undefined;
          resolve();
        });
      });
      return Promise.race([drained, goneSoon]);
    },
    async flush() {
      if (gone) return;
      writeGathered();
      // The callback of a write comes when all before it were taken by the system.
      await Promise.race([new Promise<void>((resolve) => stream.write('', () => resolve())), goneSoon]);
    },
  };
}
