/** The real `@modelcontextprotocol/server-everything` as a child process. */

import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { createRequire } from 'node:module';
import { type AddressInfo, createServer } from 'node:net';
import { createInterface } from 'node:readline';
import type { Readable } from 'node:stream';

const require = createRequire(import.meta.url);
const BIN = require.resolve('@modelcontextprotocol/server-everything/dist/index.js');
const ATTEMPTS = 5;

export interface EverythingServer {
  /** `http://127.0.0.1:PORT/mcp` */
  readonly url: string;
  close(): Promise<void>;
}

/** Starts it on a port that was free a moment ago, and again on another one if somebody was faster. */
export async function startEverythingServer(): Promise<EverythingServer> {
  let said = '';
  for (let attempt = 1; attempt <= ATTEMPTS; attempt++) {
    const port = await freePort();
    const child = spawn(process.execPath, [BIN, 'streamableHttp'], {
      env: { PATH: process.env['PATH'] ?? '', PORT: String(port) },
      stdio: ['ignore', 'ignore', 'pipe'],
    });
    const gone = new AbortController();
    const exited = once(child, 'exit').then(() => gone.abort());
    const close = async () => {
      child.kill('SIGKILL');
      await exited;
    };
    said = await firstLine(child.stderr);
    const url = `http://127.0.0.1:${port}/mcp`;
    if (await isEverything(url, gone.signal)) return { url, close };
    await close();
  }
  throw new Error(`server-everything did not start; it said: ${said}`);
}

/** Of all interfaces, as the server wants it. The server knows fixed ports only. */
async function freePort(): Promise<number> {
  const server = createServer();
  await once(server.listen(0), 'listening');
  const { port } = server.address() as AddressInfo;
  await once(server.close(), 'close');
  return port;
}

/** It says that it listens even if the port was taken, and ends then: whoever has the port may not even answer. */
async function isEverything(url: string, gone: AbortSignal): Promise<boolean> {
  try {
    const refusal = await fetch(url, { signal: gone });
    return (await refusal.text()).includes('No valid session ID provided');
  } catch {
    return false;
  }
}

/** Empty if it ended without one. What comes later is read as well, or it would fill the pipe. */
async function firstLine(stderr: Readable): Promise<string> {
  const lines = createInterface(stderr);
  const [line] = await Promise.race([once(lines, 'line'), once(lines, 'close')]);
  return line ?? '';
}
