/** HTTP without anything on top: what was sent is what arrives, on both sides. */

import { once } from 'node:events';
import { createServer, type IncomingHttpHeaders, type IncomingMessage, type RequestListener, request } from 'node:http';
import type { AddressInfo } from 'node:net';
import { buffer } from 'node:stream/consumers';
import { onTestFinished } from 'vitest';

export interface Reply {
  readonly status: number;
  readonly headers: IncomingHttpHeaders;
  /** Names and values in turn, as they were written. */
  readonly rawHeaders: readonly string[];
  readonly text: string;
}

export interface Call {
  readonly method?: string;
  readonly headers?: Record<string, string>;
  readonly body?: string | Uint8Array;
  readonly signal?: AbortSignal;
}

/** Makes one call over a connection of its own. */
export async function call(url: string, options: Call = {}): Promise<Reply> {
  const response = await open(url, options);
  const text = (await buffer(response)).toString();
  return { status: response.statusCode ?? 0, headers: response.headers, rawHeaders: response.rawHeaders, text };
}

/** Makes one call and resolves with the head of the answer. */
export async function open(url: string, { body, ...options }: Call = {}): Promise<IncomingMessage> {
  const outgoing = request(url, { method: 'POST', ...options, agent: false });
  outgoing.end(body);
  const [response] = (await once(outgoing, 'response')) as [IncomingMessage];
  return response;
}

export interface Seen {
  readonly method: string;
  readonly url: string;
  readonly headers: IncomingHttpHeaders;
  readonly body: Buffer;
}

/** A server that keeps what it is sent. */
export interface Upstream {
  readonly origin: string;
  readonly seen: readonly Seen[];
}

/**
 * Starts an upstream that ends with the test.
 *
 * @param onPart - hears of each part of a request body as it comes
 */
export async function startUpstream(answer: RequestListener, onPart?: (part: string) => void): Promise<Upstream> {
  const seen: Seen[] = [];
  const server = createServer(async (request, response) => {
    if (onPart) request.on('data', (part) => onPart(String(part)));
    const body = await buffer(request);
    seen.push({ method: request.method ?? '', url: request.url ?? '', headers: request.headers, body });
    answer(request, response);
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  onTestFinished(async () => {
    const closed = once(server, 'close');
    server.close();
    server.closeAllConnections();
    await closed;
  });
  return {
    origin: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    seen,
  };
}
