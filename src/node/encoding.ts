/**
 * Bodies as they were before somebody compressed them. We ask for `identity`; some hops compress all the same, with or
 * without saying so. [live observation of the connections proxy, 2026-08]
 */

import type { Transform } from 'node:stream';

/** @param encoding - value of the content-encoding header */
export async function* decoded(
  body: AsyncIterable<Uint8Array>,
  encoding: string | undefined,
): AsyncGenerator<Uint8Array, void, undefined> {
  const chunks = body[Symbol.asyncIterator]();
  try {
    const first = await chunks.next();
    if (first.done) return;
    // The mark of gzip is two bytes long.
    const second = first.value.length < 2 ? await chunks.next() : undefined;
    const start = second?.done === false ? Buffer.concat([first.value, second.value]) : first.value;
    const decoder = await decoderFor(encoding, start);
    if (decoder === undefined) {
      yield start;
      for (let next = await chunks.next(); !next.done; next = await chunks.next()) yield next.value;
    } else {
      yield* through(decoder, start, chunks);
    }
  } finally {
    await chunks.return?.();
  }
}

/** Loaded only where something is compressed. */
async function decoderFor(encoding: string | undefined, first: Uint8Array): Promise<Transform | undefined> {
  const name = encoding?.trim().toLowerCase() ?? '';
  const looksGzipped = first[0] === 0x1f && first[1] === 0x8b;
  if (!looksGzipped && (name === '' || name === 'identity')) return undefined;
  const zlib = await import('node:zlib');
  if (looksGzipped) return zlib.createGunzip();
  if (name === 'deflate') return zlib.createInflate();
  if (name === 'br') return zlib.createBrotliDecompress();
  // Whatever it is, it is not text: reading it as such will say so.
  return undefined;
}

async function* through(
  decoder: Transform,
  first: Uint8Array,
  rest: AsyncIterator<Uint8Array>,
): AsyncGenerator<Uint8Array, void, undefined> {
  const { Readable, pipeline } = await import('node:stream');
  const source = Readable.from(chained(first, rest), { objectMode: false });
  // Errors of either end come out of the decoder.
  pipeline(source, decoder, () => {});
  yield* decoder as AsyncIterable<Uint8Array>;
}

async function* chained(
  first: Uint8Array,
  rest: AsyncIterator<Uint8Array>,
): AsyncGenerator<Uint8Array, void, undefined> {
  yield first;
  for (let next = await rest.next(); !next.done; next = await rest.next()) yield next.value;
}
