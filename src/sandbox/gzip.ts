import { Readable } from 'node:stream';
import { constants, createGzip } from 'node:zlib';
import { type Answer, isWhole } from './answer.ts';

/**
 * An answer with its body compressed, and still streamed: each part can be read before the next one comes. An empty body
 * stays empty.
 *
 * @param labelled - whether the answer says so
 */
export function gzipped({ body, headers = {}, status }: Answer, labelled: boolean): Answer {
  const kept = Object.entries(headers).filter(([name]) => name.toLowerCase() !== 'content-length');
  return {
    status,
    headers: { ...Object.fromEntries(kept), ...(labelled && { 'content-encoding': 'gzip' }) },
    body: compressed(isWhole(body) ? partsOf(body) : body),
  };
}

async function* compressed(parts: AsyncIterable<string | Uint8Array>): AsyncGenerator<Uint8Array> {
  const iterator = parts[Symbol.asyncIterator]();
  const first = await iterator.next();
  if (first.done) return;
  async function* all(): AsyncGenerator<string | Uint8Array> {
    yield first.value;
    yield* { [Symbol.asyncIterator]: () => iterator };
  }
  const plain = Readable.from(all(), { objectMode: false });
  const gzip = createGzip({ flush: constants.Z_SYNC_FLUSH });
  plain.once('error', (error) => gzip.destroy(error));
  yield* plain.pipe(gzip) as AsyncIterable<Uint8Array>;
}

async function* partsOf(body: string | Uint8Array): AsyncGenerator<string | Uint8Array> {
  if (body.length > 0) yield body;
}
