import fc from 'fast-check';

/**
 * A row of bytes that decides how something is grown: much cheaper than an arbitrary for every part, and it shrinks by
 * itself. When the bytes are used up, the first of everything is chosen, so that growing ends.
 */
export class Choices {
  readonly #bytes: Uint8Array;
  #at = 0;

  constructor(bytes: Uint8Array) {
    this.#bytes = bytes;
  }

  /** A number from 0 up to `count`, `count` itself excluded. */
  below(count: number): number {
    const high = count > 256 ? this.#next() : 0;
    return (high * 256 + this.#next()) % count;
  }

  of<Item>(items: readonly Item[]): Item {
    return items[this.below(items.length)] as Item;
  }

  /** True once in so many times; never when the bytes are used up. */
  oneIn(count: number): boolean {
    return this.below(count) === count - 1;
  }

  /** So many of something, up to `most`. */
  several<Item>(most: number, grow: () => Item): Item[] {
    return Array.from({ length: this.below(most + 1) }, grow);
  }

  #next(): number {
    return this.#bytes[this.#at++] ?? 0;
  }
}

/** What `grow` makes of up to so many choices. */
export function grown<Value>(most: number, grow: (choices: Choices) => Value): fc.Arbitrary<Value> {
  return fc.uint8Array({ maxLength: most, size: 'max' }).map((bytes) => grow(new Choices(bytes)));
}

/** Cuts a text or bytes into pieces, some of them empty. */
export function cut<Whole extends Uint8Array | string>(whole: Whole, choices: Choices): Whole[] {
  const ends = choices.several(8, () => choices.below(whole.length + 1)).sort((a, b) => a - b);
  return [...ends, whole.length].map((end, index) => whole.slice(ends[index - 1] ?? 0, end) as Whole);
}
