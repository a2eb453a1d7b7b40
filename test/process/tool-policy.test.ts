import { expect, test } from 'vitest';
import { expectBridgeError } from '../support/bridge-error.ts';
import { raw, result, rpcError, silence, sse } from '../support/canned.ts';
import { opened, type Script, startScripted } from '../support/scripted.ts';

const TOOLS = [
  { name: 'get_me', annotations: { readOnlyHint: true } },
  { name: 'issue_read', annotations: { readOnlyHint: true } },
  { name: 'issue_write', annotations: { readOnlyHint: false } },
  { name: 'push_files', annotations: { readOnlyHint: false } },
  { name: 'plain' },
];

/** A server that pays no regard to headers, as one behind an unknown path does. */
const DEAF: Script = { 'tools/list': (call) => result(call, { tools: TOOLS }) };

function namesIn(answer: { result?: { tools: { name: string }[] } }): string[] {
  return answer.result?.tools.map(({ name }) => name) ?? [];
}

test.each<[string[], string[], Record<string, string>]>([
  [['--read-only'], ['get_me', 'issue_read'], { 'X-MCP-Readonly': 'true' }],
  [['--toolsets', 'issues'], ['issue_read', 'issue_write'], { 'X-MCP-Toolsets': 'issues' }],
  [['--toolsets', 'issues', '--read-only'], ['issue_read'], { 'X-MCP-Toolsets': 'issues', 'X-MCP-Readonly': 'true' }],
  [['--tools', 'get_me,issue_*'], ['get_me', 'issue_read', 'issue_write'], { 'X-MCP-Toolsets': 'all' }],
  [
    ['--exclude-tools', 'push_files,*_write'],
    ['get_me', 'issue_read', 'plain'],
    { 'X-MCP-Exclude-Tools': 'push_files' },
  ],
])('%j lists and calls only what it allows, whatever the server does', async (args, allowed, headers) => {
  const { bridge, calls, of } = await startScripted(DEAF, { args });
  await bridge.initialize();
  expect(namesIn(await bridge.call(1, 'tools/list'))).toEqual(allowed);
  for (const { name } of TOOLS) {
    const answer = await bridge.call(`call ${name}`, 'tools/call', { name, arguments: {} });
    if (allowed.includes(name)) expect(answer).toHaveProperty('result');
    else
      expectBridgeError(answer, {
        kind: 'policy',
        outcome: 'not_sent',
        message: new RegExp(`"${name}".*${args[0]}|${args[2]}`),
      });
  }
  expect(of('tools/call')).toHaveLength(allowed.length);
  for (const call of calls) expect(call.headers).toMatchObject(headers);
});

test('a header of the same name that was configured gives way to the policy', async () => {
  const { bridge, calls } = await startScripted(DEAF, { args: ['--read-only', '--header', 'x-mcp-readonly: false'] });
  await bridge.initialize();
  expect(calls[0]?.headers).toMatchObject({ 'X-MCP-Readonly': 'true' });
  expect(calls[0]?.headers).not.toHaveProperty('x-mcp-readonly');
});

test('a call before any list makes the bridge ask for one, once, and page by page', async () => {
  const { bridge, of } = await startScripted(
    {
      'tools/list': (call, nth) =>
        nth === 1
          ? result(call, { tools: TOOLS.slice(2), nextCursor: 'next' })
          : result(call, { tools: TOOLS.slice(0, 2) }),
    },
    { args: ['--read-only'] },
  );
  await bridge.initialize();
  expect(await bridge.call(1, 'tools/call', { name: 'get_me' })).toHaveProperty('result');
  expectBridgeError(await bridge.call(2, 'tools/call', { name: 'issue_write' }), {
    kind: 'policy',
    outcome: 'not_sent',
  });
  expect(of('tools/list')).toHaveLength(2);
  expect(JSON.parse(of('tools/list')[1]?.text ?? '')).toMatchObject({ params: { cursor: 'next' } });
  expect(of('tools/call')).toHaveLength(1);
});

test('a list whose cursor repeats is not asked for again and again (T214)', async () => {
  const { bridge, of } = await startScripted(
    { 'tools/list': (call) => result(call, { tools: TOOLS.slice(0, 1), nextCursor: 'again' }) },
    { args: ['--read-only'] },
  );
  await bridge.initialize();
  expectBridgeError(await bridge.call(1, 'tools/call', { name: 'issue_write' }), {
    kind: 'policy',
    outcome: 'not_sent',
  });
  expect(of('tools/list')).toHaveLength(2);
});

