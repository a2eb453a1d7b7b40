import { setTimeout as pause } from 'node:timers/promises';
import { expect, test } from 'vitest';
import { raw, rpcError, silence } from '../support/canned.ts';
import { FAST_CLOCK, PROBE } from '../support/preload.ts';
import { probe } from '../support/probe.ts';
import { startScripted } from '../support/scripted.ts';

/** Connections that nobody uses any more are closed by then: the bridge's clock is fast. */
const CLOSING_MS = 5_000;
/** A minute and more of the bridge's clock. */
const MINUTE_MS = 2_500;
/** What a look itself takes, with others on the same processor. */
const LOOKING_MS = 500;

test('when all is answered, cancelled and given up, nothing is left at work (T139, T140)', async () => {
  const { bridge, workspace } = await startScripted(
    {
      'tools/call': (call, nth) => [raw('no', 502), rpcError(call, 1, 'no'), silence()][nth % 3] ?? silence(),
      'notifications/cancelled': () => raw('', 202),
    },
    { nodeArgs: [...FAST_CLOCK, ...PROBE], args: ['--request-timeout', '20'] },
  );
  await bridge.initialize();
  await bridge.call('first', 'ping');
  await closed(workspace);
  const before = await probe(bridge);
  for (let id = 0; id < 150; id++) {
    bridge.send({ jsonrpc: '2.0', id, method: 'tools/call' });
    if (id % 5 === 0) bridge.send({ jsonrpc: '2.0', method: 'notifications/cancelled', params: { requestId: id } });
  }
  for (let id = 0; id < 150; id++) if (id % 5 !== 0) await bridge.answer(id);
  await bridge.call('last', 'ping');
  await closed(workspace);
  const after = await probe(bridge);
  expect(after.resources).toEqual(before.resources);
  expect(after.controllers).toBeLessThanOrEqual(before.controllers);
});

test('an idle bridge uses no processor time and asks the workspace nothing (T143)', async () => {
  const { bridge, calls } = await startScripted({}, { nodeArgs: [...FAST_CLOCK, ...PROBE] });
  await bridge.initialize();
  await bridge.call(1, 'ping');
  const [before, asked] = [await probe(bridge), calls.length];
  await pause(MINUTE_MS);
  const after = await probe(bridge);
  expect(after.cpuMs - before.cpuMs).toBeLessThan(LOOKING_MS);
  expect(calls).toHaveLength(asked);
});

/** Resolves when the bridge holds no connection any more. */
async function closed({ openSockets }: { openSockets(): number }): Promise<void> {
  for (const untilMs = performance.now() + CLOSING_MS; openSockets() > 0; await pause(20)) {
    if (performance.now() > untilMs) throw new Error(`${openSockets()} connections are left open`);
  }
}
