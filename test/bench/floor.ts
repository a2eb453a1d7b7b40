/**
 * The floor: the least that a bridge on Node has to do, over `node:http`. It takes the client's lines, puts each into the
 * envelope of the route, and writes down what comes back. No sessions, no errors, no log, nothing is looked at.
 *
 * Arguments: origin of the workspace, token, route.
 */

import { Agent, request } from 'node:http';

const [, , origin = '', token = '', route = ''] = process.argv;
const { hostname, port } = new URL(origin);
const isWrapped = route === 'external-function';
const inner = JSON.stringify({ 'Content-Type': 'application/json', Accept: 'application/json, text/event-stream' });
const start = `{"connection_name":"bench","method":"POST","path":"/mcp","headers":${JSON.stringify(inner)},"json":`;
const options = {
  hostname,
  port,
  method: 'POST',
  path: isWrapped ? '/api/2.0/external-function' : '/api/2.0/unity-catalog/connections/bench/proxy/mcp',
  agent: new Agent({ keepAlive: true, scheduling: 'lifo' }),
};
const headers = {
  authorization: `Bearer ${token}`,
  'content-type': 'application/json',
  accept: isWrapped ? 'text/plain' : 'application/json, text/event-stream',
};

/** A queue in front of the agent: its own costs two fifths when many are in flight. */
const IN_FLIGHT = 64;
const waiting: Buffer[] = [];
let inFlight = 0;
let written: Buffer[] = [];
const LINE_FEED = Buffer.from('\n');

function send(line: Buffer): void {
  if (inFlight === IN_FLIGHT) {
    waiting.push(line);
    return;
  }
  inFlight++;
  const body = isWrapped ? Buffer.from(`${start}${JSON.stringify(line.toString())},"params":null}`) : line;
  const call = request({ ...options, headers: { ...headers, 'content-length': body.length } }, (reply) => {
    const chunks: Buffer[] = [];
    reply.on('data', (chunk: Buffer) => chunks.push(chunk));
    reply.on('end', () => {
      inFlight--;
      if (chunks.length > 0) answer(chunks);
      const next = waiting.shift();
      if (next) send(next);
    });
  });
  call.end(body);
}

/** Alone it is written at once; beside others, with what else comes in the same turn. */
function answer(chunks: Buffer[]): void {
  chunks.push(LINE_FEED);
  if (inFlight === 0 && written.length === 0) {
    process.stdout.write(Buffer.concat(chunks));
    return;
  }
  if (written.length === 0) setImmediate(flush);
  written.push(...chunks);
}

function flush(): void {
  process.stdout.write(Buffer.concat(written));
  written = [];
}

let parts: Buffer[] = [];
process.stdin.on('data', (chunk: Buffer) => {
  let from = 0;
  for (let end = chunk.indexOf(10); end >= 0; end = chunk.indexOf(10, from)) {
    parts.push(chunk.subarray(from, end));
    send(parts.length === 1 ? (parts[0] as Buffer) : Buffer.concat(parts));
    parts = [];
    from = end + 1;
  }
  if (from < chunk.length) parts.push(chunk.subarray(from));
});
