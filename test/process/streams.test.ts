import { describe, expect, it } from 'vitest';
import { type BridgeProcess, startBridge } from '../support/bridge.ts';
import { expectBridgeError } from '../support/bridge-error.ts';
import { latch } from '../support/latch.ts';
import {
  answer,
  event,
  type RawHandler,
  type RawWorkspace,
  startRawWorkspace,
  status,
  stream,
} from '../support/raw-workspace.ts';

type Script = Readonly<Record<string, RawHandler>>;

async function start(
  script: Script,
  args: readonly string[] = ['--route', 'connection-proxy'],
): Promise<{ bridge: BridgeProcess; workspace: RawWorkspace }> {
  const workspace = await startRawWorkspace(script);
  const env = { DATABRICKS_HOST: workspace.host, DATABRICKS_TOKEN: 'dapi-0123456789' };
  const bridge = startBridge({ args: ['--connection', 'github', '--log-level', 'debug', ...args], env });
  return { bridge, workspace };
}

const call = (id: number, name = 'issue_write') => ({ jsonrpc: '2.0', id, method: 'tools/call', params: { name } });

describe('an answer that is an event stream', () => {
  it('reaches the client piece by piece, before it is complete (T057, T058)', async () => {
    const seen = latch();
    const { bridge } = await start({
      'tools/call': async ({ id }, response) => {
        stream(response).write(event({ method: 'notifications/progress', params: { progressToken: 1, progress: 1 } }));
        await seen.opened;
        response.end(event({ id, result: { done: true } }));
      },
    });
    await bridge.initialize();
    bridge.send(call(1));
    await bridge.line(({ method }) => method === 'notifications/progress');
    expect(bridge.messages.some(({ id }) => id === 1)).toBe(false);
    seen.open();
    expect((await bridge.answer(1)).result).toEqual({ done: true });
  });

  it('may ask the client something; what the client says is posted in the session (T057)', async () => {
    const answered = latch();
    const { bridge, workspace } = await start({
      'tools/call': async ({ id }, response) => {
        stream(response).write(event({ id: 'q1', method: 'elicitation/create', params: { message: 'Sure?' } }));
        await answered.opened;
        response.end(event({ id, result: { content: [] } }));
      },
      response: (_, response) => {
        response.writeHead(202).end();
        answered.open();
      },
    });
    await bridge.initialize();
    bridge.send(call(1));
    await bridge.line(({ id, method }) => id === 'q1' && method === 'elicitation/create');
    bridge.send({ jsonrpc: '2.0', id: 'q1', result: { action: 'accept' } });
    await bridge.answer(1);
    expect(workspace.of('response')).toMatchObject([{ id: 'q1', headers: { 'mcp-session-id': 'raw-session-1' } }]);
  });

  it('is taken up by GET where it was cut after an event id, and the call is never sent again (T119)', async () => {
    const { bridge, workspace } = await start({
      'tools/call': (_, response) => {
        stream(response).write('id: e1\nretry: 150\ndata:\n\n', () => response.destroy());
      },
      GET: ({ headers }, response) => {
        if (headers['last-event-id'] === undefined) response.writeHead(405).end();
        else stream(response).end(event({ id: 1, result: { written: true } }, 'id: e2\n'));
      },
    });
    await bridge.initialize();
    bridge.send(call(1));
    expect((await bridge.answer(1)).result).toEqual({ written: true });
    expect(workspace.of('tools/call')).toHaveLength(1);
    const resumed = workspace.of('GET').filter(({ headers }) => headers['last-event-id'] !== undefined);
    expect(resumed).toMatchObject([
      { headers: { 'last-event-id': 'e1', 'mcp-session-id': 'raw-session-1', accept: 'text/event-stream' } },
    ]);
  });

  it('may end as often as the server likes while it goes on: each end is taken up (SEP-1699)', async () => {
    let polls = 0;
    const { bridge, workspace } = await start({
      'tools/call': (_, response) => {
        stream(response).end('id: p0\nretry: 100\ndata:\n\n');
      },
      GET: ({ headers }, response) => {
        if (headers['last-event-id'] === undefined) response.writeHead(405).end();
        else if (++polls < 6) stream(response).end(`id: p${polls}\ndata:\n\n`);
        else stream(response).end(event({ id: 1, result: {} }));
      },
    });
    await bridge.initialize();
    bridge.send(call(1));
    expect(await bridge.answer(1)).toMatchObject({ result: {} });
    expect(workspace.of('tools/call')).toHaveLength(1);
    expect(polls).toBe(6);
  });

  it.each([
    ['refused', status(405)],
    ['answered with a lost session', status(404, 'session not found')],
    ['cut again and again', ((_, response) => void stream(response).end(': nothing\n\n')) as RawHandler],
  ])('is an unknown outcome when taking it up is %s, and the call is not sent again (T119)', async (_, resumed) => {
    const { bridge, workspace } = await start({
      'tools/call': (_call, response) => void stream(response).end('id: e1\nretry: 100\ndata:\n\n'),
      GET: (got, response) =>
        got.headers['last-event-id'] === undefined ? void response.writeHead(405).end() : resumed(got, response),
    });
    await bridge.initialize();
    bridge.send(call(1));
    expectBridgeError(await bridge.answer(1), { kind: 'outcomeUnknown', outcome: 'unknown' });
    expect(workspace.of('tools/call')).toHaveLength(1);
    expect(workspace.of('initialize')).toHaveLength(1);
  });

  it('that was cut without an event id is asked for again only where that does no harm (T119)', async () => {
    const cut: RawHandler = (_, response) => {
      stream(response).write(': nothing\n\n', () => response.destroy());
    };
    const { bridge, workspace } = await start({ 'tools/call': cut, 'tools/list': cut });
    await bridge.initialize();
    bridge.send(call(1));
    expectBridgeError(await bridge.answer(1), { kind: 'outcomeUnknown', outcome: 'unknown' });
    const list = await bridge.call(2, 'tools/list');
    expectBridgeError(list, { kind: 'outcomeUnknown', outcome: 'unknown', isHarmless: true });
    expect([workspace.of('tools/call').length, workspace.of('tools/list').length]).toEqual([1, 2]);
  });

  it('is not taken up on external-function, which has no GET', async () => {
    const { bridge, workspace } = await start(
      {
        // The envelope has a member of that name, for the method of HTTP.
        POST: ({ body }, response) => {
          const { json } = JSON.parse(body);
          const { id, method } = JSON.parse(json);
          if (method === 'tools/call') stream(response).end('id: e1\ndata:\n\n');
          else if (id === undefined) response.writeHead(202).end();
          else response.end(JSON.stringify({ jsonrpc: '2.0', id, result: { protocolVersion: '2025-11-25' } }));
        },
      },
      [],
    );
    await bridge.initialize();
    bridge.send(call(1));
    expectBridgeError(await bridge.answer(1), { kind: 'outcomeUnknown', outcome: 'unknown' });
    expect(workspace.of('GET')).toEqual([]);
  });
});

