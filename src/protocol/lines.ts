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

type Join = (pieces: readonly Uint8Array[], bytes: number) => Uint8Array;

/** Splits a stream of chunks, however they are cut, in linear time and with memory for one line. */
export class LineSplitter {
  readonly #limitBytes: number;
  readonly #join: Join;
  /** Pieces of the line that has begun; one concatenation when it ends, since appending each time is quadratic. */
  #pieces: Uint8Array[] = [];
  #bytes = 0;
  /** The two ends of a line that went over the limit and is being skipped to its end. */
  #skipping: { readonly head: Uint8Array; tail: Uint8Array } | undefined;

  /**
   * @param limitBytes - longest line that is returned whole, without its line feed
   * @param join - puts pieces together to so many bytes; where the memory need not be cleared first, that is quicker
   */
  constructor(limitBytes: number, join: Join = concat) {
    this.#limitBytes = limitBytes;
    this.#join = join;
  }

  /** Takes the next chunk, which must not change any more, and returns the lines that end in it; these may be views of it. */
  push(chunk: Uint8Array): Line[] {
    const lines: Line[] = [];
    let start = 0;
    for (let end = chunk.indexOf(LINE_FEED); end >= 0; end = chunk.indexOf(LINE_FEED, start)) {
      lines.push(this.#finish(chunk.subarray(start, end)));
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
    return concat(this.#pieces, this.#bytes);
  }

  /** The last line, when the stream ended without a line feed. */
  end(): Line | undefined {
    return this.#bytes > 0 || this.#skipping ? this.#finish(new Uint8Array(0)) : undefined;
  }

  #keep(piece: Uint8Array): void {
    if (this.#skipping) {
      this.#skipping.tail = lastBytes(this.#skipping.tail, piece);
      return;
    }
    this.#pieces.push(holdsMuchMore(piece) ? new Uint8Array(piece) : piece);
    this.#bytes += piece.length;
    // One byte more than the limit may yet turn out to be the CR of a CRLF.
    if (this.#bytes > this.#limitBytes + 1) {
      this.#skipping = endsOf(this.#pieces);
      this.#forget();
    }
  }

  #finish(rest: Uint8Array): Line {
    const skipped = this.#skipping;
    if (skipped) {
      this.#skipping = undefined;
      return { is: 'too-long', head: skipped.head, tail: lastBytes(skipped.tail, rest) };
    }
    const whole = this.#bytes === 0 ? rest : this.#join([...this.#pieces, rest], this.#bytes + rest.length);
    this.#forget();
    const bytes = whole.at(-1) === CARRIAGE_RETURN ? whole.subarray(0, -1) : whole;
    return bytes.length > this.#limitBytes ? { is: 'too-long', ...ends(bytes) } : { is: 'whole', bytes };
  }

  #forget(): void {
    this.#pieces = [];
    this.#bytes = 0;
  }
}

/** A piece of a chunk keeps the whole chunk in memory. */
function holdsMuchMore(piece: Uint8Array): boolean {
  return piece.buffer.byteLength > 2 * piece.length;
}

function ends(line: Uint8Array): { head: Uint8Array; tail: Uint8Array } {
  return { head: line.slice(0, KEPT_BYTES), tail: line.slice(-KEPT_BYTES) };
}

/** The same of a line in pieces, without putting it together: it may be as long as memory lasts. */
function endsOf(pieces: readonly Uint8Array[]): { head: Uint8Array; tail: Uint8Array } {
  let head = new Uint8Array(0);
  let tail: Uint8Array = head;
  for (const piece of pieces) {
    if (head.length < KEPT_BYTES) head = concat([head, piece], head.length + piece.length).slice(0, KEPT_BYTES);
    tail = lastBytes(tail, piece);
  }
  return { head, tail };
}

function lastBytes(tail: Uint8Array, more: Uint8Array): Uint8Array {
  return concat([tail, more.subarray(-KEPT_BYTES)], tail.length + Math.min(more.length, KEPT_BYTES)).slice(-KEPT_BYTES);
}

function concat(pieces: readonly Uint8Array[], length: number): Uint8Array {
  const whole = new Uint8Array(length);
  let at = 0;
  for (const piece of pieces) {
    whole.set(piece, at);
    at += piece.length;
  }
  return whole;
}
