import { describe, expect, it } from 'vitest';
import { Problem } from '../../../src/protocol/problem.ts';
import { errorOf, only } from './negotiated.ts';
import { hang } from './scripted-far.ts';
import { translated } from './translated.ts';

const CLIENT_INFO = '{"name":"legacy","version":"1.0","n":12345678901234567890}';
const stamped = (clientCapabilities = '{}') =>
  `"io.modelcontextprotocol/clientInfo":${CLIENT_INFO},"io.modelcontextprotocol/clientCapabilities":${clientCapabilities},"io.modelcontextprotocol/protocolVersion":"2026-07-28"`;

describe('the answer to initialize', () => {
  it.each([
    ['2024-11-05', '2024-11-05'],
    ['2025-03-26', '2025-03-26'],
    ['2025-06-18', '2025-06-18'],
    ['2025-11-25', '2025-11-25'],
    ['2024-10-07', '2025-11-25'],
    ['2026-07-28', '2025-11-25'],
    [null, '2025-11-25'],
  ])('to a client of version %j names version %s (T054)', async (protocolVersion, expected) => {
    const { welcome } = await translated({}, { protocolVersion });
    expect(JSON.parse(welcome)).toHaveProperty('result.protocolVersion', expected);
  });

  it('is what the server says of itself, in its own words (T050, T054)', async () => {
    const { welcome } = await translated(
      {},
      {
        discovered:
          '"capabilities":{"tools":{"listChanged":true},"logging":{},"x":1.0},"ttlMs":0,"instructions":"a\\u2028b",' +
          '"_meta":{"io.modelcontextprotocol/serverInfo":{"version":"2","name":"m","big":12345678901234567890}}',
      },
    );
    expect(welcome).toBe(
      '{"jsonrpc":"2.0","id":0,"result":{"protocolVersion":"2025-11-25",' +
        '"capabilities":{"tools":{"listChanged":true},"logging":{},"x":1.0},' +
        '"serverInfo":{"version":"2","name":"m","big":12345678901234567890},"instructions":"a\\u2028b"}}',
    );
  });

  it.each([
    ['nothing of itself', '"ttlMs":0'],
    [
      'what no legacy client understands',
      '"capabilities":[],"instructions":7,"_meta":{"io.modelcontextprotocol/serverInfo":{"name":1}}',
    ],
  ])('is sound where the server says %s (T054)', async (_, discovered) => {
    const { welcome } = await translated({}, { discovered });
    expect(JSON.parse(welcome)).toEqual({
      jsonrpc: '2.0',
      id: 0,
      result: {
        protocolVersion: '2025-11-25',
        capabilities: {},
        serverInfo: { name: 'unnamed MCP server', version: 'unknown' },
      },
    });
  });

  it('offers nothing that needs a standing stream on a route that has none (T131)', async () => {
    const { say, welcome } = await translated(
      { 'subscriptions/listen': hang },
      {
        streams: false,
        discovered:
          '"capabilities":{"tools":{"listChanged":true},"resources":{"subscribe":true,"listChanged":true},"logging":{}}',
      },
    );
    expect(JSON.parse(welcome)).toHaveProperty('result.capabilities', { tools: {}, resources: {}, logging: {} });
    expect(errorOf(await say({ id: 1, method: 'resources/subscribe', params: { uri: 'a:b' } }))).toMatch(/^-32601: /);
  });

  it('is asked for as the client that it is for', async () => {
    const { far } = await translated({}, { clientCapabilities: '{"sampling":{}}' });
    expect(far.of('server/discover').map(({ text }) => text)).toEqual([
      `{"params":{"_meta":{${stamped('{"sampling":{}}')}}},"jsonrpc":"2.0","id":"uc-mcp-bridge-discover-1-1","method":"server/discover"}`,
    ]);
  });
});

