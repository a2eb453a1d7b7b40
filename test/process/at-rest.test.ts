import { setTimeout as pause } from 'node:timers/promises';
import { expect, test } from 'vitest';
import { raw, rpcError, silence } from '../support/canned.ts';
import { FAST_CLOCK, PROBE } from '../support/preload.ts';
import { type Probe, probe } from '../support/probe.ts';
import { startScripted } from '../support/scripted.ts';

/** Connections that nobody uses any more are closed by then: the bridge's clock is fast. */
const CLOSING_MS = 5_000;
const STORM = 150;
/** As many calls, and as many messages that are not answered, are with the server at a time. */
const [CALLS, POSTS] = [64, 8];
const NOTICE = 'notifications/roots/list_changed';
/** A minute and more of the bridge's clock. */
const MINUTE_MS = 2_500;
/** What a look itself takes, with others on the same processor. */
const LOOKING_MS = 500;

test('when all is answered, cancelled and given up, nothing is left at work (T139, T140)', async () => {
  const { arrived, bridge, workspace } = await startScripted(
    {
      'resources/read': silence,
      [NOTICE]: silence,
      'tools/call': (call, nth) => [raw('no', 502), rpcError(call, 1, 'no'), silence()][nth % 3] ?? silence(),
      'notifications/cancelled': () => raw('', 202),
    },
    { nodeArgs: [...FAST_CLOCK, ...PROBE], args: ['--request-timeout', '20'] },
  );
  await bridge.initialize();
  const storm = async (from: number): Promise<Probe> => {
    for (let id = from; id < from + STORM; id++) {
      bridge.send({ jsonrpc: '2.0', id, method: 'tools/call' });
      if (id % 5 === 0) bridge.send({ jsonrpc: '2.0', method: 'notifications/cancelled', params: { requestId: id } });
    }
    for (let id = from; id < from + STORM; id++) if (id % 5 !== 0) await bridge.answer(id);
    await bridge.call(`last of ${from}`, 'ping');
    await closed(workspace);
    return probe(bridge);
  };
  // The first one fills what is kept for good: buffers, and what was learnt of the far end.
  const before = await storm(0);
  const after = await storm(STORM);
  expect(after.resources).toEqual(before.resources);
  // One object that is left of each fourth request would be more.
  expect(after.objects - before.objects).toBeLessThan(STORM / 4);
  // No slot is lost: as many as ever are with the server at a time.
  for (let nth = 0; nth < CALLS; nth++) bridge.send({ jsonrpc: '2.0', id: `held ${nth}`, method: 'resources/read' });
  for (let nth = 0; nth < POSTS; nth++) bridge.send({ jsonrpc: '2.0', method: NOTICE });
  await arrived('resources/read', CALLS);
  await arrived(NOTICE, POSTS);
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
