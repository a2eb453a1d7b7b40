import { expect, test } from 'vitest';
import { expectBridgeError } from '../support/bridge-error.ts';
import { http, type Peer, resultFor, type WireRequest } from '../support/wire-server.ts';
import { startWired, WRITE, write } from '../support/wired.ts';

const EVENT_STREAM = { 'content-type': 'text/event-stream' };
const HEAD = 'HTTP/1.1 200 OK\r\ncontent-type: text/event-stream\r\n';

type Send = (peer: Peer, body: string) => void;

/** Ways in which a body can be complete. */
const COMPLETE: readonly (readonly [how: string, send: Send])[] = [
  ['its length is met', (peer, body) => peer.send(http(body, 200, EVENT_STREAM))],
  [
    'its last chunk came',
    (peer, body) =>
      peer.send(
        `${HEAD}transfer-encoding: chunked\r\n\r\n${Buffer.byteLength(body).toString(16)}\r\n${body}\r\n0\r\n\r\n`,
      ),
  ],
  ['the connection was closed in order', (peer, body) => peer.socket.end(`${HEAD}connection: close\r\n\r\n${body}`)],
];

/** Ends behind the data. */
const ENDS = ['', '\n', '\r', '\r\n'];

test.each(COMPLETE)(
  'the last event counts without its blank line, if %s and it holds the response (T118)',
  async (_how, send) => {
    const { bridge, server } = await startWired({
      [WRITE]: (request, peer, nth) => send(peer, `: hello\n\nid: 1\ndata: ${resultFor(request)}${ENDS[nth - 1]}`),
      'tools/list': (request, peer, nth) => send(peer, `event: message\ndata: ${resultFor(request)}${ENDS[nth - 1]}`),
    });
    for (const [id] of ENDS.entries()) {
      expect(await write(bridge, id)).toHaveProperty('result');
      expect(await bridge.call(`list ${id}`, 'tools/list')).toHaveProperty('result');
    }
    expect([server.of(WRITE).length, server.of('tools/list').length]).toEqual([ENDS.length, ENDS.length]);
  },
);

test.each<[string, (peer: Peer, request: WireRequest) => void]>([
  [
    'of a connection that broke',
    (peer, request) => peer.socket.end(`${HEAD}content-length: 9999\r\n\r\ndata: ${resultFor(request)}`),
  ],
  [
    'that holds the response to something else',
    (peer, request) => peer.send(http(`data: ${resultFor({ ...request, id: '"other"' })}`, 200, EVENT_STREAM)),
  ],
  ['that was cut', (peer, request) => peer.send(http(`data: ${resultFor(request).slice(0, -1)}`, 200, EVENT_STREAM))],
])('the last event %s is discarded without its blank line (T118)', async (_what, act) => {
  const { bridge, server } = await startWired({ [WRITE]: (request, peer) => act(peer, request) });
  expectBridgeError(await write(bridge, 1), { kind: 'outcomeUnknown', outcome: 'unknown' });
  expect(server.of(WRITE)).toHaveLength(1);
});
