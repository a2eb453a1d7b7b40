/**
 * The client that the suite starts, as `node client.js direct|bridged URL`: does what the scenario asks of it, over HTTP
 * itself or through a bridge. It ends when the suite does, whatever state it is in.
 */

import { bridgeTo } from '../bridge.ts';
import { openLegacyClient, openModernClient } from './open.ts';
import { SCENARIOS } from './scenarios.ts';

const [way, url = ''] = process.argv.slice(2);
const { MCP_CONFORMANCE_CONTEXT: context = '{}', MCP_CONFORMANCE_SCENARIO: name = '' } = process.env;
// The suites of the legacy era do not name it.
const open = process.env['MCP_CONFORMANCE_PROTOCOL_VERSION'] === '2026-07-28' ? openModernClient : openLegacyClient;

const orphaned = () => process.exit(1);
process.stdin.once('end', orphaned).resume();

const bridge = way === 'bridged' ? await bridgeTo(url) : undefined;
try {
  const client = await open(bridge?.command ?? new URL(url));
  try {
    await SCENARIOS[name]?.(client, JSON.parse(context), bridge?.listening ?? Promise.resolve());
  } finally {
    await client.close();
  }
} finally {
  await bridge?.close();
  process.stdin.off('end', orphaned).destroy();
}