describe('the standing stream', () => {
  it('is opened after initialized, and what comes on it reaches the client (T121)', async () => {
    const { bridge, workspace } = await start({
      GET: (_, response) => void stream(response).write(event({ method: 'notifications/tools/list_changed' })),
    });
    await bridge.initialize();
    await bridge.line(({ method }) => method === 'notifications/tools/list_changed');
    const order = workspace.calls.map(({ what }) => what);
    expect(order).toEqual(['initialize', 'notifications/initialized', 'GET']);
    expect(await bridge.finish()).toEqual({ code: 0, signal: null });
  });

  it('is opened where initialized was accepted in words (T059, T121)', async () => {
    const { bridge, workspace } = await start({ 'notifications/initialized': status(202, 'Accepted') });
    await bridge.initialize();
    await workspace.arrived('GET');
    expect(await bridge.finish()).toEqual({ code: 0, signal: null });
  });

  it('is opened again where it ended, after the wait that the server asked for (T119, T124)', async () => {
    const { bridge, workspace } = await start({
      GET: ({ headers }, response) => {
        if (headers['last-event-id'] === undefined) stream(response).end('id: s1\nretry: 100\ndata:\n\n');
        else stream(response).write(event({ method: 'notifications/resources/list_changed' }));
      },
    });
    await bridge.initialize();
    await bridge.line(({ method }) => method === 'notifications/resources/list_changed');
    expect(workspace.of('GET').map(({ headers }) => headers['last-event-id'])).toEqual([undefined, 's1']);
  });

  it.each([405, 404, 501])('is asked for once where the server says %i (T122)', async (code) => {
    const { bridge, workspace } = await start({ GET: status(code) });
    await bridge.initialize();
    await workspace.arrived('GET');
    await bridge.says(/offers no standing stream/);
    await bridge.call(1, 'tools/list');
    expect(await bridge.finish()).toEqual({ code: 0, signal: null });
    expect(workspace.of('GET')).toHaveLength(1);
  });

  it('holds up neither calls nor the end, and the session is given back (T155)', async () => {
    const { bridge, workspace } = await start({ GET: (_, response) => void stream(response) });
    await bridge.initialize();
    await workspace.arrived('GET');
    await bridge.call(1, 'tools/list');
    const started = performance.now();
    expect(await bridge.finish()).toEqual({ code: 0, signal: null });
    expect(performance.now() - started).toBeLessThan(1_000);
    expect(workspace.of('DELETE')).toHaveLength(1);
  });

  it('is not there on external-function', async () => {
    const { bridge, workspace } = await start({}, []);
    await bridge.initialize();
    await bridge.call(1, 'tools/list');
    await bridge.finish();
    expect(workspace.of('GET')).toEqual([]);
  });
});

