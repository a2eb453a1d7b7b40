/**
 * Chunks of bytes to lines. A line ends at byte 0x0A and nowhere else: U+2028, U+2029 and U+0085 are part of a message,
 * and no byte of a longer UTF-8 character is 0x0A. [MCP 2025-11-25, Transports, stdio]
 */

const LINE_FEED = 0x0a;
const CARRIAGE_RETURN = 0x0d;
/** How much of each end of a line that is too long is kept, to find its id in. */
const KEPT_BYTES = 4096;

export type Line =
  /** The bytes of a line, without its end. */
  | { readonly is: 'whole'; readonly bytes: Uint8Array }
  /** A line beyond the limit, of which only the two ends were kept. */
  | { readonly is: 'too-long'; readonly head: Uint8Array; readonly tail: Uint8Array };

/** A line from so many bytes on is long: the next one of those is often as long. */
const LONG_BYTES = 64 * 1024;
/** How many times what has come of a line may be made room for, if the long line before came to that. */
const MOST_ROOM = 16;

/** What needs more room than the limit divided by this gets room for all that is allowed. */
const ALL_ROOM = 4;

const NOTHING = new Uint8Array(0);

/**
 * Splits a stream of chunks, however they are cut, in linear time and with memory for one line. What it gives is its own, so
 * that a chunk may be used again.
 */
export class LineSplitter {
  readonly #limitBytes: number;
  readonly #allocate: (bytes: number) => Uint8Array;
  /** The line that has begun, and room for more of it. */
  #line: Uint8Array = NOTHING;
  #bytes = 0;
  /** Length of the last long line. */
  #longBytes = 0;
  /** The two ends of a line that went over the limit and is being skipped to its end. */
  #skipping: { readonly head: Uint8Array; tail: Uint8Array } | undefined;

  /**
   * @param limitBytes - longest line that is returned whole, without its line feed
   * @param allocate - gives so many bytes; where they need not be cleared first, that is quicker
   */
  constructor(limitBytes: number, allocate: (bytes: number) => Uint8Array = (bytes) => new Uint8Array(bytes)) {
    this.#limitBytes = limitBytes;
    this.#allocate = allocate;
  }

  /** Takes the next chunk, and returns the lines that end in it. Blank lines mean nothing and are left out. */
  push(chunk: Uint8Array): Line[] {
    const lines: Line[] = [];
    let start = 0;
    for (let end = chunk.indexOf(LINE_FEED); end >= 0; end = chunk.indexOf(LINE_FEED, start)) {
      // A client may send millions of line ends: nothing is built for them.
      const line = end === start && this.#isEmpty ? undefined : this.#finish(chunk.subarray(start, end));
      if (line !== undefined && !isBlank(line)) lines.push(line);
      start = end + 1;
    }
    if (start < chunk.length) this.#keep(chunk.subarray(start));
    return lines;
  }

  /** How much of a line has come that has no end yet. */
  get begunBytes(): number {
    return this.#skipping ? 0 : this.#bytes;
  }

  /** A copy of the line that has begun. */
  begun(): Uint8Array {
    return this.#line.slice(0, this.#bytes);
  }

  /** The last line, when the stream ended without a line feed. */
  end(): Line | undefined {
    if (this.#isEmpty) return undefined;
    const line = this.#finish(NOTHING);
    return isBlank(line) ? undefined : line;
  }

  /** True if no byte of a line has come yet. */
  get #isEmpty(): boolean {
    return this.#bytes === 0 && this.#skipping === undefined;
  }

  #keep(piece: Uint8Array): void {
    if (this.#skipping) {
      this.#skipping.tail = lastBytes(this.#skipping.tail, piece);
      return;
    }
    const bytes = this.#bytes + piece.length;
    if (bytes > this.#mostBytes) {
      this.#skipping = this.#endsWith(piece);
      this.#forget();
      return;
    }
    const room = this.#longBytes > bytes && this.#longBytes <= MOST_ROOM * bytes ? this.#longBytes : 2 * bytes;
    // What a line has outgrown is held until it is collected: at last it would be as much again, and half as much. Room that is
    // not used yet costs nothing.
    this.#append(piece, room > this.#mostBytes / ALL_ROOM ? this.#mostBytes : room);
  }

  #finish(rest: Uint8Array): Line {
    const skipped = this.#skipping;
    if (skipped) {
      this.#skipping = undefined;
      return { is: 'too-long', head: skipped.head, tail: lastBytes(skipped.tail, rest) };
    }
    const bytes = this.#bytes + rest.length;
    if (bytes > this.#mostBytes) {
      const { head, tail } = this.#endsWith(rest);
      this.#forget();
      return { is: 'too-long', head, tail };
    }
    this.#append(rest, bytes);
    const whole = this.#line.subarray(0, this.#bytes);
    if (whole.length >= LONG_BYTES) this.#longBytes = whole.length;
    this.#forget();
    const line = whole.at(-1) === CARRIAGE_RETURN ? whole.subarray(0, -1) : whole;
    if (line.length <= this.#limitBytes) return { is: 'whole', bytes: line };
    return { is: 'too-long', head: line.slice(0, KEPT_BYTES), tail: line.slice(-KEPT_BYTES) };
  }

  /** Most that is held of a line: one byte more than the limit may yet turn out to be the CR of a CRLF. */
  get #mostBytes(): number {
    return this.#limitBytes + 1;
  }

  /** The two ends of a line that goes over the limit with this piece. No room is made for it any more. */
  #endsWith(piece: Uint8Array): { head: Uint8Array; tail: Uint8Array } {
    const line = this.#line.subarray(0, this.#bytes);
    return { head: firstBytes(line, piece), tail: lastBytes(line, piece) };
  }

  /** @param room - for the whole of the line, where it needs more than it has: appending by a little each time is quadratic */
  #append(piece: Uint8Array, room: number): void {
    const bytes = this.#bytes + piece.length;
    if (bytes > this.#line.length) {
      const line = this.#allocate(room);
      if (this.#bytes > 0) line.set(this.#line.subarray(0, this.#bytes));
      this.#line = line;
    }
    this.#line.set(piece, this.#bytes);
    this.#bytes = bytes;
  }

  #forget(): void {
    this.#line = NOTHING;
    this.#bytes = 0;
  }
}

function isBlank(line: Line): boolean {
  return line.is === 'whole' && line.bytes.length === 0;
}

function firstBytes(line: Uint8Array, piece: Uint8Array): Uint8Array {
  return joined(line.subarray(0, KEPT_BYTES), piece.subarray(0, KEPT_BYTES)).slice(0, KEPT_BYTES);
}

function lastBytes(line: Uint8Array, piece: Uint8Array): Uint8Array {
  return joined(line.subarray(-KEPT_BYTES), piece.subarray(-KEPT_BYTES)).slice(-KEPT_BYTES);
}

function joined(first: Uint8Array, second: Uint8Array): Uint8Array {
  const both = new Uint8Array(first.length + second.length);
  both.set(first);
  both.set(second, first.length);
  return both;
}
