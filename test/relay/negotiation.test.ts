import { describe, expect, it } from 'vitest';
import { Problem } from '../../src/protocol/problem.ts';
import { errorOf, META, negotiated, only } from './translate/negotiated.ts';
import { hang, type Reply } from './translate/scripted-far.ts';

const DISCOVER = { id: 1, method: 'server/discover', params: { _meta: META } };
const LISTEN = { id: 2, method: 'subscriptions/listen', params: { notifications: {}, _meta: META } };
const INITIALIZE = { id: 0, method: 'initialize', params: { protocolVersion: '2025-06-18', capabilities: {} } };
const INITIALIZED = { method: 'notifications/initialized' };

const DISCOVERED = {
  result: { supportedVersions: ['2026-07-28'], capabilities: { tools: {} }, resultType: 'complete' },
};
const DUAL = { result: { supportedVersions: ['2026-07-28', '2025-11-25'], capabilities: {} } };
const SERVED = { result: { protocolVersion: '2025-06-18', capabilities: {} } };

const error = (code: number, message: string, data?: object) => ({ error: { code, message, data } });
const unsupported = (...supported: string[]) => error(-32022, 'Unsupported protocol version', { supported });

async function* failing(problem: Problem): AsyncGenerator<object, void, undefined> {
  yield* await Promise.reject<object[]>(problem);
}

const rejected = (kind: Problem['kind'], httpStatus?: number) =>
  failing(new Problem(kind, 'no', { outcome: 'rejected', httpStatus }));

describe('server/discover', () => {
  it('is answered -32601 without a request where the protocol is to be legacy (T055)', async () => {
    const { far, say } = negotiated({}, { protocol: 'legacy' });
    expect(errorOf(await say(DISCOVER))).toMatch(/^-32601: .*initialize/);
    expect(far.sent).toEqual([]);
  });

  it('passes as it is, and so does its answer, byte for byte (T055)', async () => {
    const answer =
      '{ "id":1 ,"jsonrpc":"2.0","result":{"supportedVersions":["2026-07-28"],"big":12345678901234567890,"x":1.0}}';
    const { far, say } = negotiated({ 'server/discover': () => [answer] });
    expect(await say(DISCOVER)).toEqual([answer]);
    expect(await say(DISCOVER)).toEqual([answer]);
    expect(far.sent).toHaveLength(2);
  });

  it('passes on an unsupported version with what is supported, since that is the word of a modern server (T055)', async () => {
    const { say } = negotiated({ 'server/discover': () => [unsupported('2027-01-01')] });
    expect(only(await say(DISCOVER))).toMatchObject(unsupported('2027-01-01'));
  });

  it.each<[string, () => Reply]>([
    ['a method that is not found', () => [error(-32601, 'method not found: "server/discover"')]],
    ['headers that were lost on the way', () => [error(-32020, 'missing required Mcp-Method header')]],
    ['a demand for a session', () => [error(-32000, 'Bad Request: Server not initialized')]],
    ['an invalid request', () => [error(-32600, 'Invalid Request')]],
    ['the plain text of a server that handles no such call', () => rejected('methodNotFound', 400)],
    ['a status', () => rejected('upstreamHttp', 400)],
    ['something that is no MCP', () => rejected('invalidUpstream', 200)],
  ])('becomes -32601 after %s, which is not asked again (T055)', async (_, reply) => {
    const { far, say } = negotiated({ 'server/discover': reply });
    expect(errorOf(await say(DISCOVER))).toMatch(/^-32601: /);
    expect(errorOf(await say({ ...DISCOVER, id: 'again' }))).toMatch(/^-32601: /);
    expect(far.sent).toHaveLength(1);
  });

  it.each<[string, () => Reply, string]>([
    ['unreachable', () => failing(new Problem('unreachable', 'no')), 'unreachable'],
    ['late', () => failing(new Problem('timeout', 'no', { outcome: 'unknown' })), 'timeout'],
    ['locked', () => rejected('auth', 403), 'auth'],
    ['behind a login', () => rejected('connectionLogin'), 'connectionLogin'],
    ['forbidden', () => rejected('upstreamHttp', 403), 'upstreamHttp'],
    ['down', () => failing(new Problem('upstreamHttp', 'no', { outcome: 'unknown', httpStatus: 502 })), 'upstreamHttp'],
  ])('tells of a far end that is %s as of any other, and forgets it (T055)', async (_, reply, kind) => {
    const { far, say } = negotiated({ 'server/discover': (_sent, nth) => (nth === 1 ? reply() : [DISCOVERED]) });
    expect(only(await say(DISCOVER))).toMatchObject({ error: { code: -32603, data: { kind } } });
    expect(only(await say(DISCOVER))).toMatchObject(DISCOVERED);
    expect(far.sent).toHaveLength(2);
  });

  it('hands an internal error of the server on: it says nothing about eras (T055)', async () => {
    const { far, say } = negotiated({ 'server/discover': () => [error(-32603, 'boom')] });
    expect(errorOf(await say(DISCOVER))).toBe('-32603: boom');
    await say(DISCOVER);
    expect(far.sent).toHaveLength(2);
  });

  it.each([
    ['answered', [DISCOVERED]],
    ['refused', [error(-32601, 'no')]],
  ])('does not keep a client from initializing when it was %s (T055)', async (_, reply) => {
    const { far, say } = negotiated({ 'server/discover': () => reply, initialize: () => [SERVED] });
    await say(DISCOVER);
    expect(only(await say(INITIALIZE))).toMatchObject({ id: 0, ...SERVED });
    expect(far.of('initialize')).toHaveLength(1);
  });
});