describe('a request', () => {
  it.each([
    [
      'without params',
      '{"jsonrpc":"2.0","id":7,"method":"tools/list"}',
      (meta: string) => `{"params":{"_meta":{${meta}}},"jsonrpc":"2.0","id":7,"method":"tools/list"}`,
    ],
    [
      'with null for params',
      '{"method":"tools/list","params":null,"id":7,"jsonrpc":"2.0"}',
      (meta: string) => `{"method":"tools/list","params":{"_meta":{${meta}}},"id":7,"jsonrpc":"2.0"}`,
    ],
    [
      'with params that would not survive a rebuild',
      '{"id":7,"params":{"n":12345678901234567890,"f":1.0,"f":1e400},"x":-0,"method":"tools/list","jsonrpc":"2.0"}',
      (meta: string) =>
        `{"id":7,"params":{"_meta":{${meta}},"n":12345678901234567890,"f":1.0,"f":1e400},"x":-0,"method":"tools/list","jsonrpc":"2.0"}`,
    ],
    [
      'with a _meta of its own',
      '{"jsonrpc":"2.0","id":7,"method":"tools/list","params":{"_meta":{"progressToken":9007199254740993}}}',
      (meta: string) =>
        `{"jsonrpc":"2.0","id":7,"method":"tools/list","params":{"_meta":{${meta},"progressToken":9007199254740993}}}`,
    ],
  ])('%s gets its _meta in its own text, and no other change (T054, T058)', async (_, text, expected) => {
    const { far, say } = await translated({ 'tools/list': () => [{ result: {} }] });
    expect(only(await say(text))).toMatchObject({ id: 7 });
    const [sent] = far.of('tools/list');
    expect(sent?.text).toBe(expected(stamped()));
    expect(sent?.message).toHaveProperty('modern.version', '2026-07-28');
  });

  it('that can hold no _meta is refused here', async () => {
    const { far, say } = await translated({});
    expect(errorOf(await say({ id: 7, method: 'tools/list', params: [1] }))).toMatch(/^-32602: /);
    expect(errorOf(await say({ id: 7, method: 'tools/list', params: { _meta: 1 } }))).toMatch(/^-32602: /);
    expect(far.of('tools/list')).toEqual([]);
  });

  it('is answered in the words of the server, but for the type of the result (T054)', async () => {
    const { say } = await translated({
      'tools/list': () => [
        '{"jsonrpc":"2.0","result":{"resultType":"complete", "ttlMs":5,"n":1.0,"_meta":{"a":1}},"id":"x"}',
      ],
    });
    expect(await say({ id: 'x', method: 'tools/list' })).toEqual([
      '{"jsonrpc":"2.0","result":{"ttlMs":5,"n":1.0,"_meta":{"a":1}},"id":"x"}',
    ]);
  });

  it.each([
    ['another type', '{"jsonrpc":"2.0","id":1,"result":{"resultType":"task"}}'],
    ['no type', '{"jsonrpc":"2.0","id":1,"result":{"content":[]}}'],
    ['no object', '{"jsonrpc":"2.0","id":1,"result":7}'],
    ['an error', '{"jsonrpc":"2.0","id":1,"error":{"code":-32021,"message":"m","data":{"requiredCapabilities":{}}}}'],
  ])('is answered with %s as the server wrote it (T054)', async (_, answer) => {
    const { say } = await translated({ 'tools/list': () => [answer] });
    expect(await say({ id: 1, method: 'tools/list' })).toEqual([answer]);
  });

  it('hands on progress and log messages before its answer, as they are (T058)', async () => {
    const progress = '{"jsonrpc":"2.0","method":"notifications/progress","params":{"progressToken":9007199254740993}}';
    const message = '{"jsonrpc":"2.0","method":"notifications/message","params":{"level":"info","data":1.0}}';
    const { say } = await translated({ 'tools/call': () => [progress, message, { result: {} }] });
    expect(await say({ id: 1, method: 'tools/call', params: { name: 'a' } })).toEqual([
      progress,
      message,
      '{"jsonrpc":"2.0","id":1,"result":{}}',
    ]);
  });

  it('that is cancelled ends its exchange, and posts nothing (T129)', async () => {
    const { far, say } = await translated({ 'tools/call': hang });
    const caller = new AbortController();
    const answered = say({ id: 0, method: 'tools/call', params: { name: 'a' } }, caller.signal);
    const { signal } = await far.arrived('tools/call');
    expect(await say({ method: 'notifications/cancelled', params: { requestId: 0 } })).toEqual([]);
    caller.abort(new Problem('shutdown', 'cancelled'));
    await answered;
    expect(signal.aborted).toBe(true);
    expect(far.of('notifications/cancelled')).toEqual([]);
  });
});

