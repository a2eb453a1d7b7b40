/** Memory of messages is freed soon, with the young objects. */

import { expect, test } from 'vitest';
import type { BridgeProcess } from '../support/bridge.ts';
import { raw } from '../support/canned.ts';
import { COLLECT_YOUNG } from '../support/preload.ts';
import { heldBytes } from '../support/probe.ts';
import { startScripted } from '../support/scripted.ts';

const MIB = 1024 * 1024;
const MESSAGES = 12;
/** Of the few that were under way when V8 collected of its own accord, and so passed for old ones. */
const HELD_BYTES = (MESSAGES - 2) * MIB;

async function exchange(route: string, nodeArgs: readonly string[]): Promise<BridgeProcess> {
  const long = 'x'.repeat(MIB);
  const { bridge } = await startScripted(
    { 'tools/call': (call) => raw(`{"jsonrpc":"2.0","id":${call.id},"result":{"text":"${long}"}}`) },
    { nodeArgs, args: ['--route', route] },
  );
  await bridge.initialize();
  for (let id = 1; id <= MESSAGES; id++) await bridge.call(id, 'tools/call', { name: 'a', arguments: { text: long } });
  return bridge;
}

test.each(['external-function', 'connection-proxy'])(
  'most of what large messages took is given back with the young objects, on %s',
  async (route) => {
    const bridge = await exchange(route, COLLECT_YOUNG);
    expect(await heldBytes(bridge)).toBeLessThan(HELD_BYTES);
  },
);
