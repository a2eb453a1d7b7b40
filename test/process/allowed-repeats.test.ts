import { describe, expect, test } from 'vitest';
import { expectBridgeError } from '../support/bridge-error.ts';
import { CUT, raw, result, sse } from '../support/canned.ts';
import { type Script, type Scripted, type ScriptedOptions, startScripted } from '../support/scripted.ts';
import { type Seen, sessionOf } from '../support/seen.ts';

const ALLOWED: ScriptedOptions = { args: ['--retry-annotated'] };

const TOOLS = [
  { name: 'reads', annotations: { readOnlyHint: true } },
  { name: 'sets', annotations: { idempotentHint: true, destructiveHint: true } },
  { name: 'torn', annotations: { readOnlyHint: true, destructiveHint: true, idempotentHint: true } },
  { name: 'wordy', annotations: { readOnlyHint: 'true' } },
  { name: 'silent' },
  { name: 'twice', annotations: { readOnlyHint: true } },
  { name: 'twice', annotations: {} },
];

const CHANGED = '{"jsonrpc":"2.0","method":"notifications/tools/list_changed"}';

/** A server whose answer to the first call of a tool is lost. */
const LOSES_THE_FIRST: Script = {
  'tools/list': (call) => result(call, { tools: TOOLS }),
  'tools/call': (call, nth) => (nth === 1 ? CUT : result(call, 'here')),
};

async function startListed(options: ScriptedOptions, script: Script = {}): Promise<Scripted> {
  const scripted = await startScripted({ ...LOSES_THE_FIRST, ...script }, options);
  await scripted.bridge.initialize();
  await scripted.bridge.call('list', 'tools/list');
  return scripted;
}

async function expectNotRepeated({ bridge, of }: Scripted, params: object | string): Promise<void> {
  bridge.send(
    `{"jsonrpc":"2.0","id":1,"method":"tools/call","params":${typeof params === 'string' ? params : JSON.stringify(params)}}`,
  );
  expectBridgeError(await bridge.answer(1), { kind: 'outcomeUnknown', outcome: 'unknown' });
  expect(of('tools/call')).toHaveLength(1);
}

