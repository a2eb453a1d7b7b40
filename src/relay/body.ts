/** The body of an HTTP answer: told apart by its beginning, then read whole or as events while they arrive. */

import { RESPONSE_CHUNKS } from '../protocol/limits.ts';
import { Pieces } from '../protocol/pieces.ts';
import { sniff } from '../protocol/reply.ts';
import { SseReader } from '../protocol/sse.ts';
import type { Hold } from './budget.ts';

export type Body =
  | { readonly is: 'whole'; readonly bytes: Uint8Array }
  /** The data of each event, as it arrives; `reader` knows where the stream can be taken up again. */
  | { readonly is: 'events'; readonly events: AsyncIterable<Uint8Array>; readonly reader: SseReader };

/** Text with fewer characters may still turn out to be the beginning of an event stream. */
const ENOUGH_TO_TELL = 8;
/** White space, and the bytes of a byte order mark: they may stand before everything else, however many. */
const BEFORE_ALL: ReadonlySet<number | undefined> = new Set([0x09, 0x0a, 0x0d, 0x20, 0xef, 0xbb, 0xbf]);

const strict = new TextDecoder('utf-8', { fatal: true });

/** Bytes that are read before other calls have a turn: what has come already would all be read in one turn otherwise. */
const BYTES_OF_TURN = 128 * 1024;
/** A chunk takes longer to read than its bytes. */
const CHUNK_COST_BYTES = 512;

export class BodyTooLarge extends Error {
  override readonly name = 'BodyTooLarge';
}

export class BodyNotUtf8 extends Error {
  override readonly name = 'BodyNotUtf8';
}

/** Counts bytes and chunks: of the whole body, or since the last message of an event stream. Blanks count as well. */
class Meter {
  readonly #limitBytes: number;
  readonly #hold: Hold | undefined;
  #bytes = 0;
  #chunks = 0;
  #hasMessage = false;

  constructor(limitBytes: number, hold: Hold | undefined) {
    this.#limitBytes = limitBytes;
    this.#hold = hold;
  }

  /**
   * @returns what has to be waited for before the chunk is read
   * @throws BodyTooLarge
   */
  count(chunk: Uint8Array): Promise<void> | undefined {
    // The message before was handed on: its reader asks for more.
    if (this.#hasMessage) {
      this.#bytes = 0;
      this.#chunks = 0;
      this.#hold?.handedOn();
      this.#hasMessage = false;
    }
    this.#bytes += chunk.length;
    if (this.#bytes > this.#limitBytes || ++this.#chunks > RESPONSE_CHUNKS) throw new BodyTooLarge();
    return this.#hold?.grow(chunk.length);
  }

  /** A message has come. */
  reset(): void {
    this.#hasMessage = true;
  }
}

/**
 * @param mayStream - false where an event stream makes no sense, as under an error status
 * @param limitBytes - most that is held: of the whole body, or of one event
 * @param hold - counts what is held for the total of all calls
 * @throws BodyTooLarge, BodyNotUtf8, NoRoom, and whatever the bytes throw
 */
export async function openBody(
  bytes: AsyncIterable<Uint8Array>,
  mayStream: boolean,
  limitBytes: number,
  hold?: Hold,
): Promise<Body> {
  const meter = new Meter(limitBytes, hold);
  const chunks = counted(bytes[Symbol.asyncIterator](), meter);
  const first = new Pieces();
  let start = '';
  for (let next = await chunks.next(); !next.done; next = await chunks.next()) {
    first.push(next.value);
    start += beginningOf(next.value, start === '');
    const kind = sniff(start);
    if (kind === 'sse' && mayStream) {
      const reader = new SseReader(limitBytes);
      return { is: 'events', events: readEvents(first.all, chunks, reader, meter), reader };
    }
    if (kind === 'json' || start.length >= ENOUGH_TO_TELL) break;
  }
  for (let next = await chunks.next(); !next.done; next = await chunks.next()) first.push(next.value);
  return { is: 'whole', bytes: first.take() };
}

/** @throws BodyTooLarge or NoRoom, when the rest was given up */
function counted(chunks: AsyncIterator<Uint8Array>, meter: Meter): AsyncIterator<Uint8Array> {
  let bytesOfTurn = 0;
  return {
    async next() {
      const next = await chunks.next();
      try {
        const room = next.done ? undefined : meter.count(next.value);
        if (room !== undefined) await room;
        bytesOfTurn += CHUNK_COST_BYTES + (next.value?.length ?? 0);
        if (bytesOfTurn >= BYTES_OF_TURN) {
          bytesOfTurn = 0;
          await new Promise(setImmediate);
        }
      } catch (error) {
        await chunks.return?.();
        throw error;
      }
      return next;
    },
    return: () => chunks.return?.() ?? Promise.resolve({ done: true, value: undefined }),
  };
}

/**
 * Refuses what is not UTF-8: U+FFFD in its place could not be told from the server's own.
 *
 * @throws BodyNotUtf8
 */
export function bodyText(bytes: Uint8Array): string {
  try {
    return strict.decode(bytes);
  } catch (cause) {
    throw new BodyNotUtf8('', { cause });
  }
}

async function* readEvents(
  first: readonly Uint8Array[],
  rest: AsyncIterator<Uint8Array>,
  reader: SseReader,
  meter: Meter,
): AsyncGenerator<Uint8Array, void, undefined> {
  for await (const chunk of joined(first, rest)) {
    for (const data of reader.push(chunk)) {
      // Events without data are blanks, too.
      if (data.length === 0) continue;
      meter.reset();
      yield data;
    }
    if (reader.overflowed) throw new BodyTooLarge();
  }
}

async function* joined(
  first: readonly Uint8Array[],
  rest: AsyncIterator<Uint8Array>,
): AsyncGenerator<Uint8Array, void, undefined> {
  try {
    yield* first;
    for (let next = await rest.next(); !next.done; next = await rest.next()) yield next.value;
  } finally {
    await rest.return?.();
  }
}

/** The first characters of a chunk, as far as they tell what the body is. */
function beginningOf(chunk: Uint8Array, isFirst: boolean): string {
  let from = 0;
  if (isFirst) while (BEFORE_ALL.has(chunk[from])) from++;
  let start = '';
  for (const byte of chunk.subarray(from, from + ENOUGH_TO_TELL)) start += String.fromCharCode(byte);
  return start;
}