test('"could not ask" is not taken for "does not say": the next call asks again', async () => {
  const { bridge, of } = await startScripted(
    { 'tools/list': (call, nth) => (nth === 1 ? rpcError(call, -32603, 'busy') : result(call, { tools: TOOLS })) },
    { args: ['--read-only'] },
  );
  await bridge.initialize();
  expectBridgeError(await bridge.call(1, 'tools/call', { name: 'get_me' }), {
    kind: 'policy',
    outcome: 'not_sent',
    message: /cannot be told/,
  });
  expect(await bridge.call(2, 'tools/call', { name: 'get_me' })).toHaveProperty('result');
  expect(of('tools/call')).toHaveLength(1);
});

test.each([
  '{"name":"get_me","name":"issue_write"}',
  '{"name":"get_me","Name":"issue_write"}',
  '{"name":["issue_write"]}',
  '{}',
  '[]',
])('a call whose tool is not clear is refused: %s', async (params) => {
  const { bridge, of } = await startScripted(DEAF, { args: ['--read-only'] });
  await bridge.initialize();
  await bridge.call(1, 'tools/list');
  bridge.send(`{"jsonrpc":"2.0","id":2,"method":"tools/call","params":${params}}`);
  expectBridgeError(await bridge.answer(2), { code: -32600, kind: 'policy', outcome: 'not_sent' });
  expect(of('tools/call')).toHaveLength(0);
});

const LIST = (id: string) => `{"jsonrpc":"2.0","id":"${id}","result":{"tools":${JSON.stringify(TOOLS)}}}`;

test('a list in a batch is filtered too', async () => {
  const { bridge } = await startScripted(
    { initialize: (call) => opened(call, undefined, '2025-03-26'), response: () => raw(`[${LIST('list')}]`) },
    { args: ['--read-only'] },
  );
  await bridge.initialize();
  bridge.send('[{"jsonrpc":"2.0","id":"list","method":"tools/list"}]');
  expect(namesIn(await bridge.answer('list'))).toEqual(['get_me', 'issue_read']);
});

test('a list that comes on the stream of another request is filtered too', async () => {
  const { arrived, bridge } = await startScripted(
    { 'tools/list': silence, ping: () => sse(LIST('list'), '{"jsonrpc":"2.0","id":"ping","result":{}}') },
    { args: ['--read-only'] },
  );
  await bridge.initialize();
  bridge.send({ jsonrpc: '2.0', id: 'list', method: 'tools/list' });
  await arrived('tools/list');
  bridge.send({ jsonrpc: '2.0', id: 'ping', method: 'ping' });
  expect(namesIn(await bridge.answer('list'))).toEqual(['get_me', 'issue_read']);
});

test('a batch with a call that is excluded is refused as a whole', async () => {
  const { bridge, calls } = await startScripted(
    { initialize: (call) => opened(call, undefined, '2025-03-26'), ...DEAF },
    { args: ['--read-only'] },
  );
  await bridge.initialize();
  const call = (id: string, name: string) => ({ jsonrpc: '2.0', id, method: 'tools/call', params: { name } });
  bridge.send([call('a', 'get_me'), call('b', 'issue_write')]);
  for (const id of ['a', 'b']) {
    expectBridgeError(await bridge.answer(id), { kind: 'policy', outcome: 'not_sent', message: /"issue_write"/ });
  }
  expect(calls.some(({ text }) => text.includes('tools/call'))).toBe(false);
});

test('a message of 2026-07-28 is judged by a list in its own era', async () => {
  const { bridge, of } = await startScripted(DEAF, { args: ['--read-only', '--route', 'external-function'] });
  const params = { name: 'get_me', _meta: { 'io.modelcontextprotocol/protocolVersion': '2026-07-28' } };
  expect(await bridge.call(1, 'tools/call', params)).toHaveProperty('result');
  expect(of('tools/list')[0]?.headers).toMatchObject({
    'Mcp-Method': 'tools/list',
    'MCP-Protocol-Version': '2026-07-28',
  });
});

test('what is hidden is said once, with the option that hides it', async () => {
  const { bridge } = await startScripted(DEAF, { args: ['--read-only'] });
  await bridge.initialize();
  await bridge.call(1, 'tools/list');
  await bridge.call(2, 'tools/list');
  await bridge.finish();
  const said = bridge.stderr.split('\n').filter((line) => line.includes('left tools out of the list'));
  expect(said.map((line) => JSON.parse(line))).toMatchObject([
    { by: '--read-only', count: 3, tools: ['issue_write', 'push_files', 'plain'] },
  ]);
});