describe('where the user allows it, a call whose answer was lost', () => {
  test.each(['reads', 'sets'])('is made once more of the tool that says that it %s (T197)', async (name) => {
    const { bridge, of } = await startListed(ALLOWED);
    expect(await bridge.call(1, 'tools/call', { name })).toMatchObject({ result: 'here' });
    const [first, second, ...more] = of('tools/call').map(({ text }) => text);
    expect(second).toBe(first);
    expect(more).toEqual([]);
  });

  test('is made once more, and not twice (T197)', async () => {
    const { bridge, of } = await startListed(ALLOWED, { 'tools/call': () => CUT });
    const { error } = await bridge.call(1, 'tools/call', { name: 'reads' });
    expect(error?.message).toMatch(/^OUTCOME UNKNOWN.*Do not repeat it/);
    expect(of('tools/call')).toHaveLength(2);
  });

  test.each([
    ['contradicts itself', { name: 'torn' }],
    ['says it in another type', { name: 'wordy' }],
    ['says nothing', { name: 'silent' }],
    ['is listed twice', { name: 'twice' }],
    ['is not listed', { name: 'absent' }],
    ['is named twice in the call', '{"name":"silent","name":"reads"}'],
    ['may be another one to a reader that ignores case', '{"name":"reads","Name":"silent"}'],
    ['has no name', {}],
  ])('is not made again of a tool that %s (T197)', async (_what, params) => {
    await expectNotRepeated(await startListed(ALLOWED), params);
  });

  test('is not made again before the tools were listed (T197)', async () => {
    const scripted = await startScripted(LOSES_THE_FIRST, ALLOWED);
    await scripted.bridge.initialize();
    await expectNotRepeated(scripted, { name: 'reads' });
  });

  test('is not made again by a list that another one has replaced (T197)', async () => {
    const scripted = await startListed(ALLOWED, {
      'tools/list': (call, nth) => result(call, { tools: nth === 1 ? TOOLS : [] }),
    });
    await scripted.bridge.call('again', 'tools/list');
    await expectNotRepeated(scripted, { name: 'reads' });
  });

  test('is not made again by the list of a session that is gone (T197)', async () => {
    const lost = raw('{"jsonrpc":"2.0","id":null,"error":{"code":-32001,"message":"Session not found"}}', 404);
    const scripted = await startListed(ALLOWED, {
      'resources/list': (call, nth) => (nth === 1 ? lost : result(call)),
    });
    await scripted.bridge.call('loses the session', 'resources/list');
    expect(scripted.of('initialize')).toHaveLength(2);
    await expectNotRepeated(scripted, { name: 'reads' });
  });

  test.each([
    ['with the answer to a ping', 'ping', {}],
    ['with the answer to another call', 'tools/call', { name: 'silent' }],
    ['with the last page of the list', 'tools/list', { cursor: 'c' }],
  ])('is not made again after the server has said %s that its tools have changed (T229)', async (_, method, params) => {
    const both = (call: Seen) => sse(CHANGED, `{"jsonrpc":"2.0","id":${call.id},"result":{"tools":[]}}`);
    const scripted = await startListed(ALLOWED, {
      ping: both,
      'tools/list': (call, nth) => (nth === 1 ? result(call, { tools: TOOLS }) : both(call)),
      'tools/call': (call) => (call.text.includes('silent') ? both(call) : CUT),
    });
    await scripted.bridge.call('said', method, params);
    await scripted.bridge.line((message) => message.method === 'notifications/tools/list_changed');
    const before = scripted.of('tools/call').length;
    const answer = await scripted.bridge.call(1, 'tools/call', { name: 'reads' });
    expectBridgeError(answer, { kind: 'outcomeUnknown', outcome: 'unknown' });
    expect(scripted.of('tools/call')).toHaveLength(before + 1);
  });

  test('is made again once the list was read anew after such a change (T229)', async () => {
    const { bridge } = await startListed(ALLOWED, {
      ping: (call) => sse(CHANGED, `{"jsonrpc":"2.0","id":${call.id},"result":{}}`),
    });
    await bridge.call('said', 'ping');
    await bridge.call('again', 'tools/list');
    expect(await bridge.call(1, 'tools/call', { name: 'reads' })).toMatchObject({ result: 'here' });
  });

  test('is made again of a tool that stands on a later page of the list (T197)', async () => {
    const { bridge } = await startListed(ALLOWED, {
      'tools/list': (call, nth) => result(call, nth === 1 ? { tools: [], nextCursor: 'c' } : { tools: TOOLS }),
    });
    await bridge.call('more', 'tools/list', { cursor: 'c' });
    expect(await bridge.call(1, 'tools/call', { name: 'reads' })).toMatchObject({ result: 'here' });
  });
});

test('a call whose answer was lost is not made again where nobody allowed it, whatever its tool says (T197)', async () => {
  await expectNotRepeated(await startListed({}), { name: 'reads' });
});

describe('a call that meets 503', () => {
  const script: Script = {
    'tools/call': (call, nth) => (nth === 1 ? raw('busy', 503, { 'retry-after': '0' }) : result(call, 'here')),
  };

  test('is not made again, though the server names a time (T204)', async () => {
    const { bridge, of } = await startScripted(script);
    await bridge.initialize();
    expectBridgeError(await bridge.call(1, 'tools/call'), { kind: 'outcomeUnknown', outcome: 'unknown' });
    expect(of('tools/call')).toHaveLength(1);
  });

  test('is made again where the user allows it, in the same session (T204)', async () => {
    const { bridge, of } = await startScripted(script, { args: ['--retry-503'] });
    await bridge.initialize();
    expect(await bridge.call(1, 'tools/call')).toMatchObject({ result: 'here' });
    expect(new Set(of('tools/call').map(sessionOf)).size).toBe(1);
  });

  test('is not made again by that leave after another status (T204)', async () => {
    const { bridge, of } = await startScripted({ 'tools/call': () => raw('bad', 502) }, { args: ['--retry-503'] });
    await bridge.initialize();
    expectBridgeError(await bridge.call(1, 'tools/call'), { kind: 'outcomeUnknown', outcome: 'unknown' });
    expect(of('tools/call')).toHaveLength(1);
  });
});