describe('a stream that the server leaves open', () => {
  const LISTEN = {
    method: 'subscriptions/listen',
    params: {
      notifications: { toolsListChanged: true },
      _meta: { 'io.modelcontextprotocol/protocolVersion': '2026-07-28' },
    },
  };
  const listen: RawHandler = (_, response) => void stream(response).write(': open\n\n');

  it('as the body of 202 for initialized holds up neither the next call nor the end (T059, T155)', async () => {
    const { bridge } = await start({
      'notifications/initialized': (_, response) => {
        response.writeHead(202, { 'content-type': 'text/event-stream' }).flushHeaders();
      },
    });
    await bridge.initialize();
    const since = performance.now();
    await bridge.call(1, 'tools/list');
    expect(performance.now() - since).toBeLessThan(2_500);
    const ended = performance.now();
    expect(await bridge.finish()).toEqual({ code: 0, signal: null });
    expect(performance.now() - ended).toBeLessThan(2_500);
  });

  it('for subscriptions/listen is answered at the end of stdin, and does not delay it (T147, T155)', async () => {
    const { bridge, workspace } = await start({ 'subscriptions/listen': listen });
    bridge.send({ jsonrpc: '2.0', id: 'sub', ...LISTEN });
    await workspace.arrived('subscriptions/listen');
    const since = performance.now();
    expect(await bridge.finish()).toEqual({ code: 0, signal: null });
    expect(performance.now() - since).toBeLessThan(2_500);
    expect(bridge.messages.map(({ id }) => id)).toEqual(['sub']);
  });

  it('for subscriptions/listen takes no place of a call, however many there are', async () => {
    const { bridge, workspace } = await start({ 'subscriptions/listen': listen });
    for (let id = 0; id < 64; id++) bridge.send({ jsonrpc: '2.0', id, ...LISTEN });
    await workspace.arrived('subscriptions/listen', 64);
    const { _meta } = LISTEN.params;
    expect(await bridge.call('list', 'tools/list', { _meta })).toHaveProperty('result');
  });
});

