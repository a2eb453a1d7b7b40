/** Chunks of a body, a line or an event until they are put together. */

/** Shorter chunks are copied: the object of a chunk takes some 200 bytes, and may keep a whole read of the socket alive. */
const SHORT_BYTES = 4 * 1024;
const ROOM_BYTES = 16 * 1024;
const NOTHING: Uint8Array = new Uint8Array(0);

export class Pieces {
  readonly #pieces: Uint8Array[] = [];
  /** Short chunks behind the last piece, and room for more. */
  #room = NOTHING;
  #usedBytes = 0;
  #bytes = 0;

  get bytes(): number {
    return this.#bytes;
  }

  /** @param chunk - must not change any more */
  push(chunk: Uint8Array): void {
    if (chunk.length === 0) return;
    const isFirst = this.#bytes === 0;
    this.#bytes += chunk.length;
    // Most bodies are one chunk, which is not copied.
    if (isFirst || chunk.length >= SHORT_BYTES) {
      this.#seal();
      this.#pieces.push(chunk);
      return;
    }
    if (this.#usedBytes + chunk.length > this.#room.length) {
      this.#seal();
      this.#room = new Uint8Array(ROOM_BYTES);
    }
    this.#room.set(chunk, this.#usedBytes);
    this.#usedBytes += chunk.length;
  }

  /** In order, for a reader that takes them one by one. */
  get all(): readonly Uint8Array[] {
    this.#seal();
    return this.#pieces;
  }

  /** Puts them together. None are left. */
  take(): Uint8Array {
    this.#seal();
    const [only = NOTHING] = this.#pieces;
    const all = this.#pieces.length > 1 ? joined(this.#pieces, this.#bytes) : only;
    this.#pieces.length = 0;
    this.#bytes = 0;
    return all;
  }

  #seal(): void {
    if (this.#usedBytes === 0) return;
    const used = this.#room.subarray(0, this.#usedBytes);
    this.#pieces.push(used.length * 2 < this.#room.length ? used.slice() : used);
    this.#room = NOTHING;
    this.#usedBytes = 0;
  }
}

function joined(pieces: readonly Uint8Array[], bytes: number): Uint8Array {
  const all = new Uint8Array(bytes);
  let at = 0;
  for (const piece of pieces) {
    all.set(piece, at);
    at += piece.length;
  }
  return all;
}
