import { describe, expect, test } from 'vitest';
import { expectBridgeError } from '../support/bridge-error.ts';
import { raw, result } from '../support/canned.ts';
import { latch } from '../support/latch.ts';
import { startSandboxed } from '../support/sandboxed.ts';
import { CONNECTION, opened, SESSION_ID, startScripted } from '../support/scripted.ts';
import { sessionOf } from '../support/seen.ts';

const GET_ME = { name: 'get_me', arguments: {} };

describe.each(['relayed', 'hidden'] as const)('with the status of the server %s', (status) => {
  test.each(['json', 'sse'] as const)(
    'a lost session is opened again, unseen by the client, as %s (T064)',
    async (answers) => {
      const { bridge, sandbox } = await startSandboxed({ status, answers });
      await bridge.initialize();
      sandbox.forgetSessions();
      expect(await bridge.call(1, 'tools/call', GET_ME)).toHaveProperty('result.content');
      expect(sandbox.sessionIds).toHaveLength(2);
      expect(sandbox.ledger.snapshot()).toEqual({ get_me: 1 });
      expect(bridge.messages.map(({ id }) => id)).toEqual(['init', 1]);
    },
  );

  test('twenty calls that meet a lost session open one new one, and run once each (T065)', async () => {
    const { bridge, sandbox } = await startSandboxed({ status });
    await bridge.initialize();
    await bridge.call('first', 'ping');
    sandbox.forgetSessions();
    const ids = Array.from({ length: 20 }, (_, index) => index);
    const answers = await Promise.all(ids.map((id) => bridge.call(id, 'tools/call', GET_ME)));
    for (const answer of answers) expect(answer).toHaveProperty('result.content');
    expect(sandbox.sessionIds).toHaveLength(2);
    expect(sandbox.ledger.snapshot()).toEqual({ get_me: 20 });
    expect(bridge.lines).toHaveLength(22);
  });
});

describe('the way a session is opened again', () => {
  const LOST = raw('{"jsonrpc":"2.0","error":{"code":-32001,"message":"Session not found"},"id":null}', 404);
  const INITIALIZE =
    '{"id":"init" ,"method":"initialize","params":{"n":1.0,"protocolVersion":"2025-11-25"},"jsonrpc":"2.0"}';
  const INITIALIZED = '{"method":"notifications/initialized" ,"jsonrpc":"2.0","params":{"n":1.0}}';

  test("it replays the client's own words, with an id of its own, before the call (T064)", async () => {
    const { bridge, calls } = await startScripted({
      initialize: (call, nth) => opened(call, `${SESSION_ID}-${nth}`),
      'tools/call': (call, nth) => (nth === 1 ? LOST : result(call)),
    });
    bridge.send(INITIALIZE);
    bridge.send(INITIALIZED);
    await bridge.call(1, 'tools/call', GET_ME);
    expect(calls.map((call) => [call.what, sessionOf(call)])).toEqual([
      ['initialize', undefined],
      ['notifications/initialized', `${SESSION_ID}-1`],
      ['tools/call', `${SESSION_ID}-1`],
      ['initialize', undefined],
      ['notifications/initialized', `${SESSION_ID}-2`],
      ['tools/call', `${SESSION_ID}-2`],
    ]);
    const [, initialized, call, again, initializedAgain, callAgain] = calls;
    expect(again?.id).not.toBe('"init"');
    expect(again?.text.replace(again.id ?? '', '"init"')).toBe(INITIALIZE);
    expect(initializedAgain?.text).toBe(initialized?.text);
    expect(callAgain?.text).toBe(call?.text);
  });

  test('a second loss in a row is an error, and the next call opens it again after a pause (T066)', async () => {
    let lost = true;
    const { bridge, of } = await startScripted({ 'tools/call': (call) => (lost ? LOST : result(call)) });
    await bridge.initialize();
    expectBridgeError(await bridge.call(1, 'tools/call'), { kind: 'sessionLost', outcome: 'rejected' });
    expect(of('initialize')).toHaveLength(2);
    expect(of('tools/call')).toHaveLength(2);
    lost = false;
    const since = performance.now();
    expect(await bridge.call(2, 'tools/call')).toHaveProperty('result');
    expect(performance.now() - since).toBeGreaterThan(500);
    expect(of('initialize')).toHaveLength(3);
  });

  test('a late refusal of the old session changes nothing, and its call is made in the new one (T067)', async () => {
    const refusal = latch();
    const { bridge, arrived, of } = await startScripted({
      initialize: (call, nth) => opened(call, `${SESSION_ID}-${nth}`),
      'tools/call': async (call) => {
        if (sessionOf(call) === `${SESSION_ID}-2`) return result(call);
        if (call.id === '"late"') await refusal.opened;
        return LOST;
      },
    });
    await bridge.initialize();
    bridge.send({ jsonrpc: '2.0', id: 'late', method: 'tools/call' });
    await arrived('tools/call');
    expect(await bridge.call('early', 'tools/call')).toHaveProperty('result');
    refusal.open();
    expect(await bridge.answer('late')).toHaveProperty('result');
    expect(of('initialize')).toHaveLength(2);
  });

  test.each([
    [
      '400 that says so (T069)',
      raw(
        '{"jsonrpc":"2.0","id":null,"error":{"code":-32000,"message":"Bad Request: No valid session ID provided"}}',
        400,
      ),
    ],
    ['plain text and a hidden status (T069)', raw('session not found\n')],
    ['plain text and 404', raw('session not found\n', 404)],
    ['404 without a body', raw('', 404)],
  ])('%s is a lost session too', async (_what, reply) => {
    const { bridge, of } = await startScripted({
      'tools/call': (call, nth) => (nth === 1 ? reply : result(call)),
    });
    await bridge.initialize();
    expect(await bridge.call(1, 'tools/call')).toHaveProperty('result');
    expect(of('initialize')).toHaveLength(2);
  });
});

describe('404 that is no lost session opens none (T068)', () => {
  test('a method that the server does not know (a)', async () => {
    const error = { code: -32601, message: 'Method not found' };
    const { bridge, of } = await startScripted({
      'acme/x': ({ id }) => raw(JSON.stringify({ jsonrpc: '2.0', id: Number(id), error }), 404),
    });
    await bridge.initialize();
    expect((await bridge.call(1, 'acme/x')).error).toEqual(error);
    expect(of('initialize')).toHaveLength(1);
  });

  test('a connection that the workspace does not know, by name (b)', async () => {
    const { bridge, of } = await startScripted({
      'tools/list': () => raw('{"error_code":"CONNECTION_DOES_NOT_EXIST","message":"Not found."}', 404),
    });
    await bridge.initialize();
    const answer = await bridge.call(1, 'tools/list');
    expectBridgeError(answer, { kind: 'upstreamHttp', outcome: 'rejected', data: { httpStatus: 404 } });
    expect(answer.error?.message).toContain(CONNECTION);
    expect(of('initialize')).toHaveLength(1);
  });

  test.each([
    ['a web page (c)', '<html><head><title>404 Not Found</title></head></html>', true, /404 Not Found/],
    ['whatever, where no id was sent (d)', '404 page not found', false, /404 page not found/],
  ])('%s', async (_what, body, sessions, message) => {
    const { bridge, of } = await startScripted({ 'tools/list': () => raw(body, 404) }, { sessions });
    await bridge.initialize();
    const answer = await bridge.call(1, 'tools/list');
    expectBridgeError(answer, { kind: 'upstreamHttp', outcome: 'rejected', message, data: { httpStatus: 404 } });
    expect(of('initialize')).toHaveLength(1);
  });
});
