import type { ServerResponse } from 'node:http';
import type { Socket } from 'node:net';
import { describe, expect, onTestFinished, test, vi } from 'vitest';
import {
  type ExternalCall,
  startWorkspace,
  type Workspace,
  type WorkspaceOptions,
} from '../../src/sandbox/workspace.ts';
import { type Call, call, open, startUpstream, type Upstream } from './raw-http.ts';

const TOKEN = 'let-me-in';
const LIMIT_BYTES = 4 * 1024 * 1024;
const AUTHORIZED = { authorization: `Bearer ${TOKEN}` };

async function start(options: Partial<WorkspaceOptions> = {}): Promise<Workspace> {
  const workspace = await startWorkspace({ token: TOKEN, connections: {}, ...options });
  onTestFinished(() => workspace.close());
  return workspace;
}

/** A workspace with the connection `c` to an upstream that answers with 200 and `{}` unless told otherwise. */
async function startBoth(
  options: Partial<WorkspaceOptions> = {},
  answer: Parameters<typeof startUpstream>[0] = (_request, response) => response.end('{}'),
): Promise<{ workspace: Workspace; upstream: Upstream }> {
  const upstream = await startUpstream(answer);
  return { upstream, workspace: await start({ connections: { c: { url: `${upstream.origin}/mcp` } }, ...options }) };
}

function external(workspace: Workspace, body: string | Uint8Array, options: Call = {}) {
  return call(`${workspace.host}/api/2.0/external-function`, { headers: AUTHORIZED, body, ...options });
}

function envelope(fields: object = {}): string {
  return JSON.stringify({ connection_name: 'c', method: 'POST', path: '/', json: '{}', ...fields });
}

/** An envelope of exactly so many bytes. */
function envelopeOf(bytes: number): string {
  const around = envelope({ json: '""' }).length;
  return envelope({ json: `"${'x'.repeat(bytes - around)}"` });
}

describe('what reaches the server behind the connection', () => {
  test.each([
    '{"n":12345678901234567890,"f":1.0,"e":1e400,"z":-0}',
    '{"b":1,"a":2,"1":3,"a":4}',
    ' { "spaced" :\t[ 1 ,2 ] } ',
    '{"s":"\\ud800 \\u00e9 é 🗼 \u2028","slash":"\\/"}',
    'null',
  ])('the text in the envelope arrives byte for byte: %s', async (text) => {
    const { upstream, workspace } = await startBoth();
    await external(workspace, envelope({ json: text }));
    expect(upstream.seen[0]?.body.equals(Buffer.from(text))).toBe(true);
  });

  test('the headers in the envelope arrive, those of the call to the workspace do not', async () => {
    const { upstream, workspace } = await startBoth();
    const headers = {
      'Content-Type': 'application/json',
      'Mcp-Session-Id': 's1',
      Host: 'elsewhere',
      'Content-Length': '1',
    };
    await external(workspace, envelope({ headers: JSON.stringify(headers) }), {
      headers: { ...AUTHORIZED, 'x-outer': 'no' },
    });
    const { connection: _, ...seen } = upstream.seen[0]?.headers ?? {};
    expect(seen).toEqual({
      'content-type': 'application/json',
      'mcp-session-id': 's1',
      'content-length': '2',
      host: new URL(upstream.origin).host,
    });
  });

  test.each([
    ['/mcp', '/', '/mcp'],
    ['/mcp', '', '/mcp'],
    ['/mcp/', '/', '/mcp/'],
    ['/mcp', '/x/repos', '/mcp/x/repos'],
    ['/mcp/', '/x/repos', '/mcp/x/repos'],
    ['', '/', '/'],
    ['', '/mcp', '/mcp'],
  ])('base path "%s" and path "%s" make %s', async (base, path, expected) => {
    const { upstream, workspace } = await startBoth();
    const other = await start({ connections: { c: { url: upstream.origin + base } } });
    await external(other, envelope({ path }));
    expect(upstream.seen[0]?.url).toBe(expected);
    expect(workspace.calls()).toBe(0);
  });

  test.each(['GET', 'POST', 'PUT', 'PATCH', 'DELETE'])('%s arrives as such', async (method) => {
    const { upstream, workspace } = await startBoth();
    await external(workspace, envelope({ method, json: null }));
    expect(upstream.seen[0]).toMatchObject({ method, body: Buffer.alloc(0) });
  });

  test('params become the query', async () => {
    const { upstream, workspace } = await startBoth();
    await external(workspace, envelope({ params: '{"a":"1 2","b":"&"}' }));
    expect(upstream.seen[0]?.url).toBe('/mcp?a=1+2&b=%26');
  });

  test('null and absent fields are alike', async () => {
    const { upstream, workspace } = await startBoth();
    const nulls = await external(workspace, envelope({ json: null, headers: null, params: null }));
    const absent = await external(workspace, '{"connection_name":"c","method":"POST","path":"/"}');
    expect([nulls.status, absent.status]).toEqual([200, 200]);
    expect(upstream.seen[0]?.headers).toEqual(upstream.seen[1]?.headers);
  });

  test('a request as large as allowed arrives whole', async () => {
    const { upstream, workspace } = await startBoth();
    const reply = await external(workspace, envelopeOf(LIMIT_BYTES));
    expect(reply.status).toBe(200);
    expect(upstream.seen[0]?.body.length).toBeGreaterThan(LIMIT_BYTES - 200);
  });
});

