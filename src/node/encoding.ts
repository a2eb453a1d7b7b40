/**
 * Bodies as they were before somebody compressed them. We ask for `identity`; some hops compress all the same, with or
 * without saying so. [live observation of the connections proxy, 2026-08]
 */

import type { Transform } from 'node:stream';
import type { SendFailure } from '../ports.ts';

/** More than one coding is rare and honest; a long list is an attack. [CVE-2026-22036] */
const MOST_CODINGS = 2;
const CODINGS: ReadonlySet<string> = new Set(['gzip', 'br', 'deflate', 'zstd']);
/** Length of the longest mark by which a coding is known, and the bytes with which one begins. */
const MARK_BYTES = 4;
const MARK_STARTS: ReadonlySet<number | undefined> = new Set([0x1f, 0x28]);

type Chunks = AsyncIterator<Uint8Array, undefined>;
type Next = IteratorResult<Uint8Array, undefined>;

/**
 * The first bytes tell what they are; from then on, what is not encoded comes from its source without a step in between.
 *
 * @param encoding - value of the content-encoding header
 * @throws SendFailure with code `ENCODING_...` from the iteration, where this Node cannot decode it; zlib's own errors
 */
export function decoded(chunks: Chunks, encoding: string | undefined): AsyncIterable<Uint8Array> & Chunks {
  let rest: Chunks | undefined;

  async function begin(): Promise<Next> {
    let start: Uint8Array = new Uint8Array();
    for (let next = await chunks.next(); !next.done; next = await chunks.next()) {
      start = start.length === 0 ? next.value : Buffer.concat([start, next.value]);
      if (start.length >= MARK_BYTES || (encoding === undefined && !MARK_STARTS.has(start[0]))) break;
    }
    rest = chunks;
    if (start.length === 0) return { done: true, value: undefined };
    try {
      const codings = codingsOf(encoding, start);
      if (codings.length === 0) return { done: false, value: start };
      rest = through(decodersFor(codings, start, await import('node:zlib')), start, chunks);
      return rest.next();
    } catch (thrown) {
      await chunks.return?.();
      throw thrown;
    }
  }

  return {
    [Symbol.asyncIterator]() {
      return this;
    },
    next: () => (rest === undefined ? begin() : rest.next()),
    async return() {
      if (rest !== chunks) await rest?.return?.();
      return (await chunks.return?.()) ?? { done: true, value: undefined };
    },
  };
}

/** What was done to the bytes, the last first. What they are counts for more than what they are called. */
function codingsOf(encoding: string | undefined, start: Uint8Array): readonly string[] {
  if (encoding === undefined) return markedBy(start);
  const named = encoding
    .toLowerCase()
    .split(',', MOST_CODINGS + 2)
    .map((name) => name.trim().replace(/^x-/, ''))
    .filter((name) => name !== '' && name !== 'identity')
    .reverse();
  if (named.length > MOST_CODINGS) throw undecodable('ENCODING_CHAIN');
  const [mark] = markedBy(start);
  if (mark !== undefined && named[0] !== mark) return [mark];
  // Labelled so, but it is not: then it is most likely text, and if not, reading it as such will say so.
  if ((named[0] === 'gzip' || named[0] === 'zstd') && mark === undefined) return [];
  const known = named.filter((name) => CODINGS.has(name));
  // `none`, `UTF-8`, `aws-chunked`: some senders write what is no coding at all.
  return known.length < named.length && isReadable(start) ? [] : known.length > 0 ? known : named;
}

/** Whether bytes begin as JSON and event streams do. */
function isReadable(start: Uint8Array): boolean {
  return /^(?:\xef\xbb\xbf)?[\t\n\r -~]*$/.test(
    Buffer.from(start.buffer, start.byteOffset, start.length).toString('latin1'),
  );
}

function markedBy(start: Uint8Array): readonly string[] {
  if (start[0] === 0x1f && start[1] === 0x8b) return ['gzip'];
  return start[0] === 0x28 && start[1] === 0xb5 && start[2] === 0x2f && start[3] === 0xfd ? ['zstd'] : [];
}

function decodersFor(codings: readonly string[], start: Uint8Array, zlib: typeof import('node:zlib')): Transform[] {
  return codings.map((coding, index) => {
    if (coding === 'gzip') return zlib.createGunzip();
    if (coding === 'br') return zlib.createBrotliDecompress();
    // Some senders leave out the frame that the name stands for; it begins with the method, which is 8.
    if (coding === 'deflate') return index > 0 || hasZlibFrame(start) ? zlib.createInflate() : zlib.createInflateRaw();
    // Node 22.15 and 23.8 have it.
    const { createZstdDecompress } = zlib as { readonly createZstdDecompress?: () => Transform };
    if (coding === 'zstd' && createZstdDecompress) return createZstdDecompress();
    throw undecodable(coding === 'zstd' ? 'ENCODING_ZSTD' : 'ENCODING_UNKNOWN');
  });
}

function hasZlibFrame([method = 0, flags = 0]: Uint8Array): boolean {
  return (method & 0x0f) === 8 && ((method << 8) | flags) % 31 === 0;
}

function undecodable(code: string): SendFailure {
  return Object.assign(new Error('the answer is encoded in a way that cannot be decoded'), { code, sent: true });
}

async function* through(
  decoders: readonly Transform[],
  first: Uint8Array,
  rest: Chunks,
): AsyncGenerator<Uint8Array, undefined, undefined> {
  const { Readable, pipeline } = await import('node:stream');
  const source = Readable.from(chained(first, rest), { objectMode: false });
  // Errors of all of them come out of the last.
  pipeline([source, ...decoders], () => {});
  try {
    yield* decoders.at(-1) as AsyncIterable<Uint8Array>;
  } finally {
    await rest.return?.();
  }
  return undefined;
}

async function* chained(
  first: Uint8Array,
  rest: AsyncIterator<Uint8Array>,
): AsyncGenerator<Uint8Array, void, undefined> {
  yield first;
  for (let next = await rest.next(); !next.done; next = await rest.next()) yield next.value;
}
