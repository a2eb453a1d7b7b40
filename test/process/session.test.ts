import { describe, expect, test } from 'vitest';
import { expectBridgeError } from '../support/bridge-error.ts';
import { rpcError } from '../support/canned.ts';
import { startSandboxed } from '../support/sandboxed.ts';
import { opened, SESSION_ID, startScripted } from '../support/scripted.ts';
import { sessionOf } from '../support/seen.ts';

const GET_ME = { name: 'get_me', arguments: {} };

describe('a session', () => {
  test.each(['mcp-session-id', 'Mcp-Session-Id', 'MCP-SESSION-ID'])(
    'whose id comes as the header %s is echoed on every later message (T061)',
    async (sessionHeader) => {
      const { bridge, sandbox } = await startSandboxed({ sessionHeader });
      await bridge.initialize();
      expect(await bridge.call(1, 'tools/call', GET_ME)).toHaveProperty('result');
      expect(await bridge.call(2, 'tools/list')).toHaveProperty('result');
      expect(sandbox.sessionIds).toHaveLength(1);
    },
  );

  test('is named by every kind of message, and not by initialize (T061)', async () => {
    const { arrived, bridge, calls } = await startScripted();
    await bridge.initialize();
    await bridge.call(1, 'tools/call', GET_ME);
    bridge.send({ jsonrpc: '2.0', method: 'notifications/progress' });
    await arrived('notifications/progress');
    bridge.send({ jsonrpc: '2.0', id: 's', result: {} });
    await bridge.finish();
    expect(calls.map((call) => [call.what, sessionOf(call)])).toEqual([
      ['initialize', undefined],
      ['notifications/initialized', SESSION_ID],
      ['tools/call', SESSION_ID],
      ['notifications/progress', SESSION_ID],
      ['response', SESSION_ID],
      ['DELETE', SESSION_ID],
    ]);
  });

  test('whose id is other on a later answer keeps the id of initialize, with a warning (T072)', async () => {
    const { bridge, of } = await startScripted({
      'tools/list': (call) => opened(call, 'session-canary-of-a-later-answer'),
    });
    await bridge.initialize();
    await bridge.call(1, 'tools/list');
    await bridge.call(2, 'tools/list');
    expect(of('tools/list').map(sessionOf)).toEqual([SESSION_ID, SESSION_ID]);
    await bridge.says(/"level":40.*named another session/);
  });

  test('is replaced by a new initialize of the client, which names none (T063)', async () => {
    const { bridge, of } = await startScripted({ initialize: (call, nth) => opened(call, `${SESSION_ID}-${nth}`) });
    await bridge.initialize();
    await bridge.call('again', 'initialize', { protocolVersion: '2025-11-25' });
    await bridge.call(1, 'tools/list');
    expect(of('initialize').map(sessionOf)).toEqual([undefined, undefined]);
    expect(of('tools/list').map(sessionOf)).toEqual([`${SESSION_ID}-2`]);
  });

  test('that was opened twice is ended twice, the old one at once (T063, T074)', async () => {
    const { bridge, of, arrived } = await startScripted({
      initialize: (call, nth) => opened(call, `${SESSION_ID}-${nth}`),
    });
    await bridge.initialize();
    await bridge.call('again', 'initialize', { protocolVersion: '2025-11-25' });
    await arrived('DELETE');
    await bridge.finish();
    expect(of('DELETE').map(sessionOf)).toEqual([`${SESSION_ID}-1`, `${SESSION_ID}-2`]);
  });

  test.each([
    ['a sound one', SESSION_ID, [SESSION_ID, `${SESSION_ID}-2`]],
    ['one with a blank', `${SESSION_ID} x`, [`${SESSION_ID}-2`]],
    ['a long one', SESSION_ID.padEnd(1025, 'x'), [`${SESSION_ID}-2`]],
  ])('whose initialize was lost is ended too, but only under a sound id: %s', async (_what, id, expected) => {
    const lost = { cut: true, after: { status: 200, headers: { 'mcp-session-id': id }, body: '{"jsonrpc":' } } as const;
    const { bridge, of } = await startScripted({
      initialize: (call, nth) => (nth === 1 ? lost : opened(call, `${SESSION_ID}-2`)),
    });
    expect(await bridge.initialize()).toHaveProperty('result');
    await bridge.finish();
    expect(of('initialize')).toHaveLength(2);
    expect(of('DELETE').map(sessionOf)).toEqual(expected);
  });

  test('is not opened by an initialize that fails, whatever id comes with it (T061)', async () => {
    const { bridge, calls } = await startScripted({
      initialize: (call) => ({ ...rpcError(call, -32602, 'no'), headers: { 'mcp-session-id': SESSION_ID } }),
    });
    expect(await bridge.initialize()).toHaveProperty('error.code', -32602);
    await bridge.call(1, 'tools/list');
    await bridge.finish();
    for (const call of calls) expect(sessionOf(call)).toBeUndefined();
    expect(calls.map(({ what }) => what)).not.toContain('DELETE');
  });

  test.each([
    ['with a blank', 'session canary'],
    ['beyond ASCII', 'session-\u00e9'],
    ['that is empty', ''],
    ['of 8 KiB', 'x'.repeat(8192)],
  ])('%s for an id is an error of the protocol, and its id is never sent (T073)', async (_what, id) => {
    const { bridge, calls } = await startScripted({ initialize: (call) => opened(call, id) });
    expectBridgeError(await bridge.initialize(), { kind: 'invalidUpstream', outcome: 'rejected' });
    await bridge.call(1, 'tools/list');
    for (const call of calls) expect(call.headers).not.toHaveProperty('Mcp-Session-Id');
  });
});

describe('a server without sessions', () => {
  test('is sent no session id, and nothing at the end (T062)', async () => {
    const { bridge, calls } = await startScripted({}, { sessions: false });
    await bridge.initialize();
    await bridge.call(1, 'tools/list');
    expect(await bridge.finish()).toEqual({ code: 0, signal: null });
    expect(calls.map(({ what }) => what)).toEqual(['initialize', 'notifications/initialized', 'tools/list']);
    for (const call of calls) expect(call.headers).not.toHaveProperty('Mcp-Session-Id');
  });

  test.each(['json', 'sse'] as const)('serves everything, as %s (T062)', async (answers) => {
    const { bridge, sandbox } = await startSandboxed({ sessions: false, answers });
    await bridge.initialize();
    expect(await bridge.call(1, 'tools/call', GET_ME)).toHaveProperty('result.content');
    expect(sandbox.sessionIds).toEqual([]);
  });
});

test('a request before initialize is forwarded, and the error of the server relayed (T076)', async () => {
  const { bridge } = await startSandboxed();
  const answer = await bridge.call(1, 'tools/list');
  expect(answer.error).toMatchObject({ code: -32000 });
  expect(answer.error?.data).toBeUndefined();
});
