import { expect, test } from 'vitest';
import { FAST_CLOCK } from '../support/preload.ts';
import { startScripted } from '../support/scripted.ts';

const request = (id: number) => `{"jsonrpc":"2.0","id":${id},"method":"ping"}`;
const headers = (body: string) => `Content-Length: ${body.length}\r\nContent-Type: application/vscode-jsonrpc\r\n\r\n`;

test('headers of a language server are refused once, with a hint, and the messages behind them served (T014)', async () => {
  const { bridge, calls } = await startScripted();
  for (const id of [1, 2]) bridge.child.stdin.write(`${headers(request(id))}${request(id)}\n`);
  await Promise.all([bridge.answer(1), bridge.answer(2)]);
  await bridge.finish();
  expect(calls.map(({ text }) => text)).toEqual([request(1), request(2)]);
  const refusals = bridge.messages.filter(({ error }) => error !== undefined);
  expect(refusals).toHaveLength(1);
  expect(refusals[0]).toMatchObject({
    error: { code: -32700, message: expect.stringMatching(/one message on each line/) },
  });
  expect(refusals[0]).not.toHaveProperty('id');
  expect(bridge.stderr.match(/language servers/g)).toHaveLength(1);
});

test('what only begins like a header is refused as what it is (T014)', async () => {
  const { bridge } = await startScripted();
  bridge.send('Content-Length: 12{"jsonrpc":"2.0","id":1,"method":"ping"}');
  bridge.send('Content: 12');
  await bridge.finish();
  expect(bridge.messages).toMatchObject([{ error: { code: -32700 } }, { error: { code: -32700 } }]);
  expect(bridge.stderr).not.toMatch(/language servers/);
});

test('a message that waits for its line feed is noticed, and served when that comes (T015)', async () => {
  const { bridge } = await startScripted({}, { nodeArgs: FAST_CLOCK });
  bridge.child.stdin.write(`${headers(request(1))}${request(1)}`);
  await bridge.says(/a message waits for the end of its line/);
  bridge.send('');
  expect(await bridge.answer(1)).toHaveProperty('result');
  expect(await bridge.finish()).toEqual({ code: 0, signal: null });
});

test('half a message that comes slowly is not remarked upon (T015)', async () => {
  const { bridge } = await startScripted(
    { 'tools/call': () => new Promise(() => {}) },
    { args: ['--request-timeout', '20'], nodeArgs: FAST_CLOCK },
  );
  // Its answer comes after twenty seconds, in which the other message is looked at.
  bridge.send('{"jsonrpc":"2.0","id":"slow","method":"tools/call"}');
  bridge.child.stdin.write(request(1).slice(0, 20));
  await bridge.answer('slow');
  bridge.send(request(1).slice(20));
  expect(await bridge.answer(1)).toHaveProperty('result');
  expect(bridge.stderr).not.toMatch(/waits for the end/);
});
