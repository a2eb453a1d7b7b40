import { createServer, type RequestListener } from 'node:http';
import type { AddressInfo, Socket } from 'node:net';

/** An HTTP server on 127.0.0.1, at a port that was free. */
export interface Loopback {
  /** `http://127.0.0.1:PORT` */
  readonly origin: string;
  /** Connections that clients hold at this moment, idle ones included. */
  openSockets(): number;
  /** Stops listening and breaks every connection. Resolves when the last one is gone. */
  close(): Promise<void>;
}

/** @param port - 0 for a free one */
export async function listenOnLoopback(handle: RequestListener, port = 0): Promise<Loopback> {
  const server = createServer(handle);
  // Idle connections stay: one that the server closes just when a client uses it again is a fault, and faults here are
  // to come from those who ask for them.
  server.keepAliveTimeout = 0;
  const sockets = new Set<Socket>();
  server.on('connection', (socket) => {
    sockets.add(socket);
    socket.once('close', () => sockets.delete(socket));
  });
  await new Promise<void>((resolve, reject) => {
    server.once('error', reject);
    server.listen(port, '127.0.0.1', () => {
      server.off('error', reject);
      resolve();
    });
  });
  const { port: taken } = server.address() as AddressInfo;
  let closed: Promise<void> | undefined;
  return {
    origin: `http://127.0.0.1:${taken}`,
    openSockets: () => sockets.size,
    close() {
      closed ??= Promise.all([
        new Promise((resolve) => server.close(resolve)),
        // Not part of the above: a server is closed a moment before its last sockets are.
        ...[...sockets].map((socket) => new Promise((resolve) => socket.once('close', resolve).destroy())),
      ]).then(() => undefined);
      return closed;
    },
  };
}
