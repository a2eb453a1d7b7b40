import { gzipSync } from 'node:zlib';
import { expect, test } from 'vitest';
import { expectBridgeError } from '../support/bridge-error.ts';
import { MAX_RSS } from '../support/preload.ts';
import { http, type Peer, type WireHandler } from '../support/wire-server.ts';
import { startWired, WRITE, write } from '../support/wired.ts';

const MIB = 1024 * 1024;
/** The bound for one answer, three times, and Node itself. */
const MOST_MIB = 3 * 64 + 200;

/** Sends the same bytes as long as they are taken, a GiB at the most. */
function pour(peer: Peer, bytes: Buffer): void {
  let left = 1024 * MIB;
  const more = () => {
    while (left > 0 && !peer.socket.destroyed) {
      left -= bytes.length;
      if (!peer.socket.write(bytes)) return;
    }
  };
  peer.socket.on('drain', more);
  more();
}

function endless(type: string, start: string, more: string): WireHandler {
  return (_request, peer) => {
    peer.send(`HTTP/1.1 200 OK\r\ncontent-type: ${type}\r\n\r\n${start}`);
    pour(peer, Buffer.from(more.repeat(Math.ceil(65_536 / more.length))));
  };
}

test.each<[string, WireHandler, string]>([
  ['JSON without end', endless('application/json', '{"jsonrpc":"2.0","id":1,"result":"', 'a'), 'tooLarge'],
  ['an event without end', endless('text/event-stream', 'data: {"a":"', 'a'), 'tooLarge'],
  ['an event of many lines without end', endless('text/event-stream', '', 'data: a\n'), 'tooLarge'],
  [
    'a bomb of gzip',
    (_request, peer) => peer.send(http(gzipSync(Buffer.alloc(100 * MIB, ' ')), 200, { 'content-encoding': 'gzip' })),
    'tooLarge',
  ],
  [
    'a bomb of gzip in an event',
    (_request, peer) =>
      peer.send(http(gzipSync(Buffer.alloc(100 * MIB, 'data: x\n')), 200, { 'content-encoding': 'gzip' })),
    'tooLarge',
  ],
  [
    'arrays a million deep',
    (_request, peer) => peer.send(http(`{"jsonrpc":"2.0","id":1,"result":${'['.repeat(1e6)}${']'.repeat(1e6)}}`)),
    'tooLarge',
  ],
  [
    'a hundred thousand events that say nothing',
    (_request, peer) =>
      peer.socket.end(
        `HTTP/1.1 200 OK\r\ncontent-type: text/event-stream\r\n\r\n${'event: x\ndata: 1\n\n'.repeat(100_000)}`,
      ),
    'outcomeUnknown',
  ],
])('%s costs one answer, and no more memory than that (T187)', async (_what, handler, kind) => {
  const { bridge } = await startWired({ [WRITE]: handler }, { nodeArgs: MAX_RSS });
  expectBridgeError(await write(bridge, 1), { kind, outcome: 'unknown' });
  expect(await bridge.call(2, 'tools/list')).toHaveProperty('result');
  await bridge.finish();
  expect(Number(/max rss: (\d+) MiB/.exec(bridge.stderr)?.[1])).toBeLessThan(MOST_MIB);
});

test('a reset while more than servers take is being sent is said to be for the size', async () => {
  const { bridge, server } = await startWired(
    {},
    {
      args: ['--route', 'managed-mcp'],
      onHead: (head, peer) => {
        if (Number(/content-length: (\d+)/i.exec(head)?.[1]) < 5 * MIB) return false;
        peer.reset();
        return true;
      },
    },
  );
  const answer = await bridge.call(1, 'tools/call', { name: 'issue_write', arguments: { body: 'a'.repeat(6 * MIB) } });
  expectBridgeError(answer, { kind: 'tooLarge', outcome: 'unknown', message: /refuses its size/ });
  expect(server.of(WRITE)).toEqual([]);
  expect(await bridge.call(2, 'tools/list')).toHaveProperty('result');
});
