import { describe, expect, test } from 'vitest';
import { expectBridgeError } from '../support/bridge-error.ts';
import { raw, silence } from '../support/canned.ts';
import { FAST_CLOCK } from '../support/preload.ts';
import { startScripted } from '../support/scripted.ts';

const INITIALIZE = { protocolVersion: '2025-11-25', capabilities: {}, clientInfo: { name: 'test', version: '1' } };

describe('a limit that strikes is named, with the option that governs it, if there is one (T227)', () => {
  test.each<[string, string, RegExp, RegExp]>([
    ['initialize', '300', /nothing for 25 s|longer than 25 s/, /no option changes/],
    ['initialize', '20', /nothing for 20 s/, /--request-timeout/],
    ['server/discover', '300', /nothing for 5 s|longer than 5 s/, /no option changes/],
    ['tools/list', '20', /nothing for 20 s/, /--request-timeout/],
  ])('%s with --request-timeout %s', async (method, limit, limitNamed, advice) => {
    const { bridge } = await startScripted(
      { [method]: silence },
      { args: ['--request-timeout', limit], nodeArgs: FAST_CLOCK },
    );
    const answer = await bridge.call(1, method, method === 'initialize' ? INITIALIZE : {});
    expectBridgeError(answer, { kind: 'timeout', outcome: 'unknown', isHarmless: true, message: limitNamed });
    expect(answer.error?.data?.['hint']).toMatch(advice);
    if (!advice.test('--request-timeout')) expect(answer.error?.message).not.toMatch(/--request-timeout/);
  });

  test('the time for answers behind the end of stdin', async () => {
    const { arrived, bridge } = await startScripted({ 'tools/call': silence }, { args: ['--drain-timeout', '0.2'] });
    bridge.send({ jsonrpc: '2.0', id: 1, method: 'tools/call' });
    await arrived('tools/call');
    bridge.child.stdin.end();
    const answer = await bridge.answer(1);
    expectBridgeError(answer, { kind: 'shutdown', outcome: 'unknown', message: /within 0\.2 s/ });
    expect(answer.error?.data?.['hint']).toMatch(/--drain-timeout/);
    expect(answer.error?.message).not.toMatch(/--request-timeout/);
  });

  test('a pause that is longer than the call can wait', async () => {
    const { bridge } = await startScripted({ 'tools/list': () => raw('', 429, { 'retry-after': '30' }) });
    bridge.send({ jsonrpc: '2.0', id: 1, method: 'tools/list' });
    await bridge.says(/trying again/);
    const answer = await bridge.call(2, 'initialize', INITIALIZE);
    expectBridgeError(answer, {
      kind: 'rateLimited',
      outcome: 'not_sent',
      message: /pause of \d+(?:\.\d)? s, .* 9\.5 s/,
    });
  });
});
