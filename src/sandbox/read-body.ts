import type { IncomingMessage } from 'node:http';
import { requestTooLarge } from './platform-error.ts';

/**
 * All bytes of a message.
 *
 * @param limitBytes - what exceeds it is read and dropped, so that the client is still there to be told
 * @throws PlatformError when the limit was exceeded; the stream's error when the sender broke off.
 */
export async function readBody(
  message: IncomingMessage,
  limitBytes: number = Number.POSITIVE_INFINITY,
): Promise<Buffer> {
  const chunks: Buffer[] = [];
  let bytes = 0;
  for await (const chunk of message as AsyncIterable<Buffer>) {
    bytes += chunk.length;
    if (bytes <= limitBytes) chunks.push(chunk);
    else chunks.length = 0;
  }
  if (bytes > limitBytes) throw requestTooLarge(limitBytes);
  return Buffer.concat(chunks);
}