describe('what comes back', () => {
  test('the body as it was, as plain text, with the session id and no other header of the server', async () => {
    const { workspace } = await startBoth({}, (_request, response) => {
      response.writeHead(201, { 'content-type': 'text/event-stream', 'mcp-session-id': 's1', 'x-upstream': 'no' });
      response.end('event: message\ndata: {"n":1.0}\n\n');
    });
    const reply = await external(workspace, envelope());
    expect(reply.status).toBe(201);
    expect(reply.text).toBe('event: message\ndata: {"n":1.0}\n\n');
    expect(reply.headers).toMatchObject({ 'content-type': 'text/plain', 'mcp-session-id': 's1' });
    expect(reply.headers['x-request-id']).toMatch(/^[0-9a-f-]{36}$/);
    expect(reply.headers).not.toHaveProperty('x-upstream');
  });

  test('the name of the session header is written as was asked for', async () => {
    const { workspace } = await startBoth({ sessionHeader: 'Mcp-Session-ID' }, (_request, response) => {
      response.writeHead(200, { 'mcp-session-id': 's1' }).end('{}');
    });
    const { rawHeaders } = await external(workspace, envelope());
    expect(rawHeaders).toContain('Mcp-Session-ID');
    expect(rawHeaders).not.toContain('mcp-session-id');
  });

  test.each([
    ['relayed', 404],
    ['hidden', 200],
  ] as const)('with status %s, a 404 of the server shows as %i', async (status, expected) => {
    const { workspace } = await startBoth({ status }, (_request, response) => {
      response.writeHead(404).end('session not found\n');
    });
    expect(await external(workspace, envelope())).toMatchObject({ status: expected, text: 'session not found\n' });
  });

  test('an empty body comes back empty', async () => {
    const { workspace } = await startBoth({}, (_request, response) => response.writeHead(202).end());
    expect(await external(workspace, envelope())).toMatchObject({ status: 202, text: '' });
  });

  test('a large body comes back whole', async () => {
    const large = Buffer.alloc(20 * 1024 * 1024, 'é');
    const { workspace } = await startBoth({}, (_request, response) => response.end(large));
    const { headers, text } = await external(workspace, envelope());
    expect(headers['content-length']).toBe(String(large.length));
    expect(text === large.toString()).toBe(true);
  });

  test('an answer that is streamed arrives while the server is still writing it, the head first', async () => {
    let writing: ServerResponse | undefined;
    const { workspace } = await startBoth({ body: 'streamed' }, (_request, response) => {
      response.flushHeaders();
      writing = response;
    });
    const stream = await open(`${workspace.host}/api/2.0/external-function`, { headers: AUTHORIZED, body: envelope() });
    writing?.write('first');
    const chunks: string[] = [];
    for await (const chunk of stream) {
      chunks.push(String(chunk));
      writing?.end('last');
    }
    expect(chunks).toEqual(['first', 'last']);
  });

  test('a slow call holds up no other', async () => {
    let finish = () => {};
    const { workspace } = await startBoth({}, (request, response) => {
      if (request.url === '/mcp/slow') finish = () => response.end('slow');
      else response.end('fast');
    });
    const slow = external(workspace, envelope({ path: '/slow' }));
    await vi.waitFor(() => expect(workspace.calls()).toBe(1), { interval: 1 });
    expect((await external(workspace, envelope())).text).toBe('fast');
    finish();
    expect((await slow).text).toBe('slow');
  });
});

