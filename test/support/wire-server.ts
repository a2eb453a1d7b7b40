/**
 * A server that a test speaks for byte by byte, on TCP or TLS: it reads requests, and does with the connection what the
 * script says. It keeps account of every request that arrived whole.
 */

import { once } from 'node:events';
import { type AddressInfo, createServer, type Socket } from 'node:net';
import { createServer as createTlsServer, type TlsOptions } from 'node:tls';
import { onTestFinished } from 'vitest';
import type { Certificate } from './certificates.ts';

export interface WireRequest {
  readonly method: string;
  readonly target: string;
  readonly headers: Readonly<Record<string, string>>;
  readonly body: string;
  /** The MCP message in it, out of the envelope where there is one; empty where there is none. */
  readonly message: string;
  /** Its method, with the tool's name behind a `tools/call`: `tools/call issue_write`. */
  readonly what: string;
  readonly id: unknown;
  /** Number of the connection on which it came, counted from 1, and of the request on it. */
  readonly connection: number;
  readonly nthOnConnection: number;
}

/** One connection, as the script uses it. */
export interface Peer {
  readonly socket: Socket;
  send(bytes: string | Uint8Array): void;
  /** Sends one byte at a time, each in a turn of its own. */
  drip(bytes: string | Uint8Array): Promise<void>;
  /** FIN. */
  end(): void;
  /** RST. */
  reset(): void;
}

/** @param nth - how many requests of this kind have come, this one included */
export type WireHandler = (request: WireRequest, peer: Peer, nth: number) => void | Promise<void>;

export interface WireServerOptions {
  readonly tls?: Certificate & Omit<TlsOptions, keyof Certificate>;
  /** Called when a connection was accepted. Returns true where nothing is to be read from it. */
  readonly onConnection?: (peer: Peer, nth: number) => boolean;
  /** Called when the head of a request is there, before its body. Returns true where that was all. */
  readonly onHead?: (head: string, peer: Peer) => boolean;
}

export interface WireServer {
  readonly port: number;
  /** `http://127.0.0.1:PORT`, or `https://localhost:PORT`. */
  readonly host: string;
  /** The ledger: every request that arrived whole, in order. */
  readonly requests: readonly WireRequest[];
  of(what: string): readonly WireRequest[];
  arrived(what: string, nth?: number): Promise<WireRequest>;
  /** Connections so far. */
  readonly connections: number;
  readonly peers: readonly Peer[];
}

/** Starts it for the length of a test. What the script leaves out is answered with an empty result. */
export async function startWireServer(
  script: Readonly<Record<string, WireHandler>> = {},
  { onConnection, onHead, tls }: WireServerOptions = {},
): Promise<WireServer> {
  const requests: WireRequest[] = [];
  const peers: Peer[] = [];
  let waiting: (() => void)[] = [];
  const of = (what: string) => requests.filter((request) => request.what === what);

  const accept = (socket: Socket) => {
    const peer = peerOf(socket);
    const connection = peers.push(peer);
    socket.on('error', () => {});
    if (onConnection?.(peer, connection)) return;
    let nthOnConnection = 0;
    const take = async (head: string, body: string) => {
      const request = read(head, body, connection, ++nthOnConnection);
      requests.push(request);
      for (const wake of waiting.splice(0)) wake();
      await (script[request.what] ?? script['*'] ?? answered)(request, peer, of(request.what).length);
    };
    readRequests(socket, take, (head) => onHead?.(head, peer) ?? false);
  };
  const server = tls ? createTlsServer(tls, accept) : createServer(accept);
  server.on('tlsClientError', () => {});
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  onTestFinished(async () => {
    for (const { socket } of peers) socket.destroy();
    server.close();
    await once(server, 'close');
  });
  const { port } = server.address() as AddressInfo;
  return {
    port,
    host: tls ? `https://localhost:${port}` : `http://127.0.0.1:${port}`,
    requests,
    of,
    peers,
    get connections() {
      return peers.length;
    },
    async arrived(what, nth = 1) {
      for (;;) {
        const request = of(what)[nth - 1];
        if (request) return request;
        await new Promise<void>((resolve) => {
          waiting = [...waiting, resolve];
        });
      }
    },
  };
}

