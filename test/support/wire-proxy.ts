/** A forward proxy that knows CONNECT and nothing else. */

import { once } from 'node:events';
import { createServer, type RequestListener } from 'node:http';
import { createServer as createTlsServer } from 'node:https';
import { type AddressInfo, connect, type Socket } from 'node:net';
import { onTestFinished } from 'vitest';
import type { Certificate } from './certificates.ts';

export interface WireProxy {
  /** `http://127.0.0.1:PORT` or `https://localhost:PORT`. */
  readonly url: string;
  readonly port: number;
  /** Each CONNECT: where it wanted to go, and the credentials that it showed. */
  readonly asked: readonly { readonly to: string; readonly authorization: string | undefined }[];
  /** When each came, in milliseconds. */
  readonly askedAtMs: readonly number[];
}

export interface WireProxyOptions {
  readonly tls?: Certificate;
  /** Port that every tunnel leads to, whatever was asked for. */
  readonly to: number;
  /** Status of every answer, in place of a tunnel. */
  readonly refuses?: number;
  /** Bytes right behind each 200. */
  readonly behind?: string;
  /** Says nothing at all. */
  readonly silent?: boolean;
  /** Wants these, `user:password`. */
  readonly wants?: string;
}

/** Starts it for the length of a test. */
export async function startWireProxy({
  behind = '',
  refuses,
  silent,
  tls,
  to,
  wants,
}: WireProxyOptions): Promise<WireProxy> {
  const asked: { to: string; authorization: string | undefined }[] = [];
  const askedAtMs: number[] = [];
  const sockets = new Set<Socket>();
  const refuseAll: RequestListener = (_request, response) => void response.writeHead(400).end();
  const server = tls ? createTlsServer(tls, refuseAll) : createServer(refuseAll);
  server.on('connection', (socket) => sockets.add(socket));
  server.on('connect', (request, client: Socket, head) => {
    const authorization = request.headers['proxy-authorization'];
    asked.push({ to: request.url ?? '', authorization });
    askedAtMs.push(performance.now());
    client.on('error', () => {});
    if (silent) return;
    const isKnown = wants === undefined || authorization === `Basic ${Buffer.from(wants).toString('base64')}`;
    const status = refuses ?? (isKnown ? 200 : 407);
    client.write(`HTTP/1.1 ${status} Status\r\n\r\n${behind}`);
    if (status !== 200) return void client.end('<html>no</html>');
    const upstream = connect(to, '127.0.0.1');
    sockets.add(upstream);
    upstream.on('error', () => client.destroy());
    client.on('close', () => upstream.destroy());
    if (head.length > 0) upstream.write(head);
    upstream.pipe(client).pipe(upstream);
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  onTestFinished(async () => {
    for (const socket of sockets) socket.destroy();
    server.close();
    await once(server, 'close');
  });
  const { port } = server.address() as AddressInfo;
  return { url: tls ? `https://localhost:${port}` : `http://127.0.0.1:${port}`, port, asked, askedAtMs };
}
