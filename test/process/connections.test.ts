import { expect, test } from 'vitest';
import { raw, result } from '../support/canned.ts';
import { type Latch, latch } from '../support/latch.ts';
import { type Handler, type Scripted, startScripted } from '../support/scripted.ts';

/** The most connections that were open while a call of that kind was served. */
interface Watched extends Scripted {
  most(): number;
}

async function startWatched(what: string, handle: Handler): Promise<Watched> {
  let most = 0;
  const scripted: Scripted = await startScripted({
    [what]: (call, nth) => {
      most = Math.max(most, scripted.workspace.openSockets());
      return handle(call, nth);
    },
  });
  return { ...scripted, most: () => most };
}

test('a thousand notifications in one write share a few connections, and warn of nothing (T138, T144)', async () => {
  const { bridge, most, of } = await startWatched('notifications/progress', () => raw('', 202));
  bridge.child.stdin.write('{"jsonrpc":"2.0","method":"notifications/progress"}\n'.repeat(1_000));
  await bridge.finish();
  expect(of('notifications/progress')).toHaveLength(1_000);
  expect(most()).toBeLessThanOrEqual(16);
  expect(bridge.stderr).not.toMatch(/Warning/);
});

test('five callers at a time, twenty calls each, need six connections at most (T144)', async () => {
  const [callers, rounds] = [5, 20];
  const together: readonly Latch[] = Array.from({ length: rounds }, latch);
  const { bridge, most, of } = await startWatched('tools/call', async (call, nth) => {
    // Each round is answered when all of it has come: then so many are certainly at work at a time.
    const round = Math.floor((nth - 1) / callers);
    if (nth % callers === 0) together[round]?.open();
    await together[round]?.opened;
    return result(call);
  });
  const caller = async (name: number) => {
    for (let round = 0; round < rounds; round++) await bridge.call(`${name}-${round}`, 'tools/call');
  };
  await Promise.all(Array.from({ length: callers }, (_, name) => caller(name)));
  expect(of('tools/call')).toHaveLength(callers * rounds);
  expect(most()).toBeLessThanOrEqual(6);
});
