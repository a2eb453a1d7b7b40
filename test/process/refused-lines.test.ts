import { describe, expect, test } from 'vitest';
import { expectBridgeError } from '../support/bridge-error.ts';
import { type Scripted, startScripted } from '../support/scripted.ts';

const SERVED = '{"jsonrpc":"2.0","id":"next","method":"ping"}';

/** Writes what is to be refused, then a good line; returns what came before the answer to that. */
async function linesBefore(
  { bridge, calls }: Scripted,
  ...refused: readonly (string | Uint8Array)[]
): Promise<string[]> {
  for (const bytes of refused) bridge.child.stdin.write(bytes);
  bridge.child.stdin.write(`${SERVED}\n`);
  await bridge.answer('next');
  expect(calls.map(({ text }) => text)).toEqual([SERVED]);
  return bridge.lines.slice(0, -1);
}

const NO_ID = /^\{"jsonrpc":"2\.0","error":/;

function utf16(text: string, order: 'little' | 'big'): Buffer {
  const bytes = Buffer.from(text, 'utf16le');
  return order === 'little' ? bytes : bytes.swap16();
}

describe('a line that is not JSON', () => {
  test.each<[string, string | Uint8Array]>([
    ['broken JSON (T007)', '{not json\n'],
    ['a raw NUL (T013)', '{"jsonrpc":"2.0","id":1,"method":"ping","params":{"s":"a\0b"}}\n'],
    ['the byte 0xFF (T011)', Buffer.from('{"jsonrpc":"2.0","id":1,"method":"p\xffg"}\n', 'latin1')],
    ['an overlong slash (T011)', Buffer.from('{"jsonrpc":"2.0","id":1,"method":"p\xc0\xafg"}\n', 'latin1')],
    ['a surrogate in UTF-8 (T011)', Buffer.from('{"jsonrpc":"2.0","id":1,"method":"p\xed\xa0\x80g"}\n', 'latin1')],
    ['a truncated character (T011)', Buffer.from('{"jsonrpc":"2.0","id":1,"method":"p\xf0\x9f\x97"}\n', 'latin1')],
    [
      'a code point above U+10FFFF (T011)',
      Buffer.from('{"jsonrpc":"2.0","id":1,"method":"\xf4\x90\x80\x80"}\n', 'latin1'),
    ],
  ])('%s is answered with -32700 without an id, and the next line is served (T008)', async (_what, bytes) => {
    const [answer = '', ...more] = await linesBefore(await startScripted(), bytes);
    expect(more).toEqual([]);
    expect(answer).toMatch(NO_ID);
    expectBridgeError(JSON.parse(answer), { kind: 'badMessage', outcome: 'not_sent', code: -32700 });
  });

  test.each<[string, Uint8Array]>([
    ['UTF-16LE with a byte order mark', utf16('\ufeff{"jsonrpc":"2.0","id":1,"method":"ping"}', 'little')],
    ['UTF-16LE without one', utf16('{"jsonrpc":"2.0","id":1,"method":"ping"}', 'little')],
    ['UTF-16BE with a byte order mark', utf16('\ufeff{"jsonrpc":"2.0","id":1,"method":"ping"}', 'big')],
  ])('%s is answered with -32700 that names the encoding (T010)', async (_what, bytes) => {
    const lines = await linesBefore(await startScripted(), bytes, '\n');
    expect(lines).toHaveLength(1);
    expectBridgeError(JSON.parse(lines[0] ?? ''), {
      kind: 'badMessage',
      outcome: 'not_sent',
      code: -32700,
      message: /UTF-16/,
    });
  });
});

test.each(['little', 'big'] as const)(
  'a message that is UTF-16, %s end first, to its line feed is one error (T010)',
  async (order) => {
    const { bridge, calls } = await startScripted();
    bridge.child.stdin.write(utf16('{"jsonrpc":"2.0","id":1,"method":"ping"}\n', order));
    await bridge.finish();
    expect(bridge.messages).toMatchObject([{ error: { code: -32700, message: expect.stringMatching(/UTF-16/) } }]);
    expect(calls).toEqual([]);
  },
);

describe('a line that is JSON, but no message', () => {
  test.each([
    ['a number (T016)', '123'],
    ['a string (T016)', '"x"'],
    ['null (T016)', 'null'],
    ['true (T016)', 'true'],
    ['an empty array (T016)', '[]'],
    ['an id that is null (T019)', '{"jsonrpc":"2.0","id":null,"method":"ping"}'],
    ['an id that is a fraction (T019)', '{"jsonrpc":"2.0","id":1.5,"method":"ping"}'],
    ['an id that is an object (T019)', '{"jsonrpc":"2.0","id":{},"method":"ping"}'],
    ['an id that is a boolean (T019)', '{"jsonrpc":"2.0","id":true,"method":"ping"}'],
    ['an id that is an array (T019)', '{"jsonrpc":"2.0","id":[],"method":"ping"}'],
    ['two ids (T036)', '{"jsonrpc":"2.0","id":1,"id":2,"method":"ping"}'],
    ['a batch of notifications (T017)', '[{"jsonrpc":"2.0","method":"notifications/progress"}]'],
  ])('%s is answered with -32600 without an id, and is not forwarded', async (_what, text) => {
    const [answer = '', ...more] = await linesBefore(await startScripted(), `${text}\n`);
    expect(more).toEqual([]);
    expect(answer).toMatch(NO_ID);
    expectBridgeError(JSON.parse(answer), { kind: 'badMessage', outcome: 'not_sent', code: -32600 });
  });

  test.each([
    ['another version of JSON-RPC (T018)', '{"jsonrpc":"1.0","id":7,"method":"ping"}', '7'],
    ['no version of JSON-RPC (T018)', '{"id":"7","method":"ping"}', '"7"'],
    ['neither method nor result nor error (T021)', '{"jsonrpc":"2.0","id":7}', '7'],
    ['a method that is no string (T021)', '{"jsonrpc":"2.0","id":7,"method":1}', '7'],
    ['two methods (T036)', '{"jsonrpc":"2.0","id":7,"method":"ping","method":"tools/call"}', '7'],
    ['a method whose key has another case (T036)', '{"jsonrpc":"2.0","id":7,"Method":"ping"}', '7'],
  ])('%s is answered with -32600 and the id', async (_what, text, id) => {
    const [answer = '', ...more] = await linesBefore(await startScripted(), `${text}\n`);
    expect(more).toEqual([]);
    expect(answer).toContain(`"id":${id},`);
    expectBridgeError(JSON.parse(answer), { kind: 'badMessage', outcome: 'not_sent', code: -32600 });
  });

  test('a batch is refused once for each request in it, and nothing of it is forwarded (T017)', async () => {
    const batch =
      '[{"jsonrpc":"2.0","id":1,"method":"ping"},{"jsonrpc":"2.0","method":"notifications/progress"},' +
      '{"jsonrpc":"2.0","id":"b","method":"tools/call","params":{"id":3}},{"jsonrpc":"2.0","id":4,"result":{}}]';
    const answers = (await linesBefore(await startScripted(), `${batch}\n`)).map((line) => JSON.parse(line));
    expect(answers.map(({ id }) => id)).toEqual([1, 'b']);
    for (const answer of answers) {
      expectBridgeError(answer, { kind: 'badMessage', outcome: 'not_sent', code: -32600, message: /batching/i });
    }
  });
});

test.each([
  ['both a result and an error', '{"jsonrpc":"2.0","id":7,"result":{},"error":{"code":1,"message":"x"}}'],
  ['a result and no id', '{"jsonrpc":"2.0","result":{}}'],
  ['another version of JSON-RPC (T018)', '{"jsonrpc":"1.0","id":7,"result":{}}'],
  ['no version of JSON-RPC (T018)', '{"id":7,"error":{"code":1,"message":"x"}}'],
])('an answer of the client with %s is dropped, logged and not answered (T022)', async (_what, text) => {
  const scripted = await startScripted();
  expect(await linesBefore(scripted, `${text}\n`)).toEqual([]);
  await scripted.bridge.says(/dropped an answer of the client/);
});

test('an escaped lone surrogate and an escaped NUL are forwarded as they were written (T012, T013)', async () => {
  const { bridge, calls } = await startScripted();
  const text = String.raw`{"jsonrpc":"2.0","id":1,"method":"ping","params":{"s":"\ud800 \u0000 \uDC00"}}`;
  bridge.send(text);
  await bridge.answer(1);
  expect(calls.map((call) => call.text)).toEqual([text]);
});
