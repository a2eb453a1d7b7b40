import { createInterface } from 'node:readline';
import { expect, test } from 'vitest';
import { startBridge } from '../support/bridge.ts';
import { latch } from '../support/latch.ts';
import { answer, startRawWorkspace } from '../support/raw-workspace.ts';

const REQUESTS = 10_000;
/** Requests that are with the server at a time. */
const IN_FLIGHT = 64;

test('of ten thousand requests at once none is lost, and what is not a request does not wait behind them (T137, T138)', async () => {
  const held = latch();
  const ids = new Set<unknown>();
  let [atWork, most] = [0, 0];
  const workspace = await startRawWorkspace({
    'tools/call': async (call, response) => {
      ids.add(call.id);
      most = Math.max(most, ++atWork);
      await held.opened;
      atWork--;
      await answer({})(call, response);
    },
  });
  const bridge = startBridge({
    args: ['--connection', 'github', '--route', 'managed-mcp', '--log-level', 'warn'],
    env: { DATABRICKS_HOST: workspace.host, DATABRICKS_TOKEN: 'dapi-0123456789' },
  });
  const answered = new Set<unknown>();
  createInterface(bridge.child.stdout).on('line', (line) => answered.add(JSON.parse(line).id));
  const lines = Array.from({ length: REQUESTS }, (_, id) => `{"jsonrpc":"2.0","id":${id},"method":"tools/call"}\n`);
  const cancelled = '{"jsonrpc":"2.0","method":"notifications/cancelled","params":{"requestId":0}}\n';
  const response = '{"jsonrpc":"2.0","id":"of the server","result":{}}\n';
  bridge.child.stdin.write(lines.join('') + cancelled + response);

  // None of the requests is answered yet.
  await workspace.arrived('notifications/cancelled');
  await workspace.arrived('response');
  await workspace.arrived('tools/call', IN_FLIGHT);
  expect(answered.size).toBe(0);

  held.open();
  await bridge.finish();
  const others = new Set(Array.from({ length: REQUESTS - 1 }, (_, index) => index + 1));
  expect(answered).toEqual(others);
  // The cancelled one may have been with the server already.
  ids.delete(0);
  expect(ids).toEqual(others);
  expect(most).toBe(IN_FLIGHT);
  expect(bridge.stderr).not.toMatch(/Warning/);
});
