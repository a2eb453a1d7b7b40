/** What comes in: the bytes of a client, as lines. */

import type { Readable } from 'node:stream';
import { type Line, LineSplitter } from '../protocol/lines.ts';

/** Longest line that is read, in bytes. */
const LINE_LIMIT_BYTES = 64 * 1024 * 1024;

/** How long a whole message may wait for its line feed before somebody is told, in milliseconds. */
const UNFINISHED_MS = 2_000;
/** Longer lines are not looked into for that. */
const LOOKED_INTO_BYTES = 1024 * 1024;

type Next = IteratorResult<Line, undefined>;
const DONE: Next = { done: true, value: undefined };

/**
 * The lines of a stream, to its end. Reading slowly slows the client down. A stream that breaks has ended.
 *
 * An iterator by hand: a generator that waits for the next bytes goes on holding the line that it gave last, for as long as
 * the client is silent, and a line may be 64 MB.
 *
 * @param onUnended - called when a whole message has come and no line feed after it: the client waits for an
 *   answer to what it has not sent
 */
export function readLines(stream: Readable, onUnended: () => void = () => {}): AsyncIterableIterator<Line, undefined> {
  const splitter = new LineSplitter(LINE_LIMIT_BYTES, (pieces, bytes) => Buffer.concat(pieces, bytes));
  /** Those that have come and were not asked for yet. */
  let lines: Line[] = [];
  let timer: NodeJS.Timeout | undefined;

  function lookLater(seenBytes: number): void {
    timer = setTimeout(() => {
      timer = undefined;
      const { begunBytes } = splitter;
      if (begunBytes === 0) return;
      if (begunBytes !== seenBytes) lookLater(begunBytes);
      else if (begunBytes <= LOOKED_INTO_BYTES && isJson(splitter.begun())) onUnended();
    }, UNFINISHED_MS).unref();
  }

  // By its events, since the stream's own iterator takes half a millisecond to load.
  let wake = () => {};
  stream.on('readable', () => wake());
  stream.on('error', () => wake());
  stream.on('close', () => wake());
  stream.on('end', () => wake());

  async function read(): Promise<Next> {
    while (!stream.destroyed) {
      const chunk: Uint8Array | null = stream.read();
      if (chunk === null) {
        if (stream.readableEnded) break;
        await new Promise<void>((resolve) => {
          wake = resolve;
        });
        continue;
      }
      lines = splitter.push(chunk);
      if (timer === undefined && splitter.begunBytes > 0) lookLater(splitter.begunBytes);
      const line = lines.shift();
      if (line !== undefined) return { done: false, value: line };
    }
    clearTimeout(timer);
    // Destroyed by us, or the client died: then half a line is no message.
    const last = stream.readableEnded ? splitter.end() : undefined;
    return last === undefined ? DONE : { done: false, value: last };
  }

  return {
    [Symbol.asyncIterator]() {
      return this;
    },
    next() {
      const line = lines.shift();
      return line === undefined ? read() : Promise.resolve({ done: false, value: line });
    },
    async return() {
      clearTimeout(timer);
      stream.destroy();
      return DONE;
    },
  };
}

function isJson(bytes: Uint8Array): boolean {
  try {
    JSON.parse(Buffer.from(bytes).toString());
    return true;
  } catch {
    return false;
  }
}
