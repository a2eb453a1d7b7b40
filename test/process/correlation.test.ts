import { expect, test } from 'vitest';
import { raw, result, sse } from '../support/canned.ts';
import { latch } from '../support/latch.ts';
import { startScripted } from '../support/scripted.ts';

function request(id: string, name: string): string {
  return `{"jsonrpc":"2.0","id":${id},"method":"tools/call","params":{"name":"${name}"}}`;
}

function answer(id: string, payload: string): string {
  return `{"jsonrpc":"2.0","id":${id},"result":{"payload":"${payload}"}}`;
}

test('two requests with one id are both forwarded, and each exchange gets its answer (T047)', async () => {
  const { bridge, calls } = await startScripted({
    'tools/call': (call) => result(call, { payload: JSON.parse(call.text).params.name }),
  });
  bridge.send(request('1', 'a'));
  bridge.send(request('1', 'b'));
  await bridge.finish();
  expect(calls).toHaveLength(2);
  expect([...bridge.lines].sort()).toEqual([answer('1', 'a'), answer('1', 'b')]);
});

test('an answer for another request that waits goes to that one, and its own later answer is dropped (T049)', async () => {
  const early = latch();
  const { bridge, arrived } = await startScripted({
    'tools/call': async (call) => {
      if (call.id === '"b"') {
        await early.opened;
        return raw(answer('"b"', 'late'));
      }
      return sse(answer('"b"', 'early'), answer('"a"', 'own'));
    },
  });
  bridge.send(request('"b"', 'b'));
  await arrived('tools/call');
  bridge.send(request('"a"', 'a'));
  await bridge.answer('b');
  early.open();
  await bridge.finish();
  expect([...bridge.lines].sort()).toEqual([answer('"a"', 'own'), answer('"b"', 'early')]);
});

test('an answer for an id that nobody waits for is dropped (T049, T190)', async () => {
  const { bridge } = await startScripted({ 'tools/call': () => sse(answer('"z"', 'stray'), answer('"a"', 'own')) });
  bridge.send(request('"a"', 'a'));
  await bridge.finish();
  expect(bridge.lines).toEqual([answer('"a"', 'own')]);
});

test.each([
  ['JSON', raw],
  ['an event stream', sse],
])("an answer in the body that a notification is answered with, as %s, is nobody's (T060)", async (_what, bodyOf) => {
  const held = latch();
  const { bridge, arrived } = await startScripted({
    'tools/call': async () => {
      await held.opened;
      return raw(answer('7', 'right'));
    },
    'notifications/progress': () => bodyOf(answer('7', 'wrong')),
  });
  bridge.send(request('7', 'a'));
  await arrived('tools/call');
  bridge.send({ jsonrpc: '2.0', method: 'notifications/progress' });
  await arrived('notifications/progress');
  // By the time this one has gone to the server and back, the other answer has been read.
  await bridge.call('later', 'ping');
  held.open();
  await bridge.finish();
  expect(bridge.lines.slice(1)).toEqual([answer('7', 'right')]);
});

test('a request of the server with the id of one that waits is another request (T191)', async () => {
  const ping = '{"jsonrpc":"2.0","id":"a","method":"ping"}';
  const { bridge, of } = await startScripted({ 'tools/call': () => sse(ping, answer('"a"', 'own')) });
  bridge.send(request('"a"', 'a'));
  await bridge.line((message) => message.method === undefined);
  bridge.send('{"jsonrpc":"2.0","id":"a","result":{}}');
  await bridge.finish();
  expect(bridge.lines).toEqual([ping, answer('"a"', 'own')]);
  expect(of('response').map(({ text }) => text)).toEqual(['{"jsonrpc":"2.0","id":"a","result":{}}']);
});