test('what is hidden is said anew when it changes, and nothing is said where nothing is hidden', async () => {
  const more = [...TOOLS, { name: 'one_more_writer' }];
  const lists = [TOOLS, more, [], more];
  const { bridge } = await startScripted(
    { ...DEAF, 'tools/list': (call, nth) => result(call, { tools: lists[nth - 1] ?? [] }) },
    { args: ['--read-only'] },
  );
  await bridge.initialize();
  for (const id of lists.keys()) await bridge.call(id, 'tools/list');
  await bridge.finish();
  const said = bridge.stderr.split('\n').filter((line) => line.includes('left tools out of the list'));
  expect(said.map((line) => JSON.parse(line).count)).toEqual([3, 4, 4]);
});

test('without a policy nothing is edited', async () => {
  const text = '{"name":"get_me","name":"x", "arguments" : {"n":1.0}}';
  const { bridge, of } = await startScripted(DEAF);
  await bridge.initialize();
  bridge.send(`{"jsonrpc":"2.0","id":1,"method":"tools/call","params":${text}}`);
  await bridge.answer(1);
  expect(of('tools/call')[0]?.text).toBe(`{"jsonrpc":"2.0","id":1,"method":"tools/call","params":${text}}`);
});

test.each([
  ['{"name":"a"}', '{"_meta":{"team":"\\"x\\" é","warehouse_id":"w"},"name":"a"}'],
  ['{"name":"a","_meta":{"team":"mine","n":1.0}}', '{"name":"a","_meta":{"warehouse_id":"w","team":"mine","n":1.0}}'],
  ['{"name":"a","_meta":7}', '{"name":"a","_meta":7}'],
])('--meta adds to %s and leaves the rest', async (before, after) => {
  const { bridge, of } = await startScripted({}, { args: ['--meta', 'team="x" é', '--meta', 'warehouse_id=w'] });
  await bridge.initialize();
  bridge.send(`{"jsonrpc":"2.0","id":1,"method":"tools/call","params":${before}}`);
  await bridge.answer(1);
  const { params } = JSON.parse(of('tools/call')[0]?.text ?? '');
  expect(params).toEqual(JSON.parse(after));
  expect(JSON.stringify(params).includes('1.0')).toBe(false);
  expect(of('tools/call')[0]?.text.includes('1.0')).toBe(before.includes('1.0'));
  await bridge.call(2, 'tools/list');
  expect(of('tools/list')[0]?.text).not.toContain('warehouse_id');
});

test.each([
  '"method":"tools/call","params":{"name":"get_me"},"Params":{"name":"issue_write"}',
  '"method":"tools/call","params":{"name":"get_me"},"param\u017f":{"name":"issue_write"}',
  '"method":"tools/call","params":{"name":"issue_write"},"params":{"name":"get_me"}',
  '"method":"tools/call","params":{"name":"get_me","nam\\u0065\\u0000":"issue_write"}',
  '"method":"tools/call","params":{"name":"get_me","Method":"tools/call"}',
  '"method":"prompts/get","Name":"x","params":{"name":"get_me"}',
  '"method":"ping","Id":3',
  '"method":"ping","Method":"tools/call","params":{"name":"issue_write"}',
])('a message that a reader who folds cases takes for another call is refused: %s (T248)', async (members) => {
  const { bridge, calls } = await startScripted(DEAF, { args: ['--read-only'] });
  await bridge.initialize();
  await bridge.call(1, 'tools/list');
  const before = calls.length;
  bridge.send(`{"jsonrpc":"2.0","id":2,${members}}`);
  expectBridgeError(await bridge.answer(2), {
    code: -32600,
    kind: 'policy',
    outcome: 'not_sent',
    message: /readers differ/,
  });
  expect(calls).toHaveLength(before);
});

test('a call without an id, which a server may act on, is held to the policy too', async () => {
  const { bridge, of } = await startScripted(DEAF, { args: ['--read-only'] });
  await bridge.initialize();
  for (const name of ['issue_write', 'get_me']) bridge.send({ jsonrpc: '2.0', method: 'tools/call', params: { name } });
  await bridge.call(1, 'ping');
  await bridge.finish();
  expect(of('tools/call').map(({ text }) => JSON.parse(text).params.name)).toEqual(['get_me']);
});