describe('capabilities that invite requests of the server (T050)', () => {
  const initialize = {
    protocolVersion: '2025-11-25',
    capabilities: { sampling: {}, roots: { listChanged: true }, elicitation: {}, experimental: { x: 1 } },
    clientInfo: { name: 'test', version: '1' },
  };

  it.each([
    [
      'go out on a route that streams',
      ['--route', 'connection-proxy'],
      ['sampling', 'roots', 'elicitation', 'experimental'],
    ],
    ['stay behind on one that does not', [], ['experimental']],
    [
      'go out all the same with --keep-capabilities',
      ['--keep-capabilities'],
      ['sampling', 'roots', 'elicitation', 'experimental'],
    ],
  ])('%s', async (_, args, expected) => {
    const { bridge, workspace } = await start({}, args);
    bridge.send({ jsonrpc: '2.0', id: 1, method: 'initialize', params: initialize });
    const [first] = await Promise.all([bridge.answer(1), bridge]).then(() => workspace.calls);
    const body = JSON.parse(first?.body ?? '');
    const { params } = 'json' in body ? JSON.parse(body.json) : body;
    expect(Object.keys(params.capabilities)).toEqual(expected);
    expect(params.clientInfo).toEqual(initialize.clientInfo);
  });
});

describe('a batch (T017)', () => {
  const initialize = (protocolVersion: string) => ({
    jsonrpc: '2.0',
    id: 'init',
    method: 'initialize',
    params: { protocolVersion, capabilities: {}, clientInfo: { name: 'test', version: '1' } },
  });
  const BATCH =
    '[{"jsonrpc":"2.0","id":1,"method":"ping"}, {"jsonrpc":"2.0","method":"n"},{"jsonrpc":"2.0","id":2,"method":"tools/list"}]';

  it.each([
    ['an array', (bodies: string[]) => `[${bodies.join(',')}]`],
    ['an event for each', (bodies: string[]) => bodies.map((body) => `data: ${body}\n\n`).join('')],
  ])('goes out as it was written where 2025-03-26 is spoken; %s comes back as lines', async (_, bodyOf) => {
    const { bridge, workspace } = await start({
      batch: (_call, response) =>
        void response.end(
          bodyOf(['{"jsonrpc":"2.0","id":2,"result":{"b":1.0}}', '{"jsonrpc":"2.0","id":1,"result":{}}']),
        ),
    });
    bridge.send(initialize('2025-03-26'));
    await bridge.answer('init');
    bridge.send({ jsonrpc: '2.0', method: 'notifications/initialized' });
    bridge.send(BATCH);
    await Promise.all([bridge.answer(1), bridge.answer(2)]);
    expect(bridge.lines).toContain('{"jsonrpc":"2.0","id":2,"result":{"b":1.0}}');
    expect(workspace.of('batch').map(({ body }) => body)).toEqual([BATCH]);
  });

  it('goes out also when it was written together with the initialize whose answer allows it', async () => {
    const { bridge, workspace } = await start({
      batch: (_call, response) =>
        void response.end('[{"jsonrpc":"2.0","id":1,"result":{}},{"jsonrpc":"2.0","id":2,"result":{}}]'),
    });
    const initialized = '{"jsonrpc":"2.0","method":"notifications/initialized"}';
    bridge.child.stdin.write(`${JSON.stringify(initialize('2025-03-26'))}\n${initialized}\n${BATCH}\n`);
    for (const id of [1, 2]) expect(await bridge.answer(id)).toHaveProperty('result');
    expect(workspace.of('batch').map(({ body }) => body)).toEqual([BATCH]);
  });

  it('answers what the server left out, each request once', async () => {
    const { bridge } = await start({
      batch: (_call, response) => void response.end('[{"jsonrpc":"2.0","id":1,"result":{}}]'),
    });
    bridge.send(initialize('2025-03-26'));
    await bridge.answer('init');
    bridge.send(BATCH);
    expect(await bridge.answer(1)).toMatchObject({ result: {} });
    expectBridgeError(await bridge.answer(2), { kind: 'invalidUpstream', outcome: 'unknown', isHarmless: true });
  });

  it('that is refused for one unknown method is answered with -32601 for that method only', async () => {
    const { bridge, workspace } = await start({
      batch: status(400, 'JSON RPC not handled: "tools/list" unsupported\n'),
    });
    bridge.send(initialize('2025-03-26'));
    await bridge.answer('init');
    bridge.send(BATCH);
    expect((await bridge.answer(2)).error).toMatchObject({ code: -32601, data: { outcome: 'rejected' } });
    const message = /refused the whole batch: .*Send the requests one at a time/;
    expectBridgeError(await bridge.answer(1), { kind: 'upstreamHttp', outcome: 'rejected', message });
    expect(workspace.of('batch')).toHaveLength(1);
  });

  it('is refused for each request in it where a later revision is spoken, and nothing is sent', async () => {
    const { bridge, workspace } = await start({});
    bridge.send(initialize('2025-06-18'));
    await bridge.answer('init');
    bridge.send(BATCH);
    for (const id of [1, 2]) expect((await bridge.answer(id)).error).toMatchObject({ code: -32600 });
    expect(workspace.of('batch')).toEqual([]);
  });
});