describe('what the modern era has no message for', () => {
  it('is answered here: ping (T054)', async () => {
    const { far, say } = await translated({});
    expect(await say('{"jsonrpc":"2.0","id":9007199254740993,"method":"ping"}')).toEqual([
      '{"jsonrpc":"2.0","id":9007199254740993,"result":{}}',
    ]);
    expect(far.of('ping')).toEqual([]);
  });

  it('is answered here: logging/setLevel, whose level each later request says (T054)', async () => {
    const { far, say } = await translated({ 'tools/list': () => [{ result: {} }] });
    await say({ id: 1, method: 'tools/list' });
    expect(only(await say({ id: 2, method: 'logging/setLevel', params: { level: 'warning' } }))).toMatchObject({
      result: {},
    });
    await say({ id: 3, method: 'tools/list' });
    expect(errorOf(await say({ id: 4, method: 'logging/setLevel', params: { level: 'loud' } }))).toMatch(/^-32602: /);
    await say({ id: 5, method: 'tools/list' });
    expect(far.of('tools/list').map(({ json }) => json.params._meta['io.modelcontextprotocol/logLevel'])).toEqual([
      undefined,
      'warning',
      'warning',
    ]);
  });

  it.each([
    ['logging/setLevel', undefined],
    ['logging/setLevel', {}],
    ['logging/setLevel', { level: null }],
    ['logging/setLevel', { level: ['info'] }],
    ['resources/subscribe', undefined],
    ['resources/subscribe', {}],
    ['resources/subscribe', { uri: 7 }],
    ['resources/unsubscribe', undefined],
    ['resources/unsubscribe', { uri: null }],
  ])('is refused here where its parameter is missing or no text: %s with %j (T054)', async (method, params) => {
    const { far, say } = await translated({}, { discovered: '"capabilities":{"resources":{"subscribe":true}}' });
    const before = far.sent.length;
    expect(errorOf(await say({ id: 1, method, params }))).toMatch(/^-32602: /);
    expect(far.sent).toHaveLength(before);
  });

  it.each([
    'notifications/initialized',
    'notifications/roots/list_changed',
    'notifications/cancelled',
    'notifications/progress',
  ])('is kept here: %s (T054)', async (method) => {
    const { far, say } = await translated({});
    const before = far.sent.length;
    expect(await say({ method })).toEqual([]);
    expect(far.sent).toHaveLength(before);
  });

  it('is dropped where it answers no question (T054)', async () => {
    const { far, say } = await translated({});
    expect(await say({ id: 'nobody', result: {} })).toEqual([]);
    expect(far.of('response')).toEqual([]);
  });
});

it('forwards a notification that it does not know, as a modern one (T060)', async () => {
  const { far, say } = await translated({});
  expect(await say({ method: 'notifications/custom', params: { a: 1 } })).toEqual([]);
  expect(far.of('notifications/custom').map(({ message }) => message)).toMatchObject([
    { modern: { version: '2026-07-28' } },
  ]);
});

describe('a batch', () => {
  it('is taken where 2025-03-26 was agreed on, and each request in it is answered by its id', async () => {
    const { negotiation, say } = await translated(
      { 'tools/list': () => [{ result: { tools: [], resultType: 'complete' } }] },
      { protocolVersion: '2025-03-26' },
    );
    expect(negotiation.takesBatches).toBe(true);
    const list = '{"jsonrpc":"2.0","id":"l","method":"tools/list"}';
    const note = '{"jsonrpc":"2.0","method":"notifications/initialized"}';
    const ping = '{"jsonrpc":"2.0","id":1,"method":"ping"}';
    expect(await say(`[${list},${note},${ping}]`)).toEqual([
      '{"jsonrpc":"2.0","id":"l","result":{"tools":[]}}',
      '{"jsonrpc":"2.0","id":1,"result":{}}',
    ]);
  });

  it('loses none of its requests when one fails', async () => {
    const { say } = await translated({}, { protocolVersion: '2025-03-26' });
    const wrong = '{"jsonrpc":"2.0","id":1,"method":"tools/list","params":[]}';
    const ping = '{"jsonrpc":"2.0","id":2,"method":"ping"}';
    const [first, second] = await say(`[${wrong},${ping}]`);
    expect(first).toBe('{"jsonrpc":"2.0","id":2,"result":{}}');
    expect(second).toContain('"code":-32602');
  });

  it('is not taken where another revision was', async () => {
    expect((await translated({})).negotiation.takesBatches).toBe(false);
  });
});

it('begins anew with a new initialize, and asks the server again', async () => {
  const { far, say } = await translated({ ping: () => [{ result: {} }] });
  const again = { id: 8, method: 'initialize', params: { protocolVersion: '2025-03-26', capabilities: {} } };
  expect(only(await say(again))).toMatchObject({ id: 8, result: { protocolVersion: '2025-03-26' } });
  expect(far.of('initialize')).toHaveLength(2);
  expect(far.of('server/discover').map(({ json }) => json.id)).toEqual([
    'uc-mcp-bridge-discover-1-1',
    'uc-mcp-bridge-discover-2-1',
  ]);
});