test('after the server has said that its tools are others, the next call asks for them', async () => {
  const changed = '{"jsonrpc":"2.0","method":"notifications/tools/list_changed"}';
  const writes = [{ name: 'get_me', annotations: { readOnlyHint: false } }];
  const { bridge, of } = await startScripted(
    {
      'tools/list': (call, nth) => result(call, { tools: nth === 1 ? TOOLS : writes }),
      ping: (call) => sse(changed, `{"jsonrpc":"2.0","id":${call.id},"result":{}}`),
    },
    { args: ['--read-only'] },
  );
  await bridge.initialize();
  await bridge.call(1, 'tools/list');
  await bridge.call(2, 'ping');
  expectBridgeError(await bridge.call(3, 'tools/call', { name: 'get_me' }), { kind: 'policy', outcome: 'not_sent' });
  expect(of('tools/call')).toHaveLength(0);
});

test("what comes beside the bridge's own list is the client's", async () => {
  const said = { jsonrpc: '2.0', method: 'notifications/message', params: { level: 'info', data: 'beside' } };
  const { bridge } = await startScripted(
    {
      'tools/list': (call) =>
        sse(JSON.stringify(said), `{"jsonrpc":"2.0","id":${call.id},"result":{"tools":${JSON.stringify(TOOLS)}}}`),
    },
    { args: ['--read-only'] },
  );
  await bridge.initialize();
  expect(await bridge.call(1, 'tools/call', { name: 'get_me' })).toHaveProperty('result');
  expect(bridge.lines.map((line) => JSON.parse(line))).toContainEqual(said);
});

test('--meta is no policy: what is not clear is left to the server', async () => {
  const { bridge, of } = await startScripted({}, { args: ['--meta', 'team=x'] });
  await bridge.initialize();
  bridge.send('{"jsonrpc":"2.0","id":1,"method":"tools/call","params":{"name":7}}');
  expect(await bridge.answer(1)).toHaveProperty('result');
  expect(JSON.parse(of('tools/call')[0]?.text ?? '').params).toEqual({ name: 7, _meta: { team: 'x' } });
});

test('--meta reaches the calls in a batch, and leaves the rest of it as it was', async () => {
  const { bridge, calls } = await startScripted(
    {
      initialize: (call) => opened(call, undefined, '2025-03-26'),
      response: () => raw('[{"jsonrpc":"2.0","id":1,"result":{}},{"jsonrpc":"2.0","id":2,"result":{}}]'),
    },
    { args: ['--meta', 'team=x'] },
  );
  await bridge.initialize();
  const ping = '{"jsonrpc":"2.0", "id":1,"method":"ping"}';
  bridge.send(`[${ping}, {"jsonrpc":"2.0","id":2,"method":"tools/call","params":{"name":"a","arguments":{"n":1.0}}}]`);
  await Promise.all([bridge.answer(1), bridge.answer(2)]);
  expect(calls.at(-1)?.text).toBe(
    `[${ping}, {"jsonrpc":"2.0","id":2,"method":"tools/call","params":{"_meta":{"team":"x"},"name":"a","arguments":{"n":1.0}}}]`,
  );
});

test('a toolset that there is not is said', async () => {
  const { bridge } = await startScripted(DEAF, { args: ['--toolsets', 'issues,isues,default'] });
  await bridge.initialize();
  await bridge.finish();
  expect(bridge.stderr).toMatch(/"toolsets":\["isues"\]/);
});

const ASK = '{"jsonrpc":"2.0","id":"a\\u0073k","method":"roots/list"}';

