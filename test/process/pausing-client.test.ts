import { once } from 'node:events';
import { setTimeout as pause } from 'node:timers/promises';
import { expect, test } from 'vitest';
import { startBridge } from '../support/bridge.ts';
import { CLOCK_FACTOR, FAST_CLOCK } from '../support/preload.ts';
import { event, startRawWorkspace, stream } from '../support/raw-workspace.ts';

const EVENTS = 10_000;
const FILLER = 'x'.repeat(1_000);
/** Half a minute of the bridge's clock. */
const PAUSE_MS = 30_000 / CLOCK_FACTOR;
test('a client that stops reading for half a minute makes the server wait, and loses nothing (T136)', async () => {
  let sent = 0;
  const workspace = await startRawWorkspace({
    'tools/call': async ({ id }, response) => {
      const to = stream(response);
      for (; sent < EVENTS; sent++) {
        const message = { method: 'notifications/message', params: { level: 'info', data: FILLER, nth: sent } };
        if (!to.write(event(message))) await once(to, 'drain');
      }
      to.end(event({ id, result: { sent } }));
    },
  });
  const bridge = startBridge({
    args: ['--connection', 'github', '--route', 'managed-mcp', '--log-level', 'error'],
    env: { DATABRICKS_HOST: workspace.host, DATABRICKS_TOKEN: 'dapi-0123456789' },
    nodeArgs: FAST_CLOCK,
  });
  bridge.child.stdout.pause();
  bridge.send('{"jsonrpc":"2.0","id":1,"method":"tools/call"}');
  await workspace.arrived('tools/call');
  for (let before = -1; before !== sent; await pause(PAUSE_MS)) before = sent;
  // What pipes, sockets and the bridge hold is a fraction of it.
  expect(sent).toBeLessThan(0.8 * EVENTS);

  bridge.child.stdout.resume();
  await bridge.answer(1);
  await bridge.finish();
  expect(bridge.lines).toHaveLength(EVENTS + 1);
  expect(bridge.messages.at(-1)?.result).toEqual({ sent: EVENTS });
  const isInOrder = bridge.lines.slice(0, -1).every((line, nth) => line.includes(`"nth":${nth}}`));
  expect(isInOrder).toBe(true);
});