describe('headers that tools ask for (T053)', () => {
  const META = { 'io.modelcontextprotocol/protocolVersion': '2026-07-28' };
  const tool = (name: string, header: string) => ({
    name,
    inputSchema: { type: 'object', properties: { owner: { type: 'string', 'x-mcp-header': header } } },
  });
  const modernCall = (id: number) => ({
    jsonrpc: '2.0',
    id,
    method: 'tools/call',
    params: { name: 'list_issues', arguments: { owner: 'octo' }, _meta: META },
  });
  const strict: RawHandler = (request, response) => {
    const isRight = request.headers['mcp-param-owner'] === 'octo';
    const error = { code: -32020, message: 'header mismatch: missing Mcp-Param-owner header' };
    response.writeHead(isRight ? 200 : 400, { 'content-type': 'application/json' });
    response.end(JSON.stringify({ jsonrpc: '2.0', id: request.id, ...(isRight ? { result: {} } : { error }) }));
  };

  it('are sent once the list has passed, and tools with a broken annotation are left out of it', async () => {
    const { bridge, workspace } = await start({
      'tools/list': answer({ tools: [tool('list_issues', 'owner'), tool('broken', 'not a token')] }),
      'tools/call': strict,
    });
    const list = await bridge.call(1, 'tools/list', { _meta: META });
    expect(list.result.tools.map(({ name }: { name: string }) => name)).toEqual(['list_issues']);
    bridge.send(modernCall(2));
    expect(await bridge.answer(2)).toMatchObject({ result: {} });
    expect(workspace.of('tools/call')).toHaveLength(1);
  });

  it("are learnt on the client's behalf when a call is refused for lack of them, and the call is sent once more", async () => {
    const { bridge, workspace } = await start({
      'tools/list': (request, response) => {
        const isFirst = JSON.parse(request.body).params.cursor === undefined;
        const page = isFirst ? { tools: [], nextCursor: 'two' } : { tools: [tool('list_issues', 'owner')] };
        return answer(page)(request, response);
      },
      'tools/call': strict,
    });
    bridge.send(modernCall(2));
    expect(await bridge.answer(2)).toMatchObject({ result: {} });
    expect(workspace.calls.map(({ what }) => what)).toEqual(['tools/call', 'tools/list', 'tools/list', 'tools/call']);
    expect(workspace.calls[1]?.headers).toMatchObject({
      'mcp-protocol-version': '2026-07-28',
      'mcp-method': 'tools/list',
    });
    expect(bridge.lines).toHaveLength(1);
  });

  it('a refusal is the answer also where the list cannot be had', async () => {
    const { bridge, workspace } = await start({ 'tools/list': status(502, 'oops'), 'tools/call': strict });
    bridge.send(modernCall(2));
    expect((await bridge.answer(2)).error).toMatchObject({ code: -32020 });
    expect(workspace.of('tools/list').length).toBeGreaterThan(0);
    expect(workspace.of('tools/call')).toHaveLength(1);
    expect(bridge.lines).toHaveLength(1);
  });

  it('a refusal that the list does not explain is the answer', async () => {
    const { bridge, workspace } = await start({ 'tools/list': answer({ tools: [] }), 'tools/call': strict });
    bridge.send(modernCall(2));
    expect((await bridge.answer(2)).error).toMatchObject({ code: -32020 });
    expect(workspace.of('tools/call')).toHaveLength(1);
  });

  it('that a hop drops lead to the option that does without them', async () => {
    const { bridge, workspace } = await start({
      'tools/list': answer({ tools: [tool('list_issues', 'owner')] }),
      'tools/call': (request, response) => {
        const headers = { ...request.headers };
        delete headers['mcp-param-owner'];
        return strict({ ...request, headers }, response);
      },
    });
    bridge.send(modernCall(2));
    const { error } = await bridge.answer(2);
    expect(error).toMatchObject({
      code: -32020,
      message: expect.stringMatching(/^header mismatch.*--protocol legacy\.$/),
    });
    expect(workspace.of('tools/call').map(({ headers }) => headers['mcp-param-owner'])).toEqual([undefined, 'octo']);
  });

  it('are looked for no longer than the list goes on: a cursor that repeats ends it (T214)', async () => {
    const { bridge, workspace } = await start({
      'tools/list': answer({ tools: [tool('other', 'owner')], nextCursor: 'again' }),
      'tools/call': strict,
    });
    bridge.send(modernCall(2));
    expect((await bridge.answer(2)).error).toMatchObject({ code: -32020 });
    expect(workspace.of('tools/list')).toHaveLength(2);
  });
});

