/** Connections on which something happens before the first request. */

import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { expectBridgeError } from '../support/bridge-error.ts';
import { HIGH_RANDOM, WAIT_ON_CONNECT } from '../support/preload.ts';
import { temporaryDirectory } from '../support/temporary.ts';
import { http, type Peer } from '../support/wire-server.ts';
import { startWired, WRITE, write } from '../support/wired.ts';

const EVIL = http('{"jsonrpc":"2.0","id":"evil","result":{"evil":true}}');
const INITIALIZE = { protocolVersion: '2025-11-25', capabilities: {}, clientInfo: { name: 'c', version: '1' } };

describe('a response that arrives before the first request of a connection answers no call (T250)', () => {
  test('whether it is seen before the request or after it, and the next call gets its own response', async () => {
    const { bridge, server } = await startWired(
      { [WRITE]: (request, peer) => peer.send(http(`{"jsonrpc":"2.0","id":${request.id},"result":{}}`)) },
      {
        onConnection: (peer, nth) => {
          if (nth % 2 === 0) peer.send(EVIL);
          return false;
        },
      },
    );
    expect(await bridge.call('first', 'initialize', INITIALIZE)).toHaveProperty('result');
    // From here on the server is known to echo ids.
    expect(await write(bridge, 100)).toHaveProperty('result');
    for (let id = 1; id < 8; id++) {
      for (const { end } of server.peers) end();
      const answer = await write(bridge, id);
      if (answer.error === undefined) expect(answer).toEqual({ jsonrpc: '2.0', id, result: {} });
      else expectBridgeError(answer, { kind: 'outcomeUnknown', outcome: 'unknown' });
      // A request whose connection ended may not have arrived, but is never sent twice.
      const arrived = server.of(WRITE).filter((request) => request.id === id).length;
      expect(arrived).toBeLessThanOrEqual(1);
      if (answer.error === undefined) expect(arrived).toBe(1);
    }
    expect(bridge.lines.join()).not.toContain('evil');
  });

  /** Lets the peer act before the bridge sees that it is connected. */
  async function startHeld(act: (peer: Peer, done: () => void) => void) {
    const gate = temporaryDirectory();
    return startWired(
      {},
      {
        nodeArgs: WAIT_ON_CONNECT,
        env: { GATE: gate },
        onConnection: (peer, nth) => {
          act(peer, () => writeFileSync(join(gate, `${nth}`), ''));
          return false;
        },
      },
    );
  }

  test.each<[string, (peer: Peer, done: () => void) => void, RegExp]>([
    ['it is seen before the request', ({ socket }, done) => socket.write(EVIL, done), /BYTES_TOO_SOON/],
    ['the connection is closed before the request', ({ socket }, done) => socket.end(done), /CLOSED_TOO_SOON/],
  ])('where %s, nothing was sent, and the cause is named', async (_what, act, message) => {
    const { bridge, server } = await startHeld(act);
    expectBridgeError(await write(bridge, 1), { kind: 'unreachable', outcome: 'not_sent', message });
    expect(server.requests).toEqual([]);
    expect(server.connections).toBe(3);
  });
});

test.each<[string, (peer: Peer) => void]>([
  ['closed', (peer) => peer.end()],
  ['reset', (peer) => peer.reset()],
])(
  'a workspace whose connections are %s at once is tried three times at most, with growing waits (T256)',
  async (_how, act) => {
    const openedAtMs: number[] = [];
    const { bridge } = await startWired(
      {},
      {
        nodeArgs: HIGH_RANDOM,
        onConnection: (peer) => {
          openedAtMs.push(performance.now());
          act(peer);
          return true;
        },
      },
    );
    expect(await bridge.call(1, 'tools/list')).toHaveProperty('error.data.source', 'uc-mcp-bridge');
    const waitsMs = openedAtMs.slice(1).map((atMs, index) => atMs - (openedAtMs[index] ?? 0));
    expect(waitsMs.length).toBeGreaterThan(0);
    expect(waitsMs.length).toBeLessThanOrEqual(2);
    for (const waitMs of waitsMs) expect(waitMs).toBeGreaterThan(350);
  },
);
