import { pipeline } from 'node:stream/promises';
import { expect, test } from 'vitest';
import { startBridge } from '../support/bridge.ts';
import { expectBridgeError } from '../support/bridge-error.ts';
import { MAX_RSS } from '../support/preload.ts';
import { type RawHandler, startRawWorkspace } from '../support/raw-workspace.ts';

const MIB = 1024 * 1024;
/** Most that is held of one answer. */
const LIMIT_MIB = 64;
const NODE_MIB = 110;

/** An answer of so many mebibytes, as the client takes it. */
function answerOf(mib: number): RawHandler {
  const filler = 'x'.repeat(MIB);
  async function* pieces(id: unknown): AsyncGenerator<string, void, undefined> {
    yield `{"jsonrpc":"2.0","id":${id},"result":{"s":"`;
    for (let left = mib; left > 0; left--) yield filler;
    yield '"}}';
  }
  return async ({ id }, response) => {
    response.writeHead(200, { 'content-type': 'application/json' });
    // The bridge hangs up when it has had enough.
    await pipeline(pieces(id), response).catch(() => {});
  };
}

async function startHuge(mib: number) {
  const workspace = await startRawWorkspace({ 'tools/call': answerOf(mib) });
  return startBridge({
    args: ['--connection', 'github', '--route', 'managed-mcp', '--log-level', 'error'],
    env: { DATABRICKS_HOST: workspace.host, DATABRICKS_TOKEN: 'dapi-0123456789' },
    nodeArgs: MAX_RSS,
  });
}

test('an answer just below the limit is delivered (T135)', async () => {
  const bridge = await startHuge(LIMIT_MIB - 1);
  const line = bridge.line(({ id }) => id === 1);
  bridge.send('{"jsonrpc":"2.0","id":1,"method":"tools/call"}');
  expect((await line).length).toBeGreaterThan((LIMIT_MIB - 1) * MIB);
});

test('an answer of 100 MiB is refused, within three times the limit, and the next call is served (T135)', async () => {
  const bridge = await startHuge(100);
  bridge.send('{"jsonrpc":"2.0","id":1,"method":"tools/call"}');
  expectBridgeError(await bridge.answer(1), { kind: 'tooLarge', outcome: 'unknown' });
  expect((await bridge.call(2, 'ping')).result).toEqual({});
  await bridge.finish();
  const [, most] = /^max rss: (\d+) MiB$/m.exec(bridge.stderr) ?? [];
  expect(Number(most)).toBeLessThan(NODE_MIB + 3 * LIMIT_MIB);
});
