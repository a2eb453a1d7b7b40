import { once } from 'node:events';
import { expect, test } from 'vitest';
import { expectBridgeError } from '../support/bridge-error.ts';
import { MAX_RSS } from '../support/preload.ts';
import { startScripted } from '../support/scripted.ts';

const MIB = 1024 * 1024;
const LINE_MIB = 1024;
const LIMIT_MIB = 64;
/** What Node itself and a pipe's worth of chunks that wait for their collection take. */
const NODE_MIB = 110;

test('a line of a gibibyte costs its limit and fifty mebibytes at most, and the next one is served (T024)', async () => {
  const { bridge } = await startScripted({}, { nodeArgs: MAX_RSS });
  const { stdin } = bridge.child;
  const filler = Buffer.alloc(MIB, 'x');
  stdin.write('{"jsonrpc":"2.0","id":1,"method":"tools/call","params":{"s":"');
  for (let sent = 0; sent < LINE_MIB; sent++) {
    if (!stdin.write(filler)) await once(stdin, 'drain');
  }
  stdin.write('"}}\n{"jsonrpc":"2.0","id":"next","method":"ping"}\n');
  expectBridgeError(await bridge.answer(1), { kind: 'tooLarge', outcome: 'not_sent', code: -32600 });
  await bridge.answer('next');
  await bridge.finish();
  const [, most] = /^max rss: (\d+) MiB$/m.exec(bridge.stderr) ?? [];
  expect(Number(most)).toBeLessThan(NODE_MIB + LIMIT_MIB + 50);
});