describe('a compressed body', () => {
  it.each(['gzip', undefined])('is read whether it says so (%s) or not (T104)', async (encoding) => {
    const { gzipSync } = await import('node:zlib');
    const { bridge } = await start({
      'tools/list': ({ id }, response) => {
        if (encoding !== undefined) response.setHeader('content-encoding', encoding);
        response.end(gzipSync(JSON.stringify({ jsonrpc: '2.0', id, result: { tools: ['ä'.repeat(5000)] } })));
      },
    });
    await bridge.initialize();
    expect((await bridge.call(1, 'tools/list')).result).toEqual({ tools: ['ä'.repeat(5000)] });
  });

  it('is read also where its first piece is a single byte (T104)', async () => {
    const { gzipSync } = await import('node:zlib');
    const { bridge } = await start({
      'tools/list': ({ id }, response) => {
        const body = gzipSync(JSON.stringify({ jsonrpc: '2.0', id, result: { tools: [] } }));
        response.write(body.subarray(0, 1));
        response.end(body.subarray(1));
      },
    });
    await bridge.initialize();
    expect((await bridge.call(1, 'tools/list')).result).toEqual({ tools: [] });
  });

  it('that is broken is an error, and no raw bytes (T104)', async () => {
    const { bridge } = await start({
      'tools/call': (_, response) => void response.end(Buffer.from([0x1f, 0x8b, 8, 0, 1, 2, 3, 4, 5, 6, 7, 8, 9])),
    });
    await bridge.initialize();
    bridge.send(call(1));
    expectBridgeError(await bridge.answer(1), { kind: 'invalidUpstream', outcome: 'unknown' });
  });
});
