/**
 * The event in which github-mcp-server gives every answer: its name or none, its data on one line, a blank line, and that is
 * all. [observed on v1.10, 2026-11] It is found in its bytes, so that a long answer need not become text and bytes again;
 * whatever else an event stream may hold is left to `SseReader`.
 */

const [LINE_FEED, CARRIAGE_RETURN, SPACE, COLON] = [0x0a, 0x0d, 0x20, 0x3a];

export type Found =
  /** The data of the event, and what came behind it. */
  | { readonly is: 'event'; readonly data: Uint8Array; readonly rest: Uint8Array }
  /** So far it may be such an event: more is needed to know. */
  | { readonly is: 'begun' }
  /** Something else. */
  | { readonly is: 'unusual' };

const BEGUN: Found = { is: 'begun' };
const UNUSUAL: Found = { is: 'unusual' };

/** Finds the first event of a stream, however it is cut behind the beginning of its data. */
export class UsualEvent {
  readonly #join: (pieces: readonly Uint8Array[], bytes: number) => Uint8Array;
  readonly #pieces: Uint8Array[] = [];
  #bytes = 0;
  #dataAt = 0;

  /** @param join - puts pieces together to so many bytes */
  constructor(join: (pieces: readonly Uint8Array[], bytes: number) => Uint8Array) {
    this.#join = join;
  }

  /** What has come so far, for whoever has to read it otherwise. */
  get pieces(): readonly Uint8Array[] {
    return this.#pieces;
  }

  get bytes(): number {
    return this.#bytes;
  }

  /** Takes the next bytes of the stream, which must not change any more; the first ones are to hold what stands before the data. */
  push(chunk: Uint8Array): Found {
    let from = 0;
    if (this.#bytes === 0) {
      from = dataStart(chunk);
      this.#dataAt = from;
    }
    const before = this.#bytes;
    this.#pieces.push(chunk);
    this.#bytes += chunk.length;
    if (this.#dataAt === 0) return UNUSUAL;
    const end = chunk.indexOf(LINE_FEED, from);
    // A carriage return alone ends a line, too.
    if (end < 0) return chunk.includes(CARRIAGE_RETURN) ? UNUSUAL : BEGUN;
    const behind = behindLineEnd(chunk, end + 1);
    // A blank line that is cut is rare enough.
    if (behind === 0) return UNUSUAL;
    const whole = before === 0 ? chunk : this.#join(this.#pieces, this.#bytes);
    const line = whole.subarray(this.#dataAt, before + end);
    const data = line.at(-1) === CARRIAGE_RETURN ? line.subarray(0, -1) : line;
    if (data.includes(CARRIAGE_RETURN)) return UNUSUAL;
    return { is: 'event', data, rest: chunk.subarray(behind) };
  }
}

/** @returns the data of the event that the bytes are, where they are one such event and nothing else */
export function onlyEvent(bytes: Uint8Array): Uint8Array | undefined {
  const found = new UsualEvent(() => bytes).push(bytes);
  return found.is === 'event' && found.rest.length === 0 ? found.data : undefined;
}

/** @returns where the data begins; 0 where something else stands before it */
function dataStart(bytes: Uint8Array): number {
  const name = behindField(bytes, 0, 'event', 'message');
  const at = name === 0 ? 0 : behindLineEnd(bytes, name);
  return behindField(bytes, at, 'data', '');
}

/** @returns where the bytes go on behind a field of that name and the beginning of its value; 0 where it stands not there */
function behindField(bytes: Uint8Array, from: number, name: string, value: string): number {
  const colon = behindText(bytes, from, name);
  // What follows the colon may be a space.
  if (colon === 0 || bytes[colon] !== COLON || colon + 1 === bytes.length) return 0;
  const at = bytes[colon + 1] === SPACE ? colon + 2 : colon + 1;
  return behindText(bytes, at, value);
}

function behindText(bytes: Uint8Array, from: number, text: string): number {
  for (let i = 0; i < text.length; i++) if (bytes[from + i] !== text.charCodeAt(i)) return 0;
  return from + text.length;
}

/** @returns 0 where no line ends there */
function behindLineEnd(bytes: Uint8Array, at: number): number {
  if (bytes[at] === LINE_FEED) return at + 1;
  return bytes[at] === CARRIAGE_RETURN && bytes[at + 1] === LINE_FEED ? at + 2 : 0;
}
