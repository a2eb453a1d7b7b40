/** Bytes of an event stream to the data of its events. [HTML, Server-sent events, Parsing an event stream] */

import { KEPT_TEXT_CHARS, UNKNOWN_LINES } from './limits.ts';
import { Pieces } from './pieces.ts';

/** Where a stream can be taken up again, and when. [HTML, Server-sent events, Last-Event-ID; MCP SEP-1699] */
export interface Bookmark {
  /** Id of the last event that had one. */
  readonly lastEventId: string;
  /** What the server asks to wait first, in milliseconds; undefined where it asks for nothing. */
  readonly retryMs: number | undefined;
}

/** Bounds for what a server may ask for, in milliseconds: a wait of nothing would be a loop without rest. */
const SHORTEST_RETRY_MS = 100;
const DEFAULT_RETRY_MS = 1_000;
const LONGEST_RETRY_MS = 60_000;

const LINE_FEED = 0x0a;
const CARRIAGE_RETURN = 0x0d;
const SPACE = 0x20;
const COLON = 0x3a;
const MARK = [0xef, 0xbb, 0xbf];
const TWO_LINE_ENDS: Uint8Array = Uint8Array.of(LINE_FEED, LINE_FEED);
const ONE_LINE_END: Uint8Array = Uint8Array.of(LINE_FEED);

const [DATA, EVENT, ID, RETRY] = ['data', 'event', 'id', 'retry'].map((name) => new TextEncoder().encode(name)) as [
  ...[Uint8Array, Uint8Array, Uint8Array, Uint8Array],
];
/** Ids and names are compared and sent as ASCII. Bytes that are not UTF-8 make them unsound, and nothing else. */
const lenient = new TextDecoder('utf-8', { fatal: false });
const UNSOUND_ID = ' ';

/**
 * Reads an event stream in whatever pieces it comes. An event whose closing blank line never came is not among its events:
 * the standard drops it, since it may have been cut. `end` gives it in spite of that.
 */
export class SseReader {
  readonly #limitBytes: number;
  /** The line that has begun. */
  readonly #line: Pieces = new Pieces();
  /** Data of the event that has begun. */
  readonly #data: Pieces = new Pieces();
  #hasData = false;
  #name = '';
  /** The last id that was read. It counts from the end of its event on. */
  #id: string | undefined;
  #lastEventId: string | undefined;
  #retryMs: number | undefined;
  #overflowed = false;
  #isFirstLine = true;
  /** Lines without a known field since the last event with data. */
  #unknownLines = 0;
  /** The piece before ended with a CR: a LF now is the rest of the same line end. */
  #skipLineFeed = false;

  /** @param limitBytes - maximum size of an event */
  constructor(limitBytes: number) {
    this.#limitBytes = limitBytes;
  }

  /** True if a limit was exceeded: nothing is read from then on. */
  get overflowed(): boolean {
    return this.#overflowed;
  }

  /** Wait that the server asks for before the stream is reopened, in milliseconds; undefined if it asks for none. */
  get retryMs(): number | undefined {
    return this.#retryMs;
  }