test('a response is forwarded only if it answers an open request of the server, once (T248)', async () => {
  const { bridge, calls, of } = await startScripted(
    { ping: (call) => sse(ASK, `{"jsonrpc":"2.0","id":${call.id},"result":{}}`) },
    { args: ['--exclude-tools', 'issue_write'] },
  );
  await bridge.initialize();
  const call = '"params":{"name":"issue_write","arguments":{}}';
  bridge.send(`{"jsonrpc":"2.0","id":5,"Method":"tools/call",${call},"result":{}}`);
  bridge.send('{"jsonrpc":"2.0","id":"ask","result":{"roots":[]}}');
  await bridge.call(1, 'ping');
  bridge.send(`{"jsonrpc":"2.0","id":"ask","Method":"tools/call",${call},"result":{}}`);
  bridge.send(`{"jsonrpc":"2.0","id":"ask","metho\\u0064\\u0000":"tools/call",${call},"result":{}}`);
  bridge.send('{"jsonrpc":"2.0","id":"ask","result":{"roots":[1]}}');
  bridge.send('{"jsonrpc":"2.0","id":"ask","result":{"roots":[2]}}');
  await bridge.call(2, 'tools/list');
  await bridge.finish();
  expect(of('response').map(({ text }) => text)).toEqual(['{"jsonrpc":"2.0","id":"ask","result":{"roots":[1]}}']);
  expect(calls.some(({ text }) => text.includes('issue_write'))).toBe(false);
  expect(bridge.stderr).toMatch(/answers no open request of the server/);
  expect(bridge.stderr).toMatch(/readers differ/);
});

test('a batch with such a response is refused as a whole (T248)', async () => {
  const { bridge, calls } = await startScripted(
    { initialize: (call) => opened(call, undefined, '2025-03-26') },
    { args: ['--exclude-tools', 'issue_write'] },
  );
  await bridge.initialize();
  const response = '{"jsonrpc":"2.0","id":5,"Method":"tools/call","params":{"name":"issue_write"},"result":{}}';
  bridge.send(`[{"jsonrpc":"2.0","id":1,"method":"ping"},${response}]`);
  expectBridgeError(await bridge.answer(1), { code: -32600, kind: 'policy', outcome: 'not_sent' });
  expect(calls.some(({ text }) => text.includes('issue_write'))).toBe(false);
});

test('arguments may hold such keys (T248)', async () => {
  const { bridge, of } = await startScripted(DEAF, { args: ['--exclude-tools', 'issue_write'] });
  await bridge.initialize();
  const params = { name: 'get_me', arguments: { Method: 'x', NAME: 'y', params: { Id: 1 } } };
  expect(await bridge.call(1, 'tools/call', params)).toHaveProperty('result');
  expect(of('tools/call')).toHaveLength(1);
});

test('a list on another stream whose id is written with escapes is filtered too (T248)', async () => {
  const { arrived, bridge } = await startScripted(
    { 'tools/list': silence, ping: () => sse(LIST('l\\u0069st'), '{"jsonrpc":"2.0","id":"ping","result":{}}') },
    { args: ['--read-only'] },
  );
  await bridge.initialize();
  bridge.send({ jsonrpc: '2.0', id: 'list', method: 'tools/list' });
  await arrived('tools/list');
  bridge.send({ jsonrpc: '2.0', id: 'ping', method: 'ping' });
  expect(namesIn(await bridge.answer('list'))).toEqual(['get_me', 'issue_read']);
});

test('toolsets that GitHub added since are known', async () => {
  const args = ['--toolsets', 'code_quality,copilot_issue_intents,copilot_spaces,github_support_docs_search'];
  const { bridge } = await startScripted(DEAF, { args });
  await bridge.initialize();
  await bridge.finish();
  expect(bridge.stderr).not.toMatch(/no toolsets of these names/);
});

test('a name that matches no tool is reported at the first list, with the nearest tool (T218)', async () => {
  const args = ['--exclude-tools', 'Push-Files,isue_write,get_me,zzz_*,merge_pull_request', '--tools', 'plain,PLAIN'];
  const { bridge } = await startScripted(DEAF, { args });
  await bridge.initialize();
  await bridge.call(1, 'tools/list');
  await bridge.call(2, 'tools/list');
  await bridge.finish();
  const warnings = bridge.stderr.split('\n').filter((line) => line.includes('matches no tool of the server'));
  expect(warnings.map((line) => JSON.parse(line))).toMatchObject([
    { by: '--tools', name: 'PLAIN', nearest: 'plain' },
    { by: '--exclude-tools', name: 'Push-Files', nearest: 'push_files' },
    { by: '--exclude-tools', name: 'isue_write', nearest: 'issue_write' },
    { by: '--exclude-tools', name: 'zzz_*' },
  ]);
  expect(warnings[3]).not.toContain('nearest');
});

test('--toolsets says at start that it knows the tools of GitHub alone', async () => {
  const { bridge } = await startScripted(DEAF, { args: ['--toolsets', 'issues'] });
  await bridge.says(/--toolsets knows the tools of GitHub's server only/);
  expect(await bridge.initialize()).toHaveProperty('result');
});
