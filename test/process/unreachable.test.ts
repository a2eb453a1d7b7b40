import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { expect, onTestFinished, test } from 'vitest';
import { startWorkspace } from '../../src/sandbox/workspace.ts';
import { startBridge, toWorkspace } from '../support/bridge.ts';
import { expectBridgeError } from '../support/bridge-error.ts';
import { silence } from '../support/canned.ts';
import { CLOCK_FACTOR, FAST_CLOCK } from '../support/preload.ts';
import { CONNECTION, startScripted, TOKEN } from '../support/scripted.ts';

/** The address of a workspace that is gone. */
async function deadHost(): Promise<string> {
  const { close, host } = await startWorkspace({ token: TOKEN, connections: {} });
  await close();
  return host;
}

function startBefore(host: string) {
  return startBridge(toWorkspace({ host, token: TOKEN, connection: CONNECTION }));
}

test.each(['initialize', 'tools/call', 'tools/list'])(
  'with nobody listening, %s is tried three times and answered within ten seconds (T097)',
  async (method) => {
    const bridge = startBefore(await deadHost());
    const since = performance.now();
    expectBridgeError(await bridge.call(1, method), {
      kind: 'unreachable',
      outcome: 'not_sent',
      message: /ECONNREFUSED/,
      data: { attempts: 3 },
    });
    expect(performance.now() - since).toBeLessThan(10_000);
  },
);

test('a server that does not speak TLS is unreachable, and nothing was sent (T097)', async () => {
  const host = (await startScripted()).workspace.host;
  const bridge = startBefore(host.replace('http:', 'https:'));
  expectBridgeError(await bridge.call(1, 'tools/call'), { kind: 'unreachable', outcome: 'not_sent' });
});

test('a workspace that comes back is reached again, without a restart', async () => {
  const host = await deadHost();
  const bridge = startBefore(host);
  expectBridgeError(await bridge.call(1, 'tools/call'), { kind: 'unreachable', outcome: 'not_sent' });
  const server = createServer((_request, response) => response.end('{"jsonrpc":"2.0","id":2,"result":{}}'));
  await new Promise<void>((resolve) => server.listen(Number(new URL(host).port), '127.0.0.1', resolve));
  onTestFinished(() => void server.close().closeAllConnections());
  expect((server.address() as AddressInfo).port).toBe(Number(new URL(host).port));
  expect(await bridge.call(2, 'tools/call')).toHaveProperty('result');
});

test('initialize that is never answered is given up after 25 seconds, and nothing is held back by it (T102)', async () => {
  const { bridge, of } = await startScripted({ initialize: silence }, { nodeArgs: FAST_CLOCK });
  const since = performance.now();
  bridge.send({ jsonrpc: '2.0', id: 1, method: 'initialize', params: {} });
  bridge.send({ jsonrpc: '2.0', id: 2, method: 'tools/list' });
  expectBridgeError(await bridge.answer(1), { kind: 'timeout', outcome: 'unknown', isHarmless: true, message: /25 s/ });
  const waitedMs = (performance.now() - since) * CLOCK_FACTOR;
  expect(waitedMs).toBeGreaterThan(20_000);
  expect(waitedMs).toBeLessThan(60_000);
  expect(await bridge.answer(2)).toHaveProperty('result');
  expect(of('initialize')).toHaveLength(1);
});

test('a call that is never answered ends at its deadline, and the others go on (T102)', async () => {
  const { bridge, of } = await startScripted({ 'tools/call': silence }, { args: ['--request-timeout', '0.5'] });
  bridge.send({ jsonrpc: '2.0', id: 1, method: 'tools/call' });
  expect(await bridge.call(2, 'tools/list')).toHaveProperty('result');
  expectBridgeError(await bridge.answer(1), { kind: 'timeout', outcome: 'unknown', message: /0\.5 s/ });
  expect(await bridge.call(3, 'tools/list')).toHaveProperty('result');
  expect(of('tools/call')).toHaveLength(1);
});

test('thousands of calls to a workspace that is down fill no log (T141)', async () => {
  const bridge = startBridge({
    args: ['--connection', 'github'],
    env: { DATABRICKS_HOST: 'http://127.0.0.1:1', DATABRICKS_TOKEN: 'dapi-0123456789' },
    nodeArgs: FAST_CLOCK,
  });
  const calls = 1_000;
  for (let id = 0; id < calls; id++) bridge.send({ jsonrpc: '2.0', id, method: 'tools/call' });
  await bridge.finish();
  expect(bridge.lines).toHaveLength(calls);
  expect(bridge.stderr.split('\n').length).toBeLessThan(calls / 5);
});
