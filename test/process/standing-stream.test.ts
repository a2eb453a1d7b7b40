import { expect, test } from 'vitest';
import { type BridgeProcess, startBridge } from '../support/bridge.ts';
import { CLOCK_FACTOR, FAST_CLOCK } from '../support/preload.ts';
import { type RawHandler, type RawWorkspace, startRawWorkspace, stream } from '../support/raw-workspace.ts';
import { CONNECTION, TOKEN } from '../support/scripted.ts';

/** A bridge on a route that streams, whose clock runs fast. */
async function start(
  script: Readonly<Record<string, RawHandler>>,
): Promise<{ bridge: BridgeProcess; workspace: RawWorkspace }> {
  const workspace = await startRawWorkspace(script);
  const bridge = startBridge({
    args: ['--connection', CONNECTION, '--route', 'connection-proxy'],
    env: { DATABRICKS_HOST: workspace.host, DATABRICKS_TOKEN: TOKEN },
    nodeArgs: FAST_CLOCK,
  });
  return { bridge, workspace };
}

test.each([
  ['nothing', ''],
  ['a comment', ': hello\n\n'],
  ['an id and a short retry', 'id: s1\nretry: 100\ndata:\n\n'],
])('a standing stream that ends at once with %s is opened again after growing waits (T211)', async (_what, text) => {
  const at: number[] = [];
  const { bridge, workspace } = await start({
    GET: (_, response) => {
      at.push(performance.now());
      stream(response).end(text);
    },
  });
  await bridge.initialize();
  await workspace.arrived('GET', 5);
  // 1, 2, 4 and 8 seconds at the least, at the pace of the clock.
  expect(((at[4] ?? 0) - (at[0] ?? 0)) * CLOCK_FACTOR).toBeGreaterThan(12_000);
});

test('a standing stream that ends waits as long as the server asks, also where no event has an id (T211)', async () => {
  const at: number[] = [];
  const { bridge, workspace } = await start({
    GET: (_, response) => {
      at.push(performance.now());
      stream(response).end('retry: 20000\n\n');
    },
  });
  await bridge.initialize();
  await workspace.arrived('GET', 2);
  expect(((at[1] ?? 0) - (at[0] ?? 0)) * CLOCK_FACTOR).toBeGreaterThan(15_000);
});