/** An HTTP answer with its length. */
export function http(body: string | Uint8Array, status = 200, headers: Readonly<Record<string, string>> = {}): Buffer {
  const all = { 'content-length': String(Buffer.byteLength(body)), ...headers };
  const lines = Object.entries(all).map(([name, value]) => `${name}: ${value}\r\n`);
  return Buffer.concat([
    Buffer.from(`HTTP/1.1 ${status} Status\r\n${lines.join('')}\r\n`, 'latin1'),
    Buffer.from(body),
  ]);
}

/** The JSON-RPC answer to a request. */
export function resultFor({ id, what }: WireRequest): string {
  const result =
    what === 'initialize'
      ? { protocolVersion: '2025-11-25', capabilities: {}, serverInfo: { name: 'wire', version: '1' } }
      : {};
  return JSON.stringify({ jsonrpc: '2.0', id, result });
}

/** The answer of a server that behaves. */
export const answered: WireHandler = (request, peer) => {
  peer.send(request.id === undefined ? http('', 202) : http(resultFor(request)));
};

function peerOf(socket: Socket): Peer {
  return {
    socket,
    send: (bytes) => void socket.write(bytes),
    async drip(bytes) {
      for (const byte of Buffer.from(bytes)) {
        if (socket.destroyed) return;
        socket.write(Buffer.from([byte]));
        await new Promise((resolve) => setImmediate(resolve));
      }
    },
    end: () => void socket.end(),
    reset: () => void socket.resetAndDestroy(),
  };
}

/** Requests of one connection, with a length or in chunks. */
function readRequests(
  socket: Socket,
  take: (head: string, body: string) => Promise<void>,
  onHead: (head: string) => boolean,
): void {
  let pieces: Buffer[] = [];
  let size = 0;
  let needed = 0;
  socket.on('data', (chunk: Buffer) => {
    pieces.push(chunk);
    size += chunk.length;
    // Waits for the whole body before it looks again, so that a long one costs no more than it is long.
    while (size > 0 && size >= needed) {
      const bytes = Buffer.concat(pieces, size);
      pieces = [bytes];
      const headEnd = bytes.indexOf('\r\n\r\n');
      if (headEnd < 0) return;
      const head = bytes.toString('latin1', 0, headEnd);
      const start = headEnd + 4;
      if (needed === 0 && onHead(head)) {
        socket.removeAllListeners('data');
        return;
      }
      needed = start + Number(/^content-length: *(\d+)/im.exec(head)?.[1] ?? 0);
      if (size < needed) return;
      const rest = bytes.subarray(needed);
      const body = bytes.toString('utf8', start, needed);
      [pieces, size, needed] = [[rest], rest.length, 0];
      void take(head, body);
    }
  });
}

function read(head: string, body: string, connection: number, nthOnConnection: number): WireRequest {
  const [first = '', ...lines] = head.split('\r\n');
  const [method = '', target = ''] = first.split(' ');
  const headers = Object.fromEntries(
    lines.map((line) => [line.slice(0, line.indexOf(':')).toLowerCase(), line.slice(line.indexOf(':') + 1).trim()]),
  );
  const outer = body.startsWith('{') ? JSON.parse(body) : {};
  const isForm = headers['content-type']?.startsWith('application/x-www-form-urlencoded') === true;
  const message: string = isForm ? '' : outer.connection_name === undefined ? body : (outer.json ?? '');
  const {
    id,
    method: rpc,
    params,
  } = message.startsWith('{') ? JSON.parse(message) : { id: undefined, method: undefined, params: undefined };
  const name = rpc === 'tools/call' && typeof params?.name === 'string' ? ` ${params.name}` : '';
  const what = message === '' ? (outer.method ?? method) : `${rpc ?? 'response'}${name}`;
  return { method, target, headers, body, message, what, id, connection, nthOnConnection };
}
