import { once } from 'node:events';
import { Agent, request } from 'node:http';
import { text } from 'node:stream/consumers';
import { expect, onTestFinished, test } from 'vitest';
import { startBridge } from '../support/bridge.ts';
import { startRawWorkspace } from '../support/raw-workspace.ts';

const CALLS = 1_000;
const WARM_UP = 100;
/** What the requirement allows, in milliseconds; and how much more where others use the processor too. */
const ADDED_P99_MS = 5;
const BUSY = 10;

test('a thousand small calls, one after the other, take little longer through the bridge than without it (T132)', async () => {
  const workspace = await startRawWorkspace({});
  const bridge = startBridge({
    args: ['--connection', 'github', '--route', 'managed-mcp', '--log-level', 'error'],
    env: { DATABRICKS_HOST: workspace.host, DATABRICKS_TOKEN: 'dapi-0123456789' },
  });
  const agent = new Agent({ keepAlive: true });
  onTestFinished(() => agent.destroy());
  const body = (id: number) => `{"jsonrpc":"2.0","id":${id},"method":"tools/call","params":{"name":"t"}}`;

  const direct = async (id: number) => {
    const call = request(`${workspace.host}/mcp`, { method: 'POST', agent }).end(body(id));
    const [response] = await once(call, 'response');
    await text(response);
  };
  // Not the driver's own waiting, which looks at every line that has come so far.
  let arrived = (_: unknown) => {};
  bridge.child.stdout.on('data', () => arrived(undefined));
  const bridged = async (id: number) => {
    const answer = new Promise((resolve) => {
      arrived = resolve;
    });
    bridge.send(body(id));
    await answer;
  };

  // In turn, so that whatever else the machine does slows both.
  const [directMs, bridgedMs]: number[][] = [[], []];
  for (let id = 0; id < WARM_UP + CALLS; id++) {
    directMs?.push(await timed(() => direct(id)));
    bridgedMs?.push(await timed(() => bridged(id)));
  }
  const added = (share: number) => quantile(bridgedMs ?? [], share) - quantile(directMs ?? [], share);
  process.stdout.write(`added by the bridge: p50 ${added(0.5).toFixed(2)} ms, p99 ${added(0.99).toFixed(2)} ms\n`);
  expect(added(0.99)).toBeLessThan(BUSY * ADDED_P99_MS);
});

async function timed(act: () => Promise<void>): Promise<number> {
  const startedMs = performance.now();
  await act();
  return performance.now() - startedMs;
}

function quantile(all: readonly number[], share: number): number {
  const sorted = all.slice(WARM_UP).sort((a, b) => a - b);
  return sorted[Math.floor(share * sorted.length)] ?? Number.NaN;
}
