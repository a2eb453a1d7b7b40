import { describe, expect, test } from 'vitest';
import type { CannedReply } from '../../src/sandbox/workspace.ts';
import { expectBridgeError } from '../support/bridge-error.ts';
import { CUT, platformError, raw, result } from '../support/canned.ts';
import { startSandboxed } from '../support/sandboxed.ts';
import { type Handler, startScripted } from '../support/scripted.ts';

const LOSSES: readonly (readonly [what: string, reply: CannedReply, data: object])[] = [
  ['a connection that is cut before the answer (T098)', CUT, {}],
  ['a connection that is cut amid the answer (T098)', { cut: true, after: { status: 200, body: '{"jsonrpc":' } }, {}],
  ['500', raw('internal', 500), { httpStatus: 500 }],
  ['502 with a web page (T100)', raw('<html><title>502 Bad Gateway</title></html>', 502), { httpStatus: 502 }],
  ['503', raw('', 503), { httpStatus: 503 }],
  ['504 of the platform (T100)', platformError(504, 'DEADLINE_EXCEEDED', 'timed out'), { httpStatus: 504 }],
];

function once(lost: CannedReply): Handler {
  return (call, nth) => (nth === 1 ? lost : result(call));
}

describe.each(LOSSES)('after %s', (_what, reply, data) => {
  test('tools/call is not sent again, and says that its outcome is unknown', async () => {
    const { bridge, of } = await startScripted({ 'tools/call': once(reply) });
    const answer = await bridge.call(1, 'tools/call');
    expectBridgeError(answer, { kind: 'outcomeUnknown', outcome: 'unknown', data: { attempts: 1, ...data } });
    expect(answer.error?.message).toMatch(/do not repeat/i);
    expect(of('tools/call')).toHaveLength(1);
  });

  test('tools/list is sent again, once', async () => {
    const { bridge, of } = await startScripted({ 'tools/list': once(reply), 'prompts/list': () => reply });
    expect(await bridge.call(1, 'tools/list')).toHaveProperty('result');
    expect(of('tools/list')).toHaveLength(2);
    const answer = await bridge.call(2, 'prompts/list');
    expectBridgeError(answer, {
      kind: expect.any(String),
      outcome: 'unknown',
      isHarmless: true,
      data: { attempts: 2, ...data },
    });
    expect(of('prompts/list')).toHaveLength(2);
  });
});

test.each([502, 503])(
  'completion/complete is not repeated after %i: it has been seen to crash a server',
  async (status) => {
    const { bridge, of } = await startScripted({
      'completion/complete': () => raw('', status, { 'Retry-After': '0' }),
    });
    const answer = await bridge.call(1, 'completion/complete');
    expectBridgeError(answer, { kind: 'upstreamHttp', outcome: 'unknown', isHarmless: true, data: { attempts: 1 } });
    expect(of('completion/complete')).toHaveLength(1);
  },
);

test('an unknown method counts as one with effects', async () => {
  const { bridge, of } = await startScripted({ 'acme/do': () => CUT });
  expectBridgeError(await bridge.call(1, 'acme/do'), { kind: 'outcomeUnknown', outcome: 'unknown' });
  expect(of('acme/do')).toHaveLength(1);
});

test('a call that was carried out before the connection broke was carried out once (T196)', async () => {
  const { bridge, sandbox } = await startSandboxed({
    onCall: async (call) => {
      if (!call.text?.includes('issue_write')) return undefined;
      await call.forward();
      return CUT;
    },
  });
  await bridge.initialize();
  const args = { method: 'create', owner: 'octo-sandbox', repo: 'lighthouse', title: 'once' };
  const answer = await bridge.call(1, 'tools/call', { name: 'issue_write', arguments: args });
  expectBridgeError(answer, { kind: 'outcomeUnknown', outcome: 'unknown', data: { attempts: 1 } });
  expect(sandbox.ledger.snapshot()).toEqual({ issue_write: 1 });
});

test('a connection that breaks under reuse loses one call and no other (T098, T099)', async () => {
  const { bridge, of } = await startScripted({ 'tools/call': (call, nth) => (nth === 2 ? CUT : result(call)) });
  expect(await bridge.call(1, 'tools/call')).toHaveProperty('result');
  expectBridgeError(await bridge.call(2, 'tools/call'), { kind: 'outcomeUnknown', outcome: 'unknown' });
  expect(await bridge.call(3, 'tools/call')).toHaveProperty('result');
  expect(of('tools/call').map(({ id }) => id)).toEqual(['1', '2', '3']);
});

describe('notifications are never answered, whatever becomes of them (T060)', () => {
  test.each<[string, CannedReply, boolean]>([
    ['202', raw('', 202), false],
    ['200 with a body', raw('{"ok":true}'), false],
    ['204', raw('', 204), false],
    ['400 with a JSON-RPC error', raw('{"jsonrpc":"2.0","id":null,"error":{"code":-32600,"message":"no"}}', 400), true],
    ['500', raw('boom', 500), true],
    ['a connection that is cut', CUT, true],
  ])('%s', async (_what, reply, logged) => {
    const { bridge, of } = await startScripted({ 'notifications/progress': () => reply });
    bridge.send({ jsonrpc: '2.0', method: 'notifications/progress', params: { progressToken: 1, progress: 1 } });
    await bridge.finish();
    expect(bridge.lines).toEqual([]);
    expect(of('notifications/progress')).toHaveLength(1);
    expect(/a message that is not answered was lost/.test(bridge.stderr)).toBe(logged);
  });
});

test('an answer to the server that is lost is logged and not answered (T057)', async () => {
  const { bridge, of } = await startScripted({ response: () => raw('boom', 500) });
  bridge.send({ jsonrpc: '2.0', id: 'of the server', result: {} });
  await bridge.finish();
  expect(bridge.lines).toEqual([]);
  expect(of('response')).toHaveLength(1);
  expect(bridge.stderr).toMatch(/a message that is not answered was lost/);
});

test('what may have run stays so, though a later attempt was turned away', async () => {
  const { bridge } = await startScripted({
    'tools/list': (_, nth) => (nth === 1 ? CUT : platformError(401, 'UNAUTHENTICATED', 'Invalid Token')),
  });
  await bridge.initialize();
  expectBridgeError(await bridge.call(1, 'tools/list'), { kind: 'auth', outcome: 'unknown', isHarmless: true });
});
