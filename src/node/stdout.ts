/** stdout as a stream that ends when nobody reads it any more, as far as the system can tell without a write. */

import { fstatSync, writeSync } from 'node:fs';
import { Socket } from 'node:net';
import type { Writable } from 'node:stream';

const STDIN = 0;
const STDOUT = 1;

/**
 * Hosts that run on Node give their children sockets for pipes, and a socket is seen to be closed by reading from it.
 * Of a plain pipe the next write tells.
 */
export function openStdout(): Writable {
  if (!isSocketOfItsOwn()) return process.stdout;
  const socket = new Socket({ fd: STDOUT, readable: true, writable: true, allowHalfOpen: true });
  socket.on('end', () => {
    if (isClosed()) socket.destroy();
  });
  socket.resume();
  // Only what is still to be written keeps the process alive.
  socket.unref();
  return socket;
}

/** Where stdin is the same socket, what can be read from it is the client's messages. */
function isSocketOfItsOwn(): boolean {
  try {
    const [stdin, stdout] = [fstatSync(STDIN), fstatSync(STDOUT)];
    return stdout.isSocket() && (stdin.ino !== stdout.ino || stdin.dev !== stdout.dev);
  } catch {
    return false;
  }
}

/** A host may close its sending side alone. Only when it has closed the other one too does a write of nothing fail. */
function isClosed(): boolean {
  try {
    writeSync(STDOUT, '');
    return false;
  } catch (thrown) {
    return (thrown as NodeJS.ErrnoException).code === 'EPIPE';
  }
}
