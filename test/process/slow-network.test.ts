import { setTimeout as sleep } from 'node:timers/promises';
import { expect, test } from 'vitest';
import { startBridge } from '../support/bridge.ts';
import { expectBridgeError } from '../support/bridge-error.ts';
import { FAST_CLOCK, SOCKET_GUARD } from '../support/preload.ts';
import { CONNECTION } from '../support/scripted.ts';
import { http, resultFor, startWireServer, type WireHandler } from '../support/wire-server.ts';
import { startWired, WRITE, write } from '../support/wired.ts';

const STREAM = 'HTTP/1.1 200 OK\r\ncontent-type: text/event-stream\r\n\r\n';

test('latency, jitter and slices of any size change nothing but the time (T108)', async () => {
  const { bridge, server } = await startWired({
    '*': async (request, peer, nth) => {
      const bytes = http(
        JSON.stringify({ jsonrpc: '2.0', id: request.id, result: { own: request.id, text: '🗼'.repeat(nth) } }),
      );
      const size = [1, 2, 3, 7, 64, 1000][nth % 6] ?? 1;
      await sleep((nth * 37) % 90);
      for (let at = 0; at < bytes.length; at += size) {
        peer.send(bytes.subarray(at, at + size));
        await new Promise((resolve) => setImmediate(resolve));
      }
    },
  });
  const answers = await Promise.all(Array.from({ length: 48 }, (_, id) => bridge.call(id, `acme/${id % 7}`)));
  for (const [id, { result }] of answers.entries())
    expect(result).toMatchObject({ own: id, text: expect.stringMatching(/^(?:🗼)+$/u) });
  expect(server.requests).toHaveLength(48);
});

test('a stream that only says that it lives is waited for, and an end is put to it all the same (T120)', async () => {
  const { bridge } = await startWired(
    {
      [WRITE]: async (request, peer, nth) => {
        peer.send(STREAM);
        for (let beats = 0; (nth > 1 || beats < 16) && !peer.socket.destroyed; beats++) {
          peer.send(': still here\n\n');
          await sleep(75);
        }
        peer.send(`data: ${resultFor(request)}\n\n`);
      },
    },
    { args: ['--route', 'managed-mcp', '--request-timeout', '0.5'] },
  );
  expect(await write(bridge, 1)).toHaveProperty('result');
  expectBridgeError(await write(bridge, 2), { kind: 'timeout', outcome: 'unknown', message: /3 s in all/ });
});

test.each([401, 409, 429])(
  'a standing stream that is refused with %s is asked for ever more rarely (T123)',
  async (status) => {
    const at: number[] = [];
    const { bridge, server } = await startWired(
      {
        GET: (_request, peer) => {
          at.push(performance.now());
          peer.send(http('', status));
        },
      },
      { args: ['--route', 'managed-mcp'], nodeArgs: FAST_CLOCK },
    );
    expect(await bridge.initialize()).toHaveProperty('result');
    await server.arrived('GET', 3);
    // A second at the least, then two: at the pace of the clock.
    expect((at[2] ?? 0) - (at[0] ?? 0)).toBeGreaterThan(90);
    expect(await bridge.call(1, 'tools/list')).toHaveProperty('result');
  },
);

const MOVED: readonly [string, (target: string) => WireHandler][] = [
  ['the address of the token endpoint', (target) => (_request, peer) => peer.send(http('', 307, { location: target }))],
  [
    'the token endpoint',
    (target) => (request, peer) => {
      const origin = `http://${request.headers['host']}`;
      if (request.method === 'GET') peer.send(http(JSON.stringify({ token_endpoint: `${origin}/oidc/v1/token` })));
      else peer.send(http('', 308, { location: target }));
    },
  ],
];

test.each(MOVED)('a redirect of %s is not followed: the secret goes nowhere else (T170)', async (_what, handler) => {
  const evil = await startWireServer();
  const server = await startWireServer({ '*': handler(`http://127.0.0.1:${evil.port}/`) });
  const secret = 'secret-canary-0123456789';
  const bridge = startBridge({
    args: ['--connection', CONNECTION],
    env: { DATABRICKS_HOST: server.host, DATABRICKS_CLIENT_ID: 'client', DATABRICKS_CLIENT_SECRET: secret },
    nodeArgs: SOCKET_GUARD,
  });
  expect(await write(bridge, 1)).toHaveProperty('error.data.kind');
  expect(server.requests.length).toBeGreaterThan(0);
  expect(evil.connections).toBe(0);
  expect(bridge.stderr).toMatch(new RegExp(`guard: connect 127\\.0\\.0\\.1:${server.port}`));
  expect(bridge.stderr).not.toContain(`:${evil.port}\n`);
  expect(bridge.stderr + bridge.lines.join()).not.toContain(secret);
});