describe('refusals', () => {
  const REQ_ID = /\[ReqId: [0-9a-f-]{36}\]$/;

  test.each([{}, { authorization: 'Basic bGV0Om1l' }, { authorization: TOKEN }])(
    'without a bearer token (%j): 401',
    async (headers) => {
      const { upstream, workspace } = await startBoth();
      const reply = await external(workspace, envelope(), { headers });
      expect(reply).toMatchObject({ status: 401, headers: { 'www-authenticate': 'Bearer realm="DatabricksRealm"' } });
      const { error_code, message } = JSON.parse(reply.text);
      expect(error_code).toBe(401);
      expect(message).toMatch(/^Credential was not sent or was of an unsupported type for this API\. /);
      expect(message).toMatch(REQ_ID);
      expect(upstream.seen).toEqual([]);
    },
  );

  test('with a wrong token: 403', async () => {
    const { upstream, workspace } = await startBoth();
    const reply = await external(workspace, envelope(), { headers: { authorization: 'Bearer other' } });
    expect(reply.status).toBe(403);
    const { error_code, message } = JSON.parse(reply.text);
    expect(error_code).toBe(403);
    expect(message).toMatch(/^Invalid access token\. /);
    expect(message).toMatch(REQ_ID);
    expect(upstream.seen).toEqual([]);
  });

  test.each([
    ['GET', '/api/2.0/external-function'],
    ['POST', '/api/2.0/external-functions'],
    ['POST', '/'],
  ])('%s %s is no endpoint', async (method, path) => {
    const workspace = await start();
    const reply = await call(workspace.host + path, { method, headers: AUTHORIZED });
    expect(reply.status).toBe(404);
    expect(JSON.parse(reply.text)).toEqual({
      error_code: 'ENDPOINT_NOT_FOUND',
      message: `No API found for '${method} ${path}'`,
    });
  });

  test.each([
    ['headers as an object', envelope({ headers: { a: 'b' } })],
    ['json as an object', envelope({ json: { a: 'b' } })],
    ['params as an object', envelope({ params: { a: 'b' } })],
    ['headers that are not JSON', envelope({ headers: 'a: b' })],
    ['headers that are a list', envelope({ headers: '["a"]' })],
    ['a header that is not a string', envelope({ headers: '{"a":1}' })],
    ['json that is not JSON', envelope({ json: '{' })],
    ['json that is empty', envelope({ json: '' })],
    ['params that are not JSON', envelope({ params: 'a=b' })],
    ['no connection', envelope({ connection_name: undefined })],
    ['no method', envelope({ method: undefined })],
    ['a method that is not offered', envelope({ method: 'HEAD' })],
    ['a path that is not a string', envelope({ path: 1 })],
    ['a body that is a list', '[]'],
    ['a body that is not JSON', 'hello'],
    ['a body that is not UTF-8', Buffer.from(envelope({ json: '"\xff"' }), 'latin1')],
  ])('%s: 400 INVALID_PARAMETER_VALUE', async (_what, body) => {
    const { upstream, workspace } = await startBoth();
    const reply = await external(workspace, body);
    expect(reply.status).toBe(400);
    expect(JSON.parse(reply.text)).toEqual({ error_code: 'INVALID_PARAMETER_VALUE', message: expect.any(String) });
    expect(upstream.seen).toEqual([]);
    expect(workspace.calls()).toBe(0);
  });

  test.each(['/../admin', '/a/..', '/%2e%2E/admin', '/.%2e/admin'])('the path %s is refused', async (path) => {
    const { upstream, workspace } = await startBoth();
    const reply = await external(workspace, envelope({ path }));
    expect(reply.status).toBe(400);
    expect(JSON.parse(reply.text)).toMatchObject({ error_code: 'INVALID_HTTP_REQUEST_PATH' });
    expect(upstream.seen).toEqual([]);
  });

  test.each(['x', 'toString', '__proto__'])('the connection %s does not exist', async (connection_name) => {
    const { workspace } = await startBoth();
    const reply = await external(workspace, envelope({ connection_name }));
    expect(reply.status).toBe(404);
    expect(JSON.parse(reply.text)).toEqual({
      error_code: 'CONNECTION_DOES_NOT_EXIST',
      message: `Connection '${connection_name}' does not exist.`,
    });
  });

  test.each([LIMIT_BYTES + 1, 2 * LIMIT_BYTES])('a request of %i bytes is too large', async (bytes) => {
    const { upstream, workspace } = await startBoth();
    const reply = await external(workspace, envelopeOf(bytes));
    expect(reply.status).toBe(413);
    expect(JSON.parse(reply.text).message).toContain('maxRequestPayloadSizeExternalFunctions');
    expect(upstream.seen).toEqual([]);
  });

  test('a server that cannot be reached is named', async () => {
    const workspace = await start({ connections: { c: { url: 'http://127.0.0.1:1/mcp' } } });
    const reply = await external(workspace, envelope());
    expect(reply.status).toBe(502);
    expect(JSON.parse(reply.text)).toEqual({
      error_code: 'BAD_REQUEST',
      message: expect.stringMatching(/^Failed request to http:\/\/127\.0\.0\.1:1\/mcp\. Error: .*ECONNREFUSED/),
    });
  });

  test.each([
    ['before it answers', 0],
    ['amid its answer', 10],
  ])('a server that breaks off %s is named', async (_when, bytes) => {
    const { workspace } = await startBoth({}, (_request, response) => {
      if (bytes === 0) response.destroy();
      else response.write('x'.repeat(bytes), () => response.destroy());
    });
    const reply = await external(workspace, envelope());
    expect(reply.status).toBe(502);
    expect(JSON.parse(reply.text).message).toMatch(/^Failed request to http:.* Error: \S/);
  });
});

