/** What a message took is given back with the young objects, and does not wait until everything is collected. */

import { expect, test } from 'vitest';
import { raw } from '../support/canned.ts';
import { COLLECT_YOUNG } from '../support/preload.ts';
import { heldBytes } from '../support/probe.ts';
import { startScripted } from '../support/scripted.ts';

const MIB = 1024 * 1024;
const MESSAGES = 12;
/** Of the few that were under way when V8 collected of its own accord, and so passed for old ones. */
const HELD_BYTES = (MESSAGES - 2) * MIB;

test.each(['external-function', 'connection-proxy'])(
  'most of what large messages took is given back when young objects are collected, on %s',
  async (route) => {
    const long = 'x'.repeat(MIB);
    const { bridge } = await startScripted(
      { 'tools/call': (call) => raw(`{"jsonrpc":"2.0","id":${call.id},"result":{"text":"${long}"}}`) },
      { nodeArgs: COLLECT_YOUNG, args: ['--route', route] },
    );
    await bridge.initialize();
    for (let id = 1; id <= MESSAGES; id++)
      await bridge.call(id, 'tools/call', { name: 'a', arguments: { text: long } });
    expect(await heldBytes(bridge)).toBeLessThan(HELD_BYTES);
  },
);
