/** What comes in: the bytes of a client, as lines. */

import type { Readable } from 'node:stream';
import { LINE_BYTES, UNREAD_LINES_BYTES } from '../protocol/limits.ts';
import { type Line, LineSplitter } from '../protocol/lines.ts';

/** How long a whole message may wait for its line feed before somebody is told, in milliseconds. */
const UNFINISHED_MS = 2_000;
/** Longer lines are not looked into for that. */
const LOOKED_INTO_BYTES = 1024 * 1024;

/** What a line costs beside its bytes. */
const LINE_COST_BYTES = 128;

/**
 * Begins to read a stream.
 *
 * @param take - called with each piece, which is good until it returns
 */
export type Reading = (take: (piece: Uint8Array) => void) => Readable;

export function from(stream: Readable): Reading {
  // Other code may have set an encoding, or have paused the stream.
  return (take) =>
    stream
      .on('data', (piece: Uint8Array | string) =>
        take(typeof piece === 'string' ? Buffer.from(piece, stream.readableEncoding ?? 'utf8') : piece),
      )
      .resume();
}

type Next = IteratorResult<Line, undefined>;
const DONE: Next = { done: true, value: undefined };

/**
 * The lines of a stream, to its end. Reading slowly slows the client down. A stream that breaks has ended.
 *
 * An iterator by hand. A generator that waits for the next bytes goes on holding the line that it gave last, for as long as
 * the client is silent, and a line may be 64 MB; and the stream's own iterator stops the stream after each chunk, which costs a
 * long line more than all the rest of its way.
 *
 * @param onUnended - called when a whole message has come and no line feed after it: the client waits for an
 *   answer to what it has not sent
 */
export function readLines(
  reading: Reading,
  onUnended: () => void = () => {},
): AsyncIterableIterator<Line, undefined> & { return(): Promise<Next> } {
  const splitter = new LineSplitter(LINE_BYTES, (bytes) => Buffer.allocUnsafe(bytes));
  /** Those that have come and were not asked for yet. */
  const lines: Line[] = [];
  let waitingBytes = 0;
  let asking: ((next: Next) => void) | undefined;
  let hasEnded = false;
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

  function give(line: Line): void {
    if (asking === undefined) {
      lines.push(line);
      waitingBytes += costOf(line);
      return;
    }
    const answer = asking;
    asking = undefined;
    answer({ done: false, value: line });
  }

  function end(): void {
    hasEnded = true;
    clearTimeout(timer);
    asking?.(DONE);
    asking = undefined;
  }

  const stream = reading((piece) => {
    for (const line of splitter.push(piece)) give(line);
    if (timer === undefined && splitter.begunBytes > 0) lookLater(splitter.begunBytes);
    if (waitingBytes > UNREAD_LINES_BYTES) stream.pause();
  });
  stream.on('end', () => {
    const last = splitter.end();
    if (last) give(last);
    end();
  });
  // The client died: half a line is no message.
  stream.on('error', end);
  stream.on('close', () => {
    // Destroyed by us: nothing more is to be taken.
    if (!hasEnded) lines.length = 0;
    end();
  });

  return {
    [Symbol.asyncIterator]() {
      return this;
    },
    next() {
      const line = lines.shift();
      if (line !== undefined) {
        waitingBytes -= costOf(line);
        if (lines.length === 0 && stream.isPaused()) stream.resume();
        return Promise.resolve({ done: false, value: line });
      }
      if (hasEnded) return Promise.resolve(DONE);
      return new Promise((resolve) => {
        asking = resolve;
      });
    },
    return() {
      stream.destroy();
      return Promise.resolve(DONE);
    },
  };
}

function costOf(line: Line): number {
  return LINE_COST_BYTES + (line.is === 'whole' ? line.bytes.length : line.head.length + line.tail.length);
}

function isJson(bytes: Uint8Array): boolean {
  try {
    JSON.parse(Buffer.from(bytes).toString());
    return true;
  } catch {
    return false;
  }
}
