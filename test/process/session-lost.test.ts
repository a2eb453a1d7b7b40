import { describe, expect, test } from 'vitest';
import type { CannedReply } from '../../src/sandbox/workspace.ts';
import { expectBridgeError } from '../support/bridge-error.ts';
import { CUT, platformError, raw, result, silence } from '../support/canned.ts';
import { latch } from '../support/latch.ts';
import { CLOCK_FACTOR, FAST_CLOCK } from '../support/preload.ts';
import { startSandboxed } from '../support/sandboxed.ts';
import { CONNECTION, opened, SESSION_ID, startScripted } from '../support/scripted.ts';
import { sessionOf } from '../support/seen.ts';

const GET_ME = { name: 'get_me', arguments: {} };
const MODERN = { _meta: { 'io.modelcontextprotocol/protocolVersion': '2026-07-28' } };
const LOST = raw('{"jsonrpc":"2.0","error":{"code":-32001,"message":"Session not found"},"id":null}', 404);

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

  test('nothing overtakes it or the acceptance of initialized, and nothing goes without a session (T064, T065)', async () => {
    const [reopened, accepted] = [latch(), latch()];
    const { arrived, bridge, calls, of } = await startScripted({
      initialize: async (call, nth) => {
        if (nth === 2) await reopened.opened;
        return opened(call, `${SESSION_ID}-${nth}`);
      },
      'notifications/initialized': async (_call, nth) => {
        if (nth === 2) await accepted.opened;
        return raw('', 202);
      },
      'tools/call': (call) => (sessionOf(call) === `${SESSION_ID}-2` ? result(call) : LOST),
    });
    const write = (id: number) => {
      bridge.send({ jsonrpc: '2.0', method: 'notifications/progress' });
      bridge.send({ jsonrpc: '2.0', id, method: 'tools/call' });
    };
    await bridge.initialize();
    bridge.send({ jsonrpc: '2.0', id: 1, method: 'tools/call' });
    await arrived('initialize', 2);
    write(2);
    // A modern message waits for nobody: when it has gone to the server and back, what was written before it would have.
    await bridge.call('modern', 'tools/list', MODERN);
    reopened.open();
    await arrived('notifications/initialized', 2);
    write(3);
    await bridge.call('modern again', 'tools/list', MODERN);
    expect(calls.slice(3).map(({ what }) => what)).toEqual([
      'initialize',
      'tools/list',
      'notifications/initialized',
      'tools/list',
    ]);
    accepted.open();
    for (const id of [1, 2, 3]) expect(await bridge.answer(id)).toHaveProperty('result');
    await arrived('notifications/progress', 2);
    expect([...of('tools/call').slice(1), ...of('notifications/progress')].map(sessionOf)).toEqual(
      Array(5).fill(`${SESSION_ID}-2`),
    );
    expect(of('initialize')).toHaveLength(2);
  });

  test('whatever never accepts initialized in the new session holds calls up for five seconds and no longer (T059)', async () => {
    const { arrived, bridge } = await startScripted(
      {
        initialize: (call, nth) => opened(call, `${SESSION_ID}-${nth}`),
        'notifications/initialized': (_call, nth) => (nth === 1 ? raw('', 202) : silence()),
        'tools/call': (call, nth) => (nth === 1 ? LOST : result(call)),
      },
      { nodeArgs: FAST_CLOCK },
    );
    await bridge.initialize();
    bridge.send({ jsonrpc: '2.0', id: 1, method: 'tools/call' });
    await arrived('notifications/initialized', 2);
    const since = performance.now();
    expect(await bridge.answer(1)).toHaveProperty('result');
    const waitedMs = (performance.now() - since) * CLOCK_FACTOR;
    expect(waitedMs).toBeGreaterThan(4_000);
    expect(waitedMs).toBeLessThan(20_000);
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

  test.each<[string, CannedReply]>([
    ['500', raw('', 500)],
    ['a connection that is cut', CUT],
    ['an error', raw('{"jsonrpc":"2.0","id":null,"error":{"code":-32603,"message":"down"}}', 500)],
  ])('where it fails with %s, the call was rejected and the session is lost (T066, F5)', async (_what, reply) => {
    const { bridge, of } = await startScripted({
      initialize: (call, nth) => (nth === 1 ? opened(call, SESSION_ID) : reply),
      'tools/call': () => LOST,
    });
    await bridge.initialize();
    expectBridgeError(await bridge.call(1, 'tools/call'), { kind: 'sessionLost', outcome: 'rejected' });
    expect(of('tools/call')).toHaveLength(1);
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

describe('a session that the client opens anew while the old one is found lost', () => {
  const AGAIN = { jsonrpc: '2.0', id: 'again', method: 'initialize', params: { protocolVersion: '2025-11-25' } };

  test('is the one in which a call goes again that the old one refused (T063, T067)', async () => {
    const [refusal, second] = [latch(), latch()];
    const { arrived, bridge, of } = await startScripted({
      initialize: async (call, nth) => {
        if (nth === 2) await second.opened;
        return opened(call, `${SESSION_ID}-${nth}`);
      },
      'tools/call': async (call, nth) => {
        if (nth > 1) return result(call);
        await refusal.opened;
        return LOST;
      },
    });
    await bridge.initialize();
    bridge.send({ jsonrpc: '2.0', id: 'late', method: 'tools/call' });
    await arrived('tools/call');
    bridge.send(AGAIN);
    await arrived('initialize', 2);
    refusal.open();
    // A modern message waits for nobody: when it has gone to the server and back, the refusal has been read.
    await bridge.call('modern', 'tools/list', MODERN);
    second.open();
    expect(await bridge.answer('late')).toHaveProperty('result');
    expect(of('tools/call').map(sessionOf)).toEqual([`${SESSION_ID}-1`, `${SESSION_ID}-2`]);
    expect(of('initialize')).toHaveLength(2);
  });

  test.each([
    ['auto', []],
    ['legacy', ['--protocol', 'legacy']],
  ])(
    'is reached when as many calls as go out at a time meet the loss of the old one: protocol %s (T063, T065)',
    async (_protocol, args) => {
      const refusal = latch();
      const { arrived, bridge } = await startScripted(
        {
          initialize: (call, nth) => opened(call, `${SESSION_ID}-${nth}`),
          'tools/call': async (call) => {
            if (sessionOf(call) !== `${SESSION_ID}-1`) return result(call);
            await refusal.opened;
            return LOST;
          },
        },
        { args },
      );
      await bridge.initialize();
      const ids = Array.from({ length: 64 }, (_, index) => index);
      for (const id of ids) bridge.send({ jsonrpc: '2.0', id, method: 'tools/call' });
      await arrived('tools/call', ids.length);
      bridge.send(AGAIN);
      // Answered without the server, and behind the request.
      bridge.send('[]');
      await bridge.line((message) => message.error !== undefined);
      refusal.open();
      expect(await bridge.answer('again')).toHaveProperty('result');
      for (const id of ids) expect(await bridge.answer(id)).toHaveProperty('result');
    },
  );

  test('stays when the old one has been opened again after it, and both are given back (T063, T074)', async () => {
    const reopening = latch();
    const { arrived, bridge, of } = await startScripted({
      initialize: async (call, nth) => {
        if (nth === 2) await reopening.opened;
        return opened(call, `${SESSION_ID}-${nth}`);
      },
      'tools/call': (call) => (sessionOf(call) === `${SESSION_ID}-1` ? LOST : result(call)),
    });
    await bridge.initialize();
    bridge.send({ jsonrpc: '2.0', id: 1, method: 'tools/call' });
    await arrived('initialize', 2);
    bridge.send(AGAIN);
    await bridge.answer('again');
    reopening.open();
    expect(await bridge.answer(1)).toHaveProperty('result');
    await bridge.call(2, 'tools/list');
    await bridge.finish();
    expect(of('initialize').map(({ id }) => id)).toEqual(['"init"', expect.any(String), '"again"']);
    expect([...of('tools/call').slice(1), ...of('tools/list')].map(sessionOf)).toEqual([
      `${SESSION_ID}-3`,
      `${SESSION_ID}-3`,
    ]);
    expect(of('DELETE').map(sessionOf).sort()).toEqual([`${SESSION_ID}-2`, `${SESSION_ID}-3`]);
  });
});

describe('a notification that meets a lost session', () => {
  test('initialized is sent to the new one once (T064, F8)', async () => {
    const { bridge, of } = await startScripted({
      initialize: (call, nth) => opened(call, `${SESSION_ID}-${nth}`),
      'notifications/initialized': (_call, nth) => (nth === 1 ? LOST : raw('', 202)),
    });
    await bridge.initialize();
    await bridge.call(1, 'tools/list');
    expect(of('notifications/initialized').map(sessionOf)).toEqual([`${SESSION_ID}-1`, `${SESSION_ID}-2`]);
  });

  test('cancelled means nothing to another one, and opens none (F5)', async () => {
    const { bridge, of } = await startScripted({ 'notifications/cancelled': () => LOST });
    await bridge.initialize();
    bridge.send({ jsonrpc: '2.0', method: 'notifications/cancelled', params: { requestId: 9 } });
    await bridge.finish();
    expect(of('notifications/cancelled')).toHaveLength(1);
    expect(of('initialize')).toHaveLength(1);
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

  test.each(['CONNECTION_DOES_NOT_EXIST', 'RESOURCE_DOES_NOT_EXIST'])(
    'what the workspace does not know (%s), with the name of the connection (b)',
    async (errorCode) => {
      const { bridge, of } = await startScripted({ 'tools/list': () => platformError(404, errorCode, 'Not found.') });
      await bridge.initialize();
      const answer = await bridge.call(1, 'tools/list');
      expectBridgeError(answer, { kind: 'upstreamHttp', outcome: 'rejected', data: { httpStatus: 404 } });
      expect(answer.error?.message).toContain(CONNECTION);
      expect(of('initialize')).toHaveLength(1);
    },
  );

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
