import { describe, expect, it } from 'vitest';
import { Problem } from '../../../src/protocol/problem.ts';
import { errorOf, only } from './negotiated.ts';
import { translated } from './translated.ts';

const CALL = '{"jsonrpc":"2.0","id":7,"method":"tools/call","params":{"name":"ask","arguments":{"n":1.0}}}';
const ELICITATION = { method: 'elicitation/create', params: { message: 'who?' } };
const SAMPLING = { method: 'sampling/createMessage', params: { messages: [] } };
const ALL = '{"elicitation":{"form":{},"url":{}},"sampling":{"tools":{}},"roots":{"listChanged":true}}';

const wanting = (inputRequests: object | undefined, requestState?: string) => ({
  result: { resultType: 'input_required', inputRequests, requestState },
});
const DONE = { result: { content: [], resultType: 'complete' } };

describe('a call that needs input', () => {
  it('asks the client, and goes again with the answer and the state that it came with (T054, T057)', async () => {
    const state = '"a\\u2028\\/b"';
    const first = `{"jsonrpc":"2.0","id":7,"result":{"resultType":"input_required","inputRequests":{"who":{"method":"elicitation/create","params":{"message":"who?","n":1.0}}},"requestState":${state}}}`;
    const { far, lines, say } = await translated(
      { 'tools/call': (_, nth) => (nth === 1 ? [first] : [DONE]) },
      { clientCapabilities: ALL },
    );
    const call = lines(CALL);
    expect((await call.next()).value).toBe(
      '{"jsonrpc":"2.0","id":"uc-mcp-bridge-input-1-2","method":"elicitation/create","params":{"message":"who?","n":1.0}}',
    );
    const answer = call.next();
    expect(
      await say('{"jsonrpc":"2.0","id":"uc-mcp-bridge-input-1-2","result":{"action":"accept","content":{"n":2.0}}}'),
    ).toEqual([]);
    expect((await answer).value).toBe('{"jsonrpc":"2.0","id":7,"result":{"content":[]}}');
    expect((await call.next()).done).toBe(true);

    const [, second] = far.of('tools/call');
    expect(second?.json.id).toBe('uc-mcp-bridge-round-1-3');
    expect(second?.text).toContain('"inputResponses":{"who":{"action":"accept","content":{"n":2.0}}}');
    expect(second?.text).toContain(`"requestState":${state}`);
    expect(second?.text).toContain('"arguments":{"n":1.0}');
    expect(second?.message).toHaveProperty('modern.version', '2026-07-28');
    expect(far.of('response')).toEqual([]);
  });

  it('asks one thing at a time, in the order of the server, and sends all answers together (T057)', async () => {
    const requests = { a: ELICITATION, b: SAMPLING, 'c"': { method: 'roots/list' } };
    const { far, lines, say } = await translated(
      { 'tools/call': (_, nth) => (nth === 1 ? [wanting(requests)] : [DONE]) },
      { clientCapabilities: ALL },
    );
    const methods: string[] = [];
    for await (const line of lines(CALL)) {
      const { id, method } = JSON.parse(line);
      if (method === undefined) continue;
      methods.push(method);
      await say({ id, result: { answers: method } });
    }
    expect(methods).toEqual(['elicitation/create', 'sampling/createMessage', 'roots/list']);
    expect(far.of('tools/call')[1]?.json.params['inputResponses']).toEqual({
      a: { answers: 'elicitation/create' },
      b: { answers: 'sampling/createMessage' },
      'c"': { answers: 'roots/list' },
    });
    expect(far.of('tools/call')[1]?.json.params).not.toHaveProperty('requestState');
  });

  it('goes again at once where nothing is asked, with what the last answer gave and nothing of those before', async () => {
    const { far, say } = await translated({
      'tools/call': (_, nth) => [[wanting(undefined, 's1'), wanting({}), wanting(undefined, 's3')][nth - 1] ?? DONE],
    });
    expect(await say(CALL)).toEqual(['{"jsonrpc":"2.0","id":7,"result":{"content":[]}}']);
    const input = far.of('tools/call').map(({ json }) => {
      const { inputResponses, requestState } = json.params;
      return [json.id, requestState, inputResponses];
    });
    expect(input).toEqual([
      [7, undefined, undefined],
      ['uc-mcp-bridge-round-1-2', 's1', undefined],
      ['uc-mcp-bridge-round-1-3', undefined, {}],
      ['uc-mcp-bridge-round-1-4', 's3', undefined],
    ]);
  });

  it('gives an elicitation by URL the id that legacy clients demand', async () => {
    const byUrl = { method: 'elicitation/create', params: { mode: 'url', url: 'https://example.com', message: 'go' } };
    const { lines } = await translated({ 'tools/call': () => [wanting({ a: byUrl })] }, { clientCapabilities: ALL });
    const call = lines(CALL);
    const { value } = await call.next();
    expect(JSON.parse(value ?? '')).toMatchObject({
      id: 'uc-mcp-bridge-input-1-2',
      params: { ...byUrl.params, elicitationId: 'uc-mcp-bridge-input-1-2' },
    });
    await call.return();
  });

  it('tells the client what the server said in between, in order (T058)', async () => {
    const note = { method: 'notifications/message', params: {} };
    const { say } = await translated({
      'tools/call': (_, nth) => (nth === 1 ? [note, wanting(undefined, 's')] : [note, DONE]),
    });
    expect((await say(CALL)).map((line) => JSON.parse(line).method)).toEqual([note.method, note.method, undefined]);
  });

  it.each([
    ['elicitation', '{}', ELICITATION],
    ['elicitation by form', '{"elicitation":{"url":{}}}', ELICITATION],
    ['elicitation by URL', '{"elicitation":{}}', { method: 'elicitation/create', params: { mode: 'url' } }],
    ['sampling', '{"sampling":null}', SAMPLING],
    ['sampling with tools', '{"sampling":{}}', { method: 'sampling/createMessage', params: { tools: [] } }],
    ['roots', '{}', { method: 'roots/list' }],
    ['what nobody can declare', ALL, { method: 'tools/call' }],
  ])('is refused where the client has not declared %s (T054)', async (_, clientCapabilities, request) => {
    const { far, say } = await translated({ 'tools/call': () => [wanting({ a: request })] }, { clientCapabilities });
    const lines = await say(CALL);
    expect(errorOf(lines)).toContain(`wants ${request.method} of the client`);
    expect(only(lines)).toMatchObject({ id: 7, error: { code: -32603, data: { outcome: 'rejected' } } });
    expect(far.of('tools/call')).toHaveLength(1);
  });

  it('asks nothing at all where one of several things was not declared (T054)', async () => {
    const requests = { a: ELICITATION, b: SAMPLING };
    const script = { 'tools/call': () => [wanting(requests)] };
    const { say } = await translated(script, { clientCapabilities: '{"elicitation":{}}' });
    expect(errorOf(await say(CALL))).toContain('wants sampling/createMessage');
  });

  it.each([
    ['nothing', {}, 'but not which'],
    ['no requests', { inputRequests: [] }, 'form of requests'],
    ['no method', { inputRequests: { a: {} } }, 'what kind'],
    [
      'nine things',
      { inputRequests: Object.fromEntries([...'abcdefghi'].map((key) => [key, ELICITATION])) },
      '9 things at once',
    ],
  ])('is refused where the server asks for %s', async (_, result, words) => {
    const answer = { result: { resultType: 'input_required', ...result } };
    const { say } = await translated({ 'tools/call': () => [answer] }, { clientCapabilities: ALL });
    expect(errorOf(await say(CALL))).toContain(words);
  });

  it('is given up after ten rounds', async () => {
    const { far, say } = await translated({ 'tools/call': (_, nth) => [wanting(undefined, `s${nth}`)] });
    expect(errorOf(await say(CALL))).toContain('10 times');
    expect(far.of('tools/call')).toHaveLength(11);
  });

  it('is answered with what the client said when it refuses (T057)', async () => {
    const { far, lines, say } = await translated(
      { 'tools/call': () => [wanting({ a: SAMPLING })] },
      { clientCapabilities: ALL },
    );
    const answers: string[] = [];
    for await (const line of lines(CALL)) {
      const { id, method } = JSON.parse(line);
      if (method === undefined) answers.push(line);
      else await say({ id, error: { code: -1, message: 'User rejected sampling' } });
    }
    expect(errorOf(answers)).toMatch(/^-32603: .*sampling\/createMessage.*User rejected sampling/);
    expect(far.of('tools/call')).toHaveLength(1);
  });

  it('takes back its question when it is cancelled (T129)', async () => {
    const { delivered, lines, say } = await translated(
      { 'tools/call': () => [wanting({ a: ELICITATION })] },
      { clientCapabilities: ALL },
    );
    const caller = new AbortController();
    const call = lines(CALL, caller.signal);
    await call.next();
    const answer = call.next();
    caller.abort(new Problem('shutdown', 'cancelled'));
    expect((await answer).value).toContain('cancelled');
    expect(delivered).toEqual([
      '{"jsonrpc":"2.0","method":"notifications/cancelled","params":{"requestId":"uc-mcp-bridge-input-1-2"}}',
    ]);
    expect(await say({ id: 'uc-mcp-bridge-input-1-2', result: {} })).toEqual([]);
  });

  it.each<[string, (all: Awaited<ReturnType<typeof translated>>) => Promise<unknown>]>([
    ['the bridge shuts down', ({ negotiation }) => negotiation.close()],
    ['the client initializes again', ({ say }) => say({ id: 1, method: 'initialize', params: {} })],
  ])('does not wait for its answer when %s', async (_, end) => {
    const all = await translated({ 'tools/call': () => [wanting({ a: ELICITATION })] }, { clientCapabilities: ALL });
    const call = all.lines(CALL);
    await call.next();
    const answer = call.next();
    await end(all);
    expect(errorOf([(await answer).value ?? ''])).toMatch(/^-32603: The session ended/);
  });

  it('takes an answer that came before anybody waited for it', async () => {
    const { lines, say } = await translated(
      { 'tools/call': (_, nth) => (nth === 1 ? [wanting({ a: ELICITATION })] : [DONE]) },
      { clientCapabilities: ALL },
    );
    const call = lines(CALL);
    await call.next();
    await say({ id: 'uc-mcp-bridge-input-1-2', result: {} });
    expect((await call.next()).value).toContain('"content":[]');
  });
});