  /** Undefined while no event had an id, or had one that no header can carry. */
  get bookmark(): Bookmark | undefined {
    const lastEventId = this.#lastEventId;
    const isSound = lastEventId !== undefined && /^[\x21-\x7e](?:[\x20-\x7e]{0,1022}[\x21-\x7e])?$/.test(lastEventId);
    return isSound ? { lastEventId, retryMs: this.#retryMs } : undefined;
  }

  /**
   * The data of the events that are complete with this piece: of each, all its `data` lines joined by line feeds.
   *
   * @param chunk - must not change any more
   */
  push(chunk: Uint8Array): Uint8Array[] {
    const events: Uint8Array[] = [];
    if (this.#overflowed || chunk.length === 0) return events;
    const { length } = chunk;
    let start = this.#skipLineFeed && chunk[0] === LINE_FEED ? 1 : 0;
    this.#skipLineFeed = false;
    let [feed, carriage] = [start - 1, start - 1];
    while (start < length) {
      const first = chunk[start];
      let end = start;
      // A blank line is found without a search.
      if (first !== LINE_FEED && first !== CARRIAGE_RETURN) {
        if (feed < start) feed = nextOf(chunk, LINE_FEED, start);
        if (carriage < start) carriage = nextOf(chunk, CARRIAGE_RETURN, start);
        end = Math.min(feed, carriage);
        if (end === length) break;
      }
      if (end === start && this.#line.bytes === 0) this.#dispatch(events);
      else this.#finishLine(chunk.subarray(start, end), events);
      if (this.#overflowed) return events;
      start = end + 1;
      if (chunk[end] === CARRIAGE_RETURN) {
        this.#skipLineFeed = start === length;
        if (chunk[start] === LINE_FEED) start++;
      }
    }
    if (start < length) this.#line.push(chunk.subarray(start));
    this.#checkSize();
    return events;
  }

  /**
   * The data of an event whose blank line did not come before the end of a complete body. Where the stream can be taken up
   * again is not changed by it.
   */
  end(): Uint8Array[] {
    const lastEventId = this.#lastEventId;
    const events = this.push(TWO_LINE_ENDS);
    this.#lastEventId = lastEventId;
    return events;
  }

  #finishLine(rest: Uint8Array, events: Uint8Array[]): void {
    this.#line.push(rest);
    this.#checkSize();
    if (this.#overflowed) return;
    const line = this.#line.take();
    const isMarked = this.#isFirstLine && MARK.every((byte, index) => line[index] === byte);
    this.#isFirstLine = false;
    this.#takeLine(isMarked ? line.subarray(MARK.length) : line, events);
  }

  #takeLine(line: Uint8Array, events: Uint8Array[]): void {
    if (line.length === 0) this.#dispatch(events);
    else if (line[0] !== COLON) this.#takeField(line);
  }

  #takeField(line: Uint8Array): void {
    const data = fieldValue(line, DATA);
    if (data !== undefined) {
      if (this.#hasData) this.#data.push(ONE_LINE_END);
      this.#data.push(data);
      this.#hasData = true;
      return;
    }
    const [name, id, retry] = [fieldValue(line, EVENT), fieldValue(line, ID), fieldValue(line, RETRY)];
    if (name !== undefined) this.#name = shortText(name);
    else if (id !== undefined && !id.includes(0)) this.#id = shortText(id);
    else if (retry !== undefined && /^[0-9]+$/.test(shortText(retry))) this.#retryMs = boundedRetry(shortText(retry));
    else if (id === undefined && ++this.#unknownLines > UNKNOWN_LINES) this.#overflowed = true;
  }

  #dispatch(events: Uint8Array[]): void {
    this.#isFirstLine = false;
    this.#lastEventId = this.#id;
    if (this.#hasData) {
      const data = this.#data.take();
      if (data.length > 0) this.#unknownLines = 0;
      // Other names are not MCP's: keep-alives, and what gateways add.
      if (this.#name === '' || this.#name === 'message') events.push(data);
      this.#hasData = false;
    }
    this.#name = '';
  }

  #checkSize(): void {
    if (this.#line.bytes + this.#data.bytes > this.#limitBytes) this.#overflowed = true;
  }
}

/** @returns the length of the chunk if the byte is not in it */
function nextOf(chunk: Uint8Array, byte: number, from: number): number {
  const at = chunk.indexOf(byte, from);
  return at < 0 ? chunk.length : at;
}

/** The value of a field; undefined if the line has another one. One space behind the colon is not part of it. */
function fieldValue(line: Uint8Array, name: Uint8Array): Uint8Array | undefined {
  const { length } = name;
  for (let i = 0; i < length; i++) if (line[i] !== name[i]) return undefined;
  if (line.length === length) return line.subarray(length);
  if (line[length] !== COLON) return undefined;
  return line.subarray(line[length + 1] === SPACE ? length + 2 : length + 1);
}

function shortText(value: Uint8Array): string {
  return value.length <= KEPT_TEXT_CHARS ? lenient.decode(value) : UNSOUND_ID;
}

function boundedRetry(digits: string): number {
  const ms = Number(digits);
  return ms < SHORTEST_RETRY_MS ? DEFAULT_RETRY_MS : Math.min(ms, LONGEST_RETRY_MS);
}
