import { expect, test } from 'vitest';
import type { BridgeProcess } from '../support/bridge.ts';
import { startScripted } from '../support/scripted.ts';

/** A request with characters of one to four bytes, an escape and a space where none is needed. */
function request(id: number): string {
  return `{"jsonrpc":"2.0","id":${id}, "method":"tools/call","params":{"name":"é🗼\\n","arguments":{"s":"a𝄞b"}}}`;
}

function write(bridge: BridgeProcess, bytes: string | Uint8Array): void {
  bridge.child.stdin.write(bytes);
}

test('a line that ends in LF is forwarded once (T001)', async () => {
  const { bridge, calls } = await startScripted();
  write(bridge, `${request(1)}\n`);
  await bridge.answer(1);
  expect(await bridge.finish()).toEqual({ code: 0, signal: null });
  expect(calls.map(({ text }) => text)).toEqual([request(1)]);
});

test('a line that ends in CRLF is forwarded without the CR, and an escaped one stays (T002)', async () => {
  const { bridge, calls } = await startScripted();
  const text = '{"jsonrpc":"2.0","id":1,"method":"ping","params":{"s":"a\\rb\\r\\n"}}';
  write(bridge, `${text}\r\n`);
  await bridge.answer(1);
  expect(calls.map((call) => call.text)).toEqual([text]);
});

test('1,000 messages in one write are all forwarded and answered (T003)', async () => {
  const { bridge, calls } = await startScripted();
  const ids = Array.from({ length: 1_000 }, (_, index) => index);
  write(bridge, ids.map((id) => `${request(id)}\n`).join(''));
  await bridge.finish();
  expect(calls.map(({ text }) => text).sort()).toEqual(ids.map(request).sort());
  expect(bridge.messages.map(({ id }) => Number(id)).sort((a, b) => a - b)).toEqual(ids);
});

test('a message is the same wherever the stream is cut, inside a character too (T004)', async () => {
  const { bridge, calls } = await startScripted();
  const whole = (id: number) => Buffer.from(request(id));
  const cuts = whole(100).length;
  // The beginning of each message goes out with the end of the one before: when that is answered, it has been read.
  write(bridge, whole(100).subarray(0, 1));
  for (let cut = 1; cut < cuts; cut++) {
    const [id, next] = [99 + cut, 100 + cut];
    const end = Buffer.concat([whole(id).subarray(cut), Buffer.from('\n')]);
    write(bridge, cut + 1 < cuts ? Buffer.concat([end, whole(next).subarray(0, cut + 1)]) : end);
    await bridge.answer(id);
  }
  expect(calls.map(({ text }) => text)).toEqual(calls.map((_, index) => request(100 + index)));
  expect(calls).toHaveLength(cuts - 1);
});

test('a message that comes byte by byte is one message (T004)', async () => {
  const { bridge, calls } = await startScripted();
  for (const byte of Buffer.from(`${request(1)}\n`)) {
    await new Promise<void>((resolve) => bridge.child.stdin.write(Uint8Array.of(byte), () => setImmediate(resolve)));
  }
  await bridge.answer(1);
  expect(calls.map(({ text }) => text)).toEqual([request(1)]);
});

test('U+2028, U+2029 and U+0085 inside a string do not end a line (T005)', async () => {
  const { bridge, calls } = await startScripted();
  const text = '{"jsonrpc":"2.0","id":1,"method":"ping","params":{"s":"a\u2028b\u2029c\u0085d"}}';
  bridge.send(text);
  await bridge.answer(1);
  expect(calls.map((call) => call.text)).toEqual([text]);
});

test('blank lines are ignored (T006)', async () => {
  const { bridge, calls } = await startScripted();
  write(bridge, `\n\r\n \n\t \t\r\n${request(1)}\n\n`);
  await bridge.finish();
  expect(bridge.messages).toMatchObject([{ id: 1 }]);
  expect(calls).toHaveLength(1);
});

test('a byte order mark is stripped, before the first message and before a later one (T009)', async () => {
  const { bridge, calls } = await startScripted();
  write(bridge, `\ufeff${request(1)}\n`);
  await bridge.answer(1);
  write(bridge, `\ufeff${request(2)}\r\n`);
  await bridge.answer(2);
  expect(calls.map(({ text }) => text)).toEqual([request(1), request(2)]);
});

test.each([
  ['a complete message is processed', request(1), { id: 1, result: {} }],
  ['a partial one is answered with -32700', request(1).slice(0, 40), { error: { code: -32700 } }],
])('when the stream ends inside a line, %s, and the exit code is 0 (T154)', async (_what, text, answer) => {
  const { bridge } = await startScripted();
  write(bridge, text);
  expect(await bridge.finish()).toEqual({ code: 0, signal: null });
  expect(bridge.messages).toMatchObject([answer]);
});
