/** The examples of the JSON-RPC 2.0 specification, section 7, as a client would send them. */

import { expect, test } from 'vitest';
import { result, rpcError } from '../support/canned.ts';
import { opened, type Script, SESSION_ID, startScripted } from '../support/scripted.ts';

/** A server of the methods in the examples. */
const CALCULATOR: Script = {
  subtract: (call) => {
    const { params } = JSON.parse(call.text);
    const [minuend, subtrahend] = Array.isArray(params) ? params : [params.minuend, params.subtrahend];
    return result(call, minuend - subtrahend);
  },
  foobar: (call) => rpcError(call, -32601, 'Method not found'),
};

const subtract = (params: unknown, id: number) => JSON.stringify({ jsonrpc: '2.0', method: 'subtract', params, id });
const refusal = (code: number) => ({ jsonrpc: '2.0', error: { code } });

test.each<[string, string, readonly object[]]>([
  ['positional parameters', subtract([42, 23], 1), [{ jsonrpc: '2.0', result: 19, id: 1 }]],
  ['positional parameters the other way round', subtract([23, 42], 2), [{ jsonrpc: '2.0', result: -19, id: 2 }]],
  ['named parameters', subtract({ subtrahend: 23, minuend: 42 }, 3), [{ jsonrpc: '2.0', result: 19, id: 3 }]],
  ['named parameters in another order', subtract({ minuend: 42, subtrahend: 23 }, 4), [{ result: 19, id: 4 }]],
  ['a notification', '{"jsonrpc":"2.0","method":"update","params":[1,2,3,4,5]}', []],
  ['a notification without parameters', '{"jsonrpc": "2.0", "method": "foobar"}', []],
  [
    'a method that does not exist',
    '{"jsonrpc":"2.0","method":"foobar","id":"1"}',
    [{ error: { code: -32601 }, id: '1' }],
  ],
  ['JSON that is none', '{"jsonrpc": "2.0", "method": "foobar, "params": "bar", "baz]', [refusal(-32700)]],
  ['a method that is no string', '{"jsonrpc": "2.0", "method": 1, "params": "bar"}', [refusal(-32600)]],
  [
    'a batch that is no JSON',
    '[{"jsonrpc":"2.0","method":"sum","params":[1,2,4],"id":"1"},{"jsonrpc":"2.0","method"',
    [refusal(-32700)],
  ],
  ['an empty array', '[]', [refusal(-32600)]],
  ['an array of something else', '[1,2,3]', [refusal(-32600)]],
])(
  '%s: as the specification says, but for an error without a readable id, which has none (T056, T008)',
  async (_what, line, answers) => {
    const { bridge } = await startScripted(CALCULATOR);
    bridge.send(line);
    await bridge.finish();
    expect(bridge.messages).toMatchObject(answers);
    expect(bridge.messages).toHaveLength(answers.length);
    for (const message of bridge.messages) expect(message.id).not.toBeNull();
  },
);

test('a batch of requests and notifications, in the revision that has them, is answered request by request (T056, T017)', async () => {
  const { bridge } = await startScripted({
    ...CALCULATOR,
    initialize: (call) => opened(call, SESSION_ID, '2025-03-26'),
    response: (call) => {
      const asked: { id?: string }[] = JSON.parse(call.text);
      const answers = asked.flatMap(({ id }) => (id === undefined ? [] : [{ jsonrpc: '2.0', id, result: Number(id) }]));
      return { status: 200, headers: {}, body: JSON.stringify(answers) };
    },
  });
  await bridge.initialize();
  const sum = (id?: string) => ({ jsonrpc: '2.0', method: 'sum', params: [1, 2, 4], ...(id && { id }) });
  bridge.send(JSON.stringify([sum('1'), sum(), sum('2')]));
  await Promise.all([bridge.answer('1'), bridge.answer('2')]);
  await bridge.finish();
  expect(bridge.lines).toHaveLength(3);
});