describe('subscriptions/listen', () => {
  it('is refused here with -32601 on a route that does not stream (T131)', async () => {
    const { far, say } = negotiated({}, { streams: false });
    expect(errorOf(await say(LISTEN))).toMatch(/^-32601: .*test-route.*--route/);
    expect(far.sent).toEqual([]);
  });

  it('is forwarded on one that does, and the answer relayed (T131)', async () => {
    const { say } = negotiated({ 'subscriptions/listen': () => [error(-32601, 'not here')] });
    expect(errorOf(await say(LISTEN))).toBe('-32601: not here');
  });
});

describe('an initialize', () => {
  it('goes out as it is, and what follows too, where the server takes it (T050)', async () => {
    const text = '{"method":"initialize","params":{"capabilities":{"sampling":{}},"n":1e400},"id":0,"jsonrpc":"2.0"}';
    const { far, say } = negotiated({
      initialize: () => [SERVED],
      ping: () => ['{"id":1,"jsonrpc":"2.0","result":{}}'],
    });
    await say(text);
    await say(INITIALIZED);
    expect(await say({ id: 1, method: 'ping' })).toEqual(['{"id":1,"jsonrpc":"2.0","result":{}}']);
    expect(far.sent.map((sent) => sent.text)).toEqual([
      text,
      '{"jsonrpc":"2.0","method":"notifications/initialized"}',
      '{"jsonrpc":"2.0","id":1,"method":"ping"}',
    ]);
  });

  it.each([
    ['a version among the supported that the client may ask for', unsupported('2026-07-28', '2025-11-25')],
    ['only versions whose rules nobody here knows', unsupported('2027-01-01')],
    ['parameters that are wrong', error(-32602, 'clientInfo is missing')],
    ['any other error', error(-32603, 'boom')],
  ])('that is refused with %s is answered so, and nothing is guessed (T054)', async (_, refusal) => {
    const { far, say } = negotiated({ initialize: () => [refusal], 'server/discover': () => [DISCOVERED] });
    expect(only(await say(INITIALIZE))).toEqual(JSON.parse(JSON.stringify({ jsonrpc: '2.0', id: 0, ...refusal })));
    expect(far.of('server/discover')).toEqual([]);
  });

  it.each([
    ['an unsupported version and only modern ones that are', unsupported('2026-07-28')],
    ['an unsupported version without saying which are not', error(-32022, 'no')],
    ['an unknown method', error(-32601, 'Method not found')],
    ['headers that it misses', error(-32020, 'missing required Mcp-Method header')],
    [
      'members of _meta that it misses',
      error(-32602, 'missing or invalid _meta field "io.modelcontextprotocol/protocolVersion"'),
    ],
  ])('that is refused with %s is answered from the discovery of the server (T054)', async (_, refusal) => {
    const { say } = negotiated({ initialize: () => [refusal], 'server/discover': () => [DISCOVERED] });
    expect(only(await say(INITIALIZE))).toMatchObject({ id: 0, result: { protocolVersion: '2025-06-18' } });
  });

  it.each<[string, () => Reply]>([
    ['does not discover', () => [error(-32601, 'no')]],
    ['speaks legacy versions too', () => [DUAL]],
    ['says something else', () => [{ result: {} }]],
    ['is lost', () => failing(new Problem('timeout', 'no'))],
  ])('is answered with its refusal where the server %s (T054)', async (_, reply) => {
    const refusal = unsupported('2026-07-28');
    const { far, say } = negotiated({
      initialize: () => [refusal],
      'server/discover': reply,
      ping: () => [{ result: 1 }],
    });
    expect(only(await say(INITIALIZE))).toMatchObject({ id: 0, ...refusal });
    expect(only(await say({ id: 1, method: 'ping' }))).toMatchObject({ id: 1, result: 1 });
    expect(far.of('ping')).toHaveLength(1);
  });

  it('is never translated for where the protocol is to be legacy (T054)', async () => {
    const refusal = unsupported('2026-07-28');
    const { far, say } = negotiated({ initialize: () => [refusal] }, { protocol: 'legacy' });
    expect(only(await say(INITIALIZE))).toMatchObject({ id: 0, ...refusal });
    expect(far.sent).toHaveLength(1);
  });

  it('gives up its discovery when nobody waits any more (T129)', async () => {
    const { far, say } = negotiated({ initialize: () => [unsupported('2026-07-28')], 'server/discover': hang });
    const caller = new AbortController();
    const answered = say(INITIALIZE, caller.signal);
    await far.arrived('server/discover');
    caller.abort(new Problem('shutdown', 'gone'));
    expect(errorOf(await answered)).toMatch(/^-32603: gone/);
  });

  it('is waited for by what the client sends behind it, in order (T059)', async () => {
    const { far, say } = negotiated({
      initialize: () => [unsupported('2026-07-28')],
      'server/discover': () => [DISCOVERED],
      'tools/list': () => [{ result: { tools: [] } }],
    });
    await Promise.all([say(INITIALIZE), say(INITIALIZED), say({ id: 5, method: 'tools/list' })]);
    expect(far.sent.map(({ message }) => message.kind === 'request' && message.method)).toEqual([
      'initialize',
      'server/discover',
      'tools/list',
    ]);
    expect(far.of('tools/list')[0]?.message).toHaveProperty('modern.version', '2026-07-28');
  });
});

describe('a modern message', () => {
  it('goes straight through while a legacy client is translated for, and waits for nobody', async () => {
    const modern = JSON.stringify({ jsonrpc: '2.0', id: 7, method: 'tools/list', params: { _meta: META } });
    const { far, say } = negotiated({
      initialize: () => [unsupported('2026-07-28')],
      'server/discover': () => [DISCOVERED],
      'tools/list': () => [{ result: { tools: [], resultType: 'complete' } }],
    });
    const initialized = say(INITIALIZE);
    expect(only(await say(modern))).toHaveProperty('result.resultType', 'complete');
    await initialized;
    expect(only(await say(modern))).toHaveProperty('result.resultType', 'complete');
    expect(far.of('tools/list').map(({ text }) => text)).toEqual([modern, modern]);
  });
});

it('closes what it stands before', async () => {
  const { far, negotiation } = negotiated({});
  await negotiation.close();
  expect(far.isClosed).toBe(true);
});
