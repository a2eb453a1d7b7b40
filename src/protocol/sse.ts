/** Text of an event stream to its events. [HTML, Server-sent events, Parsing an event stream] */

import { createParser } from 'eventsource-parser';
import { flat } from './json.ts';
import { KEPT_TEXT_CHARS, UNKNOWN_LINES } from './limits.ts';

/** Where a stream can be taken up again, and when. [HTML, Server-sent events, Last-Event-ID; MCP SEP-1699] */
export interface Bookmark {
  /** Id of the last event that had one. */
  readonly lastEventId: string;
  /** What the server asks to wait first, in milliseconds; undefined where it asks for nothing. */
  readonly retryMs: number | undefined;
}

const UNSOUND = ' ';
/** Thrown through the parser, which reads nothing afterwards. */
const OVERFLOW: Error = new Error('the event stream is beyond a limit');

/** Bounds for what a server may ask for, in milliseconds: a wait of nothing would be a loop without rest. */
const SHORTEST_RETRY_MS = 100;
const DEFAULT_RETRY_MS = 1_000;
const LONGEST_RETRY_MS = 60_000;

/** Text without a line end is gathered up to this length, in characters: the parser keeps every piece that it is given. */
const GATHERED_CHARS = 4_096;

/** What a line of an event costs beside its text, in characters; up to so many characters nobody counts lines. */
const LINE_COST_CHARS = 64;
const CHEAP_CHARS = 1024 * 1024;

/**
 * Reads an event stream in whatever pieces it comes. An event whose closing blank line never came is not among its events:
 * the standard drops it, since it may have been cut. `end` gives it all the same.
 */
export class SseReader {
  readonly #limitChars: number;
  readonly #parser: ReturnType<typeof createParser>;
  #data: string[] = [];
  #lastEventId: string | undefined;
  #retryMs: number | undefined;
  #overflowed = false;
  /** What the event that is not complete yet costs at most, in characters. */
  #heldChars = 0;
  /** Whether the piece before ended with a line: a line end now makes a blank one. */
  #endedLine = false;
  /** Lines without a known field since the last event with data. */
  #unknownLines = 0;
  /** Text without a line end that the parser has not been given. */
  #gathered = '';
  /** The piece before ended with a CR: a LF now is the rest of the same line end. */
  #skipLineFeed = false;

  /** @param limitChars - longest event that is held */
  constructor(limitChars: number) {
    this.#limitChars = limitChars;
    this.#parser = createParser({
      maxBufferSize: limitChars,
      onEvent: ({ event, data, id }) => {
        if (data !== '') this.#unknownLines = 0;
        // An id is a piece of the stream that is kept. One that no header can carry is only noted.
        if (id !== undefined) this.#lastEventId = id.length <= KEPT_TEXT_CHARS ? flat(id) : UNSOUND;
        // Other names are not MCP's: keep-alives, and whatever else a gateway puts in.
        if (event === undefined || event === 'message') this.#data.push(data);
      },
      onRetry: (ms) => {
        this.#retryMs = ms < SHORTEST_RETRY_MS ? DEFAULT_RETRY_MS : Math.min(ms, LONGEST_RETRY_MS);
      },
      onError: ({ type }) => {
        // Each error has a stack trace, which takes longer to make than a line to read.
        if (type === 'max-buffer-size-exceeded' || ++this.#unknownLines > UNKNOWN_LINES) throw OVERFLOW;
      },
    });
  }

  /** Whether an event went over the limit; nothing can be read from then on. */
  get overflowed(): boolean {
    return this.#overflowed;
  }

  /** What the server asks to wait before the stream is opened again, in milliseconds; undefined if it asks for nothing. */
  get retryMs(): number | undefined {
    return this.#retryMs;
  }

  /** Undefined while no event had an id, or had one that no header can carry. */
  get bookmark(): Bookmark | undefined {
    const lastEventId = this.#lastEventId;
    const isSound = lastEventId !== undefined && /^[\x21-\x7e](?:[\x20-\x7e]{0,1022}[\x21-\x7e])?$/.test(lastEventId);
    return isSound ? { lastEventId, retryMs: this.#retryMs } : undefined;
  }

  /** The data of the events that are complete with this piece: of each, all its `data` lines joined by line feeds. */
  push(chunk: string): string[] {
    if (this.#overflowed || chunk === '') return [];
    const text = this.#gathered + chunk;
    const isHarmless = text.length < GATHERED_CHARS && this.#heldChars + text.length <= this.#limitChars;
    this.#gathered = isHarmless && !this.#skipLineFeed && !/[\n\r]/.test(chunk) ? text : '';
    if (this.#gathered !== '') return [];
    // A CR ends a line on its own: a LF behind it may never come.
    let piece = this.#skipLineFeed && text.startsWith('\n') ? text.slice(1) : text;
    this.#skipLineFeed = piece.endsWith('\r');
    // For each line that ends with CR, the parser searches the rest of the piece for a LF.
    if (piece.includes('\r')) piece = piece.replace(/\r\n?/g, '\n');
    try {
      this.#parser.feed(piece);
    } catch (error) {
      if (error !== OVERFLOW) throw error;
      this.#overflowed = true;
    }
    this.#hold(piece);
    // The end of its last line, CR LF at the most, is no part of an event.
    if (this.#heldChars > this.#limitChars + 2) this.#overflowed = true;
    const data = this.#data;
    this.#data = [];
    return data;
  }

  /**
   * The data of an event whose blank line did not come before the end of a complete body. Where the stream can be taken up
   * again is not changed by it.
   */
  end(): string[] {
    const lastEventId = this.#lastEventId;
    const data = this.push('\n\n');
    this.#lastEventId = lastEventId;
    return data;
  }

  /** The parser counts what it holds, and not what a million short lines cost beside their text. */
  #hold(piece: string): void {
    // Behind a blank line nothing is held, be it that of an event or of a comment that keeps the connection alive.
    const behind = behindLastBlankLine(this.#endedLine ? `\n${piece}` : piece);
    if (behind !== undefined) this.#heldChars = 0;
    const held = behind ?? piece;
    this.#heldChars += held.length + (this.#heldChars < CHEAP_CHARS ? 0 : LINE_COST_CHARS * linesIn(held));
    this.#endedLine = piece.endsWith('\n');
  }
}

/** What stands behind the last blank line; undefined where there is none. */
function behindLastBlankLine(text: string): string | undefined {
  const at = text.lastIndexOf('\n\n');
  return at < 0 ? undefined : text.slice(at + 2);
}

function linesIn(text: string): number {
  let count = 0;
  for (let at = text.indexOf('\n'); at >= 0; at = text.indexOf('\n', at + 1)) count++;
  return count;
}
