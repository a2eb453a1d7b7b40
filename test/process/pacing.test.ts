import { describe, expect, test } from 'vitest';
import { expectBridgeError } from '../support/bridge-error.ts';
import { raw, result } from '../support/canned.ts';
import { FAST_CLOCK } from '../support/preload.ts';
import { type Handler, startScripted } from '../support/scripted.ts';

/** 429 with that Retry-After for the first call, and an answer for the others. */
function busyOnce(retryAfter: string, status = 429): Handler {
  return (call, nth) => (nth === 1 ? raw('later', status, { 'Retry-After': retryAfter }) : result(call));
}

describe('a wait that the workspace asks for (T101)', () => {
  test.each([
    ['in seconds', () => '1'],
    ['as a date', () => new Date(Date.now() + 2_000).toUTCString()],
  ])('%s is kept by every other call too', async (_what, retryAfter) => {
    const { bridge, calls, of } = await startScripted({
      'tools/call': (call, nth) => busyOnce(retryAfter())(call, nth),
    });
    await bridge.initialize();
    bridge.send({ jsonrpc: '2.0', id: 1, method: 'tools/call' });
    await bridge.says(/trying again/);
    const before = calls.length;
    const since = performance.now();
    bridge.send({ jsonrpc: '2.0', id: 2, method: 'prompts/list' });
    bridge.send({ jsonrpc: '2.0', method: 'notifications/roots/list_changed' });
    for (const id of [1, 2]) expect(await bridge.answer(id)).toHaveProperty('result');
    expect(performance.now() - since).toBeGreaterThan(800);
    expect(calls[before - 1]?.what).toBe('tools/call');
    expect(of('tools/call')).toHaveLength(2);
  });

  test('that is longer than a call may take is told to it at once, and nothing is sent', async () => {
    const { bridge, of } = await startScripted(
      { 'tools/call': busyOnce('4') },
      { args: ['--request-timeout', '0.5'] }, // three seconds in all
    );
    const script = bridge.call(1, 'tools/call');
    expectBridgeError(await script, { kind: 'rateLimited', outcome: 'rejected', data: { retryAfterMs: 4_000 } });
    expect(await bridge.call(2, 'tools/call')).toHaveProperty('result');
    expect(of('tools/call')).toHaveLength(2);
  });
});

describe('the client is told of a wait in the way in which it has asked to be told of things', () => {
  const meta = { progressToken: 'token-1' };

  test.each([
    ['429', busyOnce('1'), /waits 1 s: .*\(429\)/],
    ['503', busyOnce('1', 503), /waits 1 s: .*\(503\)/],
  ])('as progress, where the request has a token: %s', async (_status, handler, words) => {
    const { bridge } = await startScripted({ 'tools/list': handler }, { nodeArgs: FAST_CLOCK });
    await bridge.call(1, 'tools/list', { _meta: meta });
    const [told, answer, ...more] = bridge.messages;
    const params = { progressToken: 'token-1', progress: 0, message: expect.stringMatching(words) };
    expect(told).toEqual({ jsonrpc: '2.0', method: 'notifications/progress', params });
    expect(answer).toHaveProperty('result');
    expect(more).toEqual([]);
  });

  test.each([
    ['warning', true],
    ['debug', true],
    ['error', false],
  ])('as a log message, where the level %s was set: %s', async (level, isTold) => {
    const { bridge } = await startScripted({ 'tools/list': busyOnce('1') }, { nodeArgs: FAST_CLOCK });
    await bridge.call(1, 'logging/setLevel', { level });
    await bridge.call(2, 'tools/list');
    const [, told] = bridge.messages;
    const params = { level: 'warning', logger: 'uc-mcp-bridge', data: expect.stringMatching(/waits 1 s/) };
    if (isTold) expect(told).toEqual({ jsonrpc: '2.0', method: 'notifications/message', params });
    else expect(told).toHaveProperty('result');
  });

  test('and not at all where it has asked for nothing', async () => {
    const { bridge } = await startScripted({ 'tools/list': busyOnce('1') }, { nodeArgs: FAST_CLOCK });
    await bridge.call(1, 'tools/list', { name: 'x', _meta: {} });
    expect(bridge.messages).toHaveLength(1);
  });
});

test('a hundred calls that all fail make a hundred and twenty attempts at the most (T198)', async () => {
  const { bridge, of } = await startScripted({ 'tools/list': () => raw('', 500) });
  const answers = await Promise.all(Array.from({ length: 100 }, (_, id) => bridge.call(id, 'tools/list')));
  for (const answer of answers)
    expectBridgeError(answer, { kind: 'upstreamHttp', outcome: 'unknown', isHarmless: true });
  expect(of('tools/list').length).toBeGreaterThan(105);
  expect(of('tools/list').length).toBeLessThanOrEqual(120);
  // What is answered again may soon be repeated again.
  expect(await bridge.call('last', 'prompts/list')).toHaveProperty('result');
});

test('a call is made three times at the most, however it fails (T199)', async () => {
  const replies = [raw('', 503, { 'Retry-After': '0' }), raw('', 500), raw('', 429, { 'Retry-After': '0' })];
  const { bridge, of } = await startScripted({ 'tools/list': (call, nth) => replies[nth - 1] ?? result(call) });
  expectBridgeError(await bridge.call(1, 'tools/list'), {
    kind: 'rateLimited',
    outcome: 'unknown',
    isHarmless: true,
    data: { attempts: 3 },
  });
  expect(of('tools/list')).toHaveLength(3);
});

describe('during a wait nothing is attempted any more (T200)', () => {
  async function waiting() {
    const scripted = await startScripted({ 'tools/list': () => raw('later', 429, { 'Retry-After': '20' }) });
    scripted.bridge.send({ jsonrpc: '2.0', id: 1, method: 'tools/list' });
    await scripted.bridge.says(/trying again/);
    return scripted;
  }

  test('when the client cancels', async () => {
    const { bridge, of } = await waiting();
    bridge.send({ jsonrpc: '2.0', method: 'notifications/cancelled', params: { requestId: 1 } });
    expect(await bridge.finish()).toMatchObject({ code: 0 });
    expect(of('tools/list')).toHaveLength(1);
    expect(bridge.lines).toEqual([]);
  });

  test('when the client closes its end', async () => {
    const { bridge, of } = await waiting();
    expect(await bridge.finish()).toMatchObject({ code: 0 });
    expectBridgeError(await bridge.answer(1), { kind: 'rateLimited', outcome: 'rejected', data: { attempts: 1 } });
    expect(of('tools/list')).toHaveLength(1);
  });

  test('when the process is told to stop', async () => {
    const { bridge, of } = await waiting();
    bridge.child.kill('SIGTERM');
    expect(await bridge.exit).toMatchObject({ code: 143 });
    expect(await bridge.answer(1)).toHaveProperty('error.data.kind', 'shutdown');
    expect(of('tools/list')).toHaveLength(1);
  });
});