describe('the hook', () => {
  test('it sees the call as it was meant and as it was sent', async () => {
    const seen: ExternalCall[] = [];
    const { workspace } = await startBoth({ onCall: (call) => void seen.push(call) });
    const body = envelope({ path: '/p', headers: '{"Mcp-Session-Id":"s1"}', json: '{"n":1.0}' });
    await external(workspace, body, { headers: { ...AUTHORIZED, 'x-outer': 'yes' } });
    expect(seen).toMatchObject([
      {
        connection: 'c',
        method: 'POST',
        path: '/p',
        headers: { 'Mcp-Session-Id': 's1' },
        text: '{"n":1.0}',
        outer: { body, headers: { 'x-outer': 'yes' } },
      },
    ]);
  });

  test('what it returns is the answer, and the server hears of nothing', async () => {
    const { upstream, workspace } = await startBoth({
      onCall: async () => ({ status: 429, headers: { 'Retry-After': '2' }, body: 'busy' }),
    });
    const reply = await external(workspace, envelope());
    expect(reply).toMatchObject({ status: 429, headers: { 'retry-after': '2' }, text: 'busy' });
    expect(upstream.seen).toEqual([]);
    expect(workspace.calls()).toBe(1);
  });

  test('it can send the call on and change what comes back', async () => {
    const { upstream, workspace } = await startBoth({
      onCall: async (call) => ({ ...(await call.forward()), status: 503 }),
    });
    expect(await external(workspace, envelope())).toMatchObject({ status: 503, text: '{}' });
    expect(upstream.seen).toHaveLength(1);
  });

  test('it can break the connection, with the call carried out', async () => {
    const { upstream, workspace } = await startBoth({
      onCall: async (call) => {
        await call.forward();
        return { cut: true };
      },
    });
    await expect(external(workspace, envelope())).rejects.toMatchObject({ code: 'ECONNRESET' });
    expect(upstream.seen).toHaveLength(1);
  });

  test('it can break the connection amid an answer', async () => {
    const { workspace } = await startBoth({ onCall: () => ({ cut: true, after: { status: 200, body: '{"half' } }) });
    const stream = await open(`${workspace.host}/api/2.0/external-function`, { headers: AUTHORIZED, body: envelope() });
    const chunks: string[] = [];
    await expect(async () => {
      for await (const chunk of stream) chunks.push(String(chunk));
    }).rejects.toMatchObject({ code: 'ECONNRESET' });
    expect(chunks.join('')).toBe('{"half');
  });
});

describe('going away', () => {
  test.each(['whole', 'streamed'] as const)('a client that goes away takes its call along (body: %s)', async (body) => {
    const gone = new AbortController();
    let broken = false;
    const { workspace } = await startBoth({ body }, (_request, response) => {
      response.once('close', () => {
        broken = true;
      });
      response.write('first');
      gone.abort();
    });
    const options = { headers: AUTHORIZED, signal: gone.signal };
    await expect(external(workspace, envelope(), options)).rejects.toThrow('aborted');
    await vi.waitFor(() => expect([broken, workspace.openSockets()]).toEqual([true, 0]));
  });

  test('closing lets go of connections to the server that are idle', async () => {
    const sockets = new Set<Socket>();
    const { workspace } = await startBoth({}, ({ socket }, response) => {
      sockets.add(socket);
      socket.once('close', () => sockets.delete(socket));
      response.end('{}');
    });
    await external(workspace, envelope());
    expect(sockets.size).toBe(1);
    await workspace.close();
    await vi.waitFor(() => expect(sockets.size).toBe(0));
  });

  test('closing breaks what is in flight on both sides, and can be asked for twice', async () => {
    let broken = false;
    const { upstream, workspace } = await startBoth({}, (request) => {
      request.socket.once('close', () => {
        broken = true;
      });
    });
    const failed = expect(external(workspace, envelope())).rejects.toMatchObject({ code: 'ECONNRESET' });
    await vi.waitFor(() => expect(upstream.seen).toHaveLength(1), { interval: 1 });
    expect(workspace.openSockets()).toBe(1);
    await Promise.all([workspace.close(), workspace.close()]);
    expect(workspace.openSockets()).toBe(0);
    await failed;
    await vi.waitFor(() => expect(broken).toBe(true));
  });
});
