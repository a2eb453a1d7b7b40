import { expect, test } from 'vitest';
import { expectBridgeError } from '../support/bridge-error.ts';
import { result, silence } from '../support/canned.ts';
import { latch } from '../support/latch.ts';
import { opened, SESSION_ID, startScripted } from '../support/scripted.ts';
import { sessionOf } from '../support/seen.ts';

test.each(['0', '"0"', '9007199254740993'])(
  'a cancelled request with the id %s is told to the server, and its late answer is not handed on (T129)',
  async (id) => {
    const held = latch();
    const { arrived, bridge, of } = await startScripted({
      'tools/call': async (call) => {
        await held.opened;
        return result(call);
      },
    });
    const cancelled = `{"jsonrpc":"2.0","method":"notifications/cancelled","params":{"requestId":${id},"reason":"1.0"}}`;
    bridge.send(`{"jsonrpc":"2.0","id":${id},"method":"tools/call"}`);
    await arrived('tools/call');
    bridge.send(cancelled);
    expect((await arrived('notifications/cancelled')).text).toBe(cancelled);
    held.open();
    expect(await bridge.finish()).toEqual({ code: 0, signal: null });
    expect(bridge.lines).toEqual([]);
    expect(of('notifications/cancelled')).toHaveLength(1);
  },
);

test('a request is cancelled by its id however that is written (T129)', async () => {
  const held = latch();
  const { arrived, bridge } = await startScripted({
    'tools/call': async (call) => {
      await held.opened;
      return result(call);
    },
  });
  bridge.send(String.raw`{"jsonrpc":"2.0","id":"caf\u00e9","method":"tools/call"}`);
  await arrived('tools/call');
  bridge.send('{"jsonrpc":"2.0","method":"notifications/cancelled","params":{"requestId":"café"}}');
  await arrived('notifications/cancelled');
  held.open();
  expect(await bridge.finish()).toEqual({ code: 0, signal: null });
  expect(bridge.lines).toEqual([]);
});

test('initialize cannot be cancelled, and the attempt is not forwarded (T130)', async () => {
  const held = latch();
  const { arrived, bridge, of } = await startScripted({
    initialize: async (call) => {
      await held.opened;
      return opened(call, SESSION_ID);
    },
  });
  bridge.send({ jsonrpc: '2.0', id: 1, method: 'initialize', params: {} });
  await arrived('initialize');
  bridge.send({ jsonrpc: '2.0', method: 'notifications/cancelled', params: { requestId: 1 } });
  // Answered without the server, and behind the notification.
  bridge.send('[]');
  await bridge.line((message) => message.error !== undefined);
  held.open();
  expect(await bridge.answer(1)).toHaveProperty('result');
  await bridge.finish();
  expect(of('notifications/cancelled')).toEqual([]);
});

test('a call that has waited long enough is cancelled at the server, in its session (F14)', async () => {
  const { bridge, of } = await startScripted({ 'tools/call': silence }, { args: ['--request-timeout', '0.3'] });
  await bridge.initialize();
  expectBridgeError(await bridge.call(7, 'tools/call'), { kind: 'timeout', outcome: 'unknown' });
  await bridge.finish();
  const [cancelled, ...more] = of('notifications/cancelled');
  expect(more).toEqual([]);
  expect(JSON.parse(cancelled?.text ?? '')).toMatchObject({ params: { requestId: 7 } });
  expect(sessionOf(cancelled)).toBe(SESSION_ID);
});
