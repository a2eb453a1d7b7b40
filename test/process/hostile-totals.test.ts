/** Attacks on the memory that all calls together take. */

import { expect, test } from 'vitest';
import { type BridgeProcess, startBridge } from '../support/bridge.ts';
import { expectBridgeError } from '../support/bridge-error.ts';
import { latch } from '../support/latch.ts';
import { MAX_RSS } from '../support/preload.ts';
import { answer, type RawHandler, type RawWorkspace, startRawWorkspace } from '../support/raw-workspace.ts';

const MIB = 1024 * 1024;
/** Far above what a short call takes, and far below what it would take behind a long text on a busy machine. */
const SHORT_MS = 1_000;

async function start(
  script: Readonly<Record<string, RawHandler>>,
): Promise<{ bridge: BridgeProcess; workspace: RawWorkspace }> {
  const workspace = await startRawWorkspace({ 'tools/list': answer({ tools: [] }), ...script });
  const bridge = startBridge({
    args: ['--connection', 'github', '--route', 'managed-mcp'],
    env: { DATABRICKS_HOST: workspace.host, DATABRICKS_TOKEN: 'dapi-canary-of-totals' },
    nodeArgs: MAX_RSS,
  });
  await bridge.initialize();
  return { bridge, workspace };
}

/** Begins a response, and ends it when the test says so. */
function held(bytes: number, end: Promise<void>): RawHandler {
  return async ({ id }, response) => {
    response.writeHead(200, { 'content-type': 'application/json' });
    response.write(`{"jsonrpc":"2.0","id":${JSON.stringify(id)},"result":{"text":"`);
    response.write('a'.repeat(bytes));
    await end;
    response.end('"}}');
  };
}

/** Makes short calls, and gives the time that half of them stay below. */
async function medianMs(bridge: BridgeProcess, name: string): Promise<number> {
  const times: number[] = [];
  for (let nth = 0; nth < 40; nth++) {
    const started = performance.now();
    expect(await bridge.call(`${name} ${nth}`, 'tools/list')).toHaveProperty('result');
    times.push(performance.now() - started);
  }
  return times.sort((one, other) => one - other)[20] ?? 0;
}

async function expectSmall(bridge: BridgeProcess): Promise<void> {
  expect(await bridge.finish()).toEqual({ code: 0, signal: null });
  expect(Number(/max rss: (\d+) MiB/.exec(bridge.stderr)?.[1])).toBeLessThan(1024);
}

test('responses that stop before their end hold a bounded total, and delay no other call (T255)', {
  timeout: 60_000,
}, async () => {
  const end = latch();
  const { bridge } = await start({ 'tools/call': held(16 * MIB, end.opened) });
  const ids = Array.from({ length: 12 }, (_, nth) => nth);
  for (const id of ids) bridge.send({ jsonrpc: '2.0', id, method: 'tools/call' });
  expect(await medianMs(bridge, 'beside')).toBeLessThan(SHORT_MS);
  const refused = JSON.parse(await bridge.line(({ error }) => error !== undefined));
  expectBridgeError(refused, { kind: 'tooLarge', outcome: 'unknown', message: /calls under way/ });
  end.open();
  await Promise.all(ids.map((id) => bridge.answer(id)));
  await expectSmall(bridge);
});

test('long responses that come at the same time wait for each other, and all of them arrive (T255)', {
  timeout: 60_000,
}, async () => {
  const { bridge } = await start({ 'tools/call': held(12 * MIB, Promise.resolve()) });
  const ids = Array.from({ length: 12 }, (_, nth) => nth);
  for (const id of ids) bridge.send({ jsonrpc: '2.0', id, method: 'tools/call' });
  expect(await medianMs(bridge, 'beside')).toBeLessThan(SHORT_MS);
  for (const id of ids) expect((await bridge.answer(id)).result?.text).toHaveLength(12 * MIB);
  await expectSmall(bridge);
});

test('long requests hold a bounded total, and those that find no room are not sent (T255)', {
  timeout: 60_000,
}, async () => {
  const end = latch();
  const { bridge, workspace } = await start({
    'tools/call': async (call, response) => {
      await end.opened;
      await answer({})(call, response);
    },
  });
  const text = 'a'.repeat(8 * MIB);
  const ids = Array.from({ length: 14 }, (_, nth) => nth);
  for (const id of ids) bridge.send({ jsonrpc: '2.0', id, method: 'tools/call', params: { name: 'write', text } });
  expect(await medianMs(bridge, 'beside')).toBeLessThan(SHORT_MS);
  const refused = JSON.parse(await bridge.line(({ error }) => error !== undefined));
  expectBridgeError(refused, { kind: 'tooLarge', outcome: 'not_sent', message: /calls under way/ });
  expect(workspace.of('tools/call').length).toBeLessThan(10);
  end.open();
  await Promise.all(ids.map((id) => bridge.answer(id)));
  await expectSmall(bridge);
});
