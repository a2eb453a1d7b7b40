import { setTimeout as pause } from 'node:timers/promises';
import { describe, expect, test, vi } from 'vitest';
import { raw, result } from '../support/canned.ts';
import { latch } from '../support/latch.ts';
import { CLOCK_FACTOR, FAST_CLOCK } from '../support/preload.ts';
import { opened, SESSION_ID, startScripted } from '../support/scripted.ts';

const INITIALIZE =
  '{"jsonrpc":"2.0","id":"init","method":"initialize","params":{"protocolVersion":"2025-11-25","capabilities":{}}}';
const INITIALIZED = '{"jsonrpc":"2.0","method":"notifications/initialized"}';

function request(id: number | string, method: string): string {
  return JSON.stringify({ jsonrpc: '2.0', id, method });
}

/** Long enough for a message that does not wait to have come, several times over. */
const OVERTAKING_MS = 100;

test('of messages in one write, initialize goes alone, then initialized alone, then the rest', async () => {
  const [first, second] = [latch(), latch()];
  const { bridge, calls, arrived } = await startScripted({
    initialize: async (call) => {
      await first.opened;
      return opened(call, SESSION_ID);
    },
    'notifications/initialized': async () => {
      await second.opened;
      return raw('', 202);
    },
  });
  const rest = ['tools/list', 'prompts/list', 'tools/call'];
  const progress = '{"jsonrpc":"2.0","method":"notifications/progress"}';
  const lines = [INITIALIZE, INITIALIZED, ...rest.map((method, id) => request(id, method)), progress];
  bridge.child.stdin.write(lines.map((line) => `${line}\n`).join(''));

  await arrived('initialize');
  await pause(OVERTAKING_MS);
  expect(calls.map(({ what }) => what)).toEqual(['initialize']);
  first.open();
  await arrived('notifications/initialized');
  await pause(OVERTAKING_MS);
  expect(calls.map(({ what }) => what)).toEqual(['initialize', 'notifications/initialized']);
  second.open();
  await bridge.finish();
  const sent = calls.slice(2).map(({ what }) => what);
  expect(sent.pop()).toBe('DELETE');
  expect(sent.sort()).toEqual([...rest, 'notifications/progress'].sort());
  expect(bridge.messages[0]).toMatchObject({ id: 'init' });
});

test('whatever is slow to accept initialized holds the rest back for five seconds and no longer (T059)', async () => {
  const held = latch();
  const { arrived, bridge } = await startScripted(
    {
      'notifications/initialized': async () => {
        await held.opened;
        return raw('', 202);
      },
    },
    { nodeArgs: FAST_CLOCK },
  );
  await bridge.initialize();
  bridge.send(request(1, 'tools/list'));
  await arrived('notifications/initialized');
  const since = performance.now();
  await arrived('tools/list');
  const waitedMs = (performance.now() - since) * CLOCK_FACTOR;
  expect(waitedMs).toBeGreaterThan(4_000);
  expect(waitedMs).toBeLessThan(20_000);
  held.open();
});

test('a failed initialize holds nothing back, and its answer comes first', async () => {
  const { bridge, of } = await startScripted({ initialize: () => raw('no', 400) });
  bridge.child.stdin.write(`${INITIALIZE}\n${INITIALIZED}\n${request(1, 'tools/list')}\n`);
  await bridge.answer(1);
  expect(bridge.messages.map(({ id }) => id)).toEqual(['init', 1]);
  expect(of('tools/list')).toHaveLength(1);
});

describe('after that', () => {
  test('a slow request holds up nobody', async () => {
    const slow = latch();
    const { bridge, arrived } = await startScripted({
      'tools/call': async (call) => {
        await slow.opened;
        return result(call);
      },
    });
    await bridge.initialize();
    bridge.send(request('slow', 'tools/call'));
    await arrived('tools/call');
    await bridge.call('fast', 'tools/list');
    expect(bridge.messages.map(({ id }) => id)).toEqual(['init', 'fast']);
    slow.open();
    await bridge.answer('slow');
  });

  test('200 concurrent requests, answered in random order, get each its own payload (T048)', async () => {
    const ids = Array.from({ length: 200 }, (_, index) => index);
    const { bridge } = await startScripted({
      'tools/call': async (call) => {
        await pause(Math.random() * 50);
        return result(call, { payload: JSON.parse(call.text).params });
      },
    });
    await bridge.initialize();
    for (const id of ids) bridge.send({ jsonrpc: '2.0', id, method: 'tools/call', params: { name: `tool-${id}` } });
    await bridge.finish();
    const answers = bridge.messages.filter(({ id }) => id !== 'init');
    expect(answers).toHaveLength(ids.length);
    expect(answers.map(({ id }) => id)).not.toEqual(ids);
    for (const { id, result: value } of answers) expect(value).toEqual({ payload: { name: `tool-${id}` } });
  });

  test('a second initialize waits for nobody, and is waited for like the first (T063)', async () => {
    const second = latch();
    const { bridge, arrived, of } = await startScripted({
      initialize: async (call, nth) => {
        if (nth === 2) await second.opened;
        return opened(call, SESSION_ID);
      },
    });
    await bridge.initialize();
    bridge.send(INITIALIZE.replace('"init"', '"again"'));
    bridge.send(request(1, 'tools/list'));
    await arrived('initialize', 2);
    await pause(OVERTAKING_MS);
    expect(of('tools/list')).toEqual([]);
    second.open();
    await bridge.answer(1);
    await vi.waitFor(() => expect(bridge.messages.map(({ id }) => id)).toEqual(['init', 'again', 1]));
  });
});
