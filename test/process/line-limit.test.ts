import { expect, test } from 'vitest';
import { expectBridgeError } from '../support/bridge-error.ts';
import { MAX_RSS } from '../support/preload.ts';
import { startScripted } from '../support/scripted.ts';

const MIB = 1024 * 1024;
const LIMIT_BYTES = 64 * MIB;
/** Far from what a few copies of a line take; an unbounded buffer of the longest line here would exceed it. */
const SANE_MIB = 600;
const NEXT = '{"jsonrpc":"2.0","id":"next","method":"ping"}\n';

/** A request of exactly so many bytes. */
function requestOf(bytes: number): string {
  const [start, end] = ['{"jsonrpc":"2.0","id":1,"method":"tools/call","params":{"s":"', '"}}'];
  return start + 'x'.repeat(bytes - start.length - end.length) + end;
}

function maxRssMib(stderr: string): number {
  return Number(/^max rss: (\d+) MiB$/m.exec(stderr)?.[1]);
}

test('a line at the limit is read, and then refused as too large for the route (T023, F16)', async () => {
  const { bridge, calls } = await startScripted({}, { nodeArgs: MAX_RSS });
  bridge.child.stdin.write(`${requestOf(LIMIT_BYTES)}\n${NEXT}`);
  expectBridgeError(await bridge.answer(1), { kind: 'tooLarge', outcome: 'not_sent', code: -32603 });
  await bridge.answer('next');
  await bridge.finish();
  expect(calls.map(({ id }) => id)).toEqual(['"next"']);
  expect(maxRssMib(bridge.stderr)).toBeLessThan(SANE_MIB);
});

test('the CR of a CRLF does not count (T023)', async () => {
  const { bridge } = await startScripted();
  bridge.child.stdin.write(`${requestOf(LIMIT_BYTES)}\r\n`);
  expectBridgeError(await bridge.answer(1), { kind: 'tooLarge', outcome: 'not_sent', code: -32603 });
});

test.each([
  ['one byte', LIMIT_BYTES + 1],
  ['ten times', 10 * LIMIT_BYTES],
])(
  'a line that is too long by %s is skipped and answered with its id, and later ones are served (T023)',
  async (_what, bytes) => {
    const { bridge, calls } = await startScripted({}, { nodeArgs: MAX_RSS });
    const { stdin } = bridge.child;
    const filler = 'x'.repeat(MIB);
    const line = requestOf(1_000);
    stdin.write(line.slice(0, 500));
    for (let left = bytes - line.length; left > 0; left -= MIB) stdin.write(filler.slice(0, left));
    stdin.write(`${line.slice(500)}\n${NEXT}`);
    expectBridgeError(await bridge.answer(1), {
      kind: 'tooLarge',
      outcome: 'not_sent',
      code: -32600,
      message: /too large/,
    });
    await bridge.answer('next');
    await bridge.finish();
    expect(calls.map(({ id }) => id)).toEqual(['"next"']);
    expect(maxRssMib(bridge.stderr)).toBeLessThan(SANE_MIB);
  },
);
