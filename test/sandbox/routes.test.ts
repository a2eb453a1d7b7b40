/** The ways through the workspace on which a request is passed through as it is. */

import { once } from 'node:events';
import { type IncomingMessage, type RequestListener, request, type ServerResponse } from 'node:http';
import { gunzipSync } from 'node:zlib';
import { describe, expect, onTestFinished, test, vi } from 'vitest';
import {
  type ExternalCall,
  startWorkspace,
  type Workspace,
  type WorkspaceOptions,
} from '../../src/sandbox/workspace.ts';
import { type Call, call, open, startUpstream, type Upstream } from './raw-http.ts';

const TOKEN = 'let-me-in';
const AUTHORIZED = { authorization: `Bearer ${TOKEN}` };
const SERVICE = '/ai-gateway/mcp-services/system.ai.github';

/** Address of each route that leads to the upstream's `/mcp`. */
const ADDRESSES = {
  'connection-proxy': '/api/2.0/unity-catalog/connections/c/proxy',
  'managed-mcp': '/api/2.0/mcp/external/c',
  endpoint: SERVICE,
} as const;
const ROUTES = Object.keys(ADDRESSES) as (keyof typeof ADDRESSES)[];

interface Started {
  readonly workspace: Workspace;
  readonly upstream: Upstream;
}

/** A workspace that leads to an upstream, which answers with 200 and `{}` unless told otherwise. */
async function start(
  options: Partial<WorkspaceOptions> = {},
  answer: RequestListener = (_request, response) => response.end('{}'),
  onPart?: (part: string) => void,
): Promise<Started> {
  const upstream = await startUpstream(answer, onPart);
  const url = `${upstream.origin}/mcp`;
  const workspace = await startWorkspace({
    token: TOKEN,
    connections: { c: { url } },
    endpoints: { [SERVICE]: { url } },
    ...options,
  });
  onTestFinished(() => workspace.close());
  return { upstream, workspace };
}

function via(route: keyof typeof ADDRESSES, { workspace }: Started, options: Call = {}) {
  return call(workspace.host + ADDRESSES[route], { headers: AUTHORIZED, body: '{}', ...options });
}

describe.each(ROUTES)('by %s', (route) => {
  test('what is sent arrives byte for byte, at the path of the server', async () => {
    const started = await start();
    const body = Buffer.from('{"n":12345678901234567890,"s":"\\ud800 é 🗼\u2028","f":1.0} ');
    await via(route, started, { body });
    expect(started.upstream.seen[0]).toMatchObject({ method: 'POST', url: '/mcp' });
    expect(started.upstream.seen[0]?.body.equals(body)).toBe(true);
    expect(started.workspace.calls()).toBe(1);
  });

  test('headers arrive, but for what tells the server who the client is to the workspace', async () => {
    const started = await start();
    const headers = {
      ...AUTHORIZED,
      Cookie: 'a=b',
      'X-Databricks-Workspace-Id': '1',
      'x-databricks-anything': '2',
      Host: 'elsewhere',
      'Mcp-Session-Id': 's1',
      'Content-Type': 'application/json',
      'Accept-Encoding': 'identity',
    };
    await via(route, started, { headers });
    const { connection: _, ...seen } = started.upstream.seen[0]?.headers ?? {};
    expect(seen).toEqual({
      host: new URL(started.upstream.origin).host,
      'mcp-session-id': 's1',
      'content-type': 'application/json',
      'accept-encoding': 'identity',
      'content-length': '2',
    });
  });

  test('status, headers and body come back as they were', async () => {
    const started = await start({}, (_request, response) => {
      response.writeHead(418, [
        'Mcp-Session-ID',
        's1',
        'Set-Cookie',
        'a=1',
        'Set-Cookie',
        'b=2',
        'Content-Length',
        '3',
      ]);
      response.end('tea');
    });
    const reply = await via(route, started);
    expect(reply).toMatchObject({ status: 418, text: 'tea', headers: { 'set-cookie': ['a=1', 'b=2'] } });
    expect(reply.rawHeaders).toContain('Mcp-Session-ID');
    expect(reply.headers).toMatchObject({ 'content-length': '3' });
    expect(reply.headers).not.toHaveProperty('content-type');
    expect(reply.headers).not.toHaveProperty('transfer-encoding');
  });

  test('an answer arrives while the server is still writing it, the head first', async () => {
    let writing: ServerResponse | undefined;
    const { workspace } = await start({}, (_request, response) => {
      response.writeHead(200, { 'content-type': 'text/event-stream' }).flushHeaders();
      writing = response;
    });
    const stream = await open(workspace.host + ADDRESSES[route], { headers: AUTHORIZED });
    expect(stream.headers['content-type']).toBe('text/event-stream');
    writing?.write('first');
    const chunks: string[] = [];
    for await (const chunk of stream) {
      chunks.push(String(chunk));
      writing?.end('last');
    }
    expect(chunks).toEqual(['first', 'last']);
  });

  test('a request arrives while the client is still writing it', async () => {
    let arrived = (_part: string) => {};
    const firstPart = new Promise<string>((resolve) => {
      arrived = resolve;
    });
    const { upstream, workspace } = await start({}, undefined, (part) => arrived(part));
    const outgoing = request(workspace.host + ADDRESSES[route], { method: 'POST', headers: AUTHORIZED, agent: false });
    outgoing.write('first');
    expect(await firstPart).toBe('first');
    outgoing.end('last');
    const [response] = (await once(outgoing, 'response')) as [IncomingMessage];
    response.resume();
    expect(upstream.seen[0]?.body.toString()).toBe('firstlast');
  });

  test('a DELETE is passed through', async () => {
    const started = await start({}, (_request, response) => response.writeHead(405).end());
    const reply = await via(route, started, { method: 'DELETE', body: '' });
    expect(reply.status).toBe(405);
    expect(started.upstream.seen[0]).toMatchObject({ method: 'DELETE', url: '/mcp' });
  });

  test('a large request is not limited to what external-function takes', async () => {
    const started = await start();
    const body = Buffer.alloc(6 * 1024 * 1024, 'x');
    expect((await via(route, started, { body })).status).toBe(200);
    expect(started.upstream.seen[0]?.body.length).toBe(body.length);
  });

  test.each([
    ['without a token', {}, 401],
    ['with a wrong token', { authorization: 'Bearer other' }, 403],
  ])('%s nothing is passed on', async (_how, headers, status) => {
    const started = await start();
    const reply = await via(route, started, { headers });
    expect(reply.status).toBe(status);
    expect(JSON.parse(reply.text)).toMatchObject({ error_code: status });
    expect(started.upstream.seen).toEqual([]);
    expect(started.workspace.calls()).toBe(0);
  });

  test('a server that cannot be reached is named', async () => {
    const url = 'http://127.0.0.1:1/mcp';
    const started = await start({ connections: { c: { url } }, endpoints: { [SERVICE]: { url } } });
    const reply = await via(route, started);
    expect(reply.status).toBe(502);
    expect(JSON.parse(reply.text).message).toMatch(/^Failed request to http:\/\/127\.0\.0\.1:1\/mcp\. /);
  });

  test('a server that breaks off amid its answer breaks the connection of the client', async () => {
    const started = await start({}, (_request, response) => {
      response.write('{"half', () => response.destroy());
    });
    await expect(via(route, started)).rejects.toMatchObject({ code: 'ECONNRESET' });
  });

  test('a client that goes away takes its call along', async () => {
    const gone = new AbortController();
    let broken = false;
    const started = await start({}, (_request, response) => {
      response.once('close', () => {
        broken = true;
      });
      response.write('first');
      gone.abort();
    });
    await expect(via(route, started, { signal: gone.signal })).rejects.toThrow('aborted');
    await vi.waitFor(() => expect([broken, started.workspace.openSockets()]).toEqual([true, 0]));
  });

  describe('the hook', () => {
    test('it sees what is for the server, and what the client sent', async () => {
      const seen: ExternalCall[] = [];
      const started = await start({ onCall: (call) => void seen.push(call) });
      await via(route, started, { headers: { ...AUTHORIZED, 'Mcp-Session-Id': 's1' }, body: '{"n":1.0}' });
      const [only] = seen;
      expect(only).toMatchObject({
        route,
        connection: route === 'endpoint' ? SERVICE : 'c',
        method: 'POST',
        path: '',
        headers: { 'Mcp-Session-Id': 's1' },
        text: '{"n":1.0}',
        outer: { headers: AUTHORIZED, body: '{"n":1.0}' },
      });
      expect(only?.headers).not.toHaveProperty('Authorization');
      expect(started.upstream.seen[0]?.body.toString()).toBe('{"n":1.0}');
    });

    test('what it returns is the answer as it is, and the server hears of nothing', async () => {
      const started = await start({ onCall: () => ({ status: 429, headers: { 'Retry-After': '2' }, body: 'busy' }) });
      const reply = await via(route, started);
      expect(reply).toMatchObject({ status: 429, headers: { 'retry-after': '2' }, text: 'busy' });
      expect(reply.headers).not.toHaveProperty('content-type');
      expect(started.upstream.seen).toEqual([]);
    });

    test('it can answer part by part', async () => {
      let proceed = () => {};
      const asked = new Promise<void>((resolve) => {
        proceed = resolve;
      });
      async function* parts() {
        yield 'first';
        await asked;
        yield 'last';
      }
      const { workspace } = await start({ onCall: () => ({ status: 200, body: parts() }) });
      const chunks: string[] = [];
      for await (const chunk of await open(workspace.host + ADDRESSES[route], { headers: AUTHORIZED })) {
        chunks.push(String(chunk));
        proceed();
      }
      expect(chunks).toEqual(['first', 'last']);
    });

    test('it can break the connection after some parts', async () => {
      async function* parts() {
        yield 'first,';
        yield 'second';
      }
      const { workspace } = await start({ onCall: () => ({ cut: true, after: { status: 200, body: parts() } }) });
      const chunks: string[] = [];
      await expect(async () => {
        for await (const chunk of await open(workspace.host + ADDRESSES[route], { headers: AUTHORIZED })) {
          chunks.push(String(chunk));
        }
      }).rejects.toMatchObject({ code: 'ECONNRESET' });
      expect(chunks.join('')).toBe('first,second');
    });

    test('it can send the call on and change what comes back', async () => {
      const started = await start({
        onCall: async (call) => {
          const { headers, status } = await call.forward();
          return { status, headers, body: 'changed, and longer' };
        },
      });
      expect(await via(route, started)).toMatchObject({ status: 200, text: 'changed, and longer' });
      expect(started.upstream.seen).toHaveLength(1);
    });
  });

  describe('compressed', () => {
    test.each([
      ['labelled', 'gzip'],
      ['unlabelled', undefined],
    ] as const)('%s, each part can be read before the next one comes', async (gzip, encoding) => {
      let writing: ServerResponse | undefined;
      const { workspace } = await start({ gzip }, (_request, response) => {
        response.write('first');
        writing = response;
      });
      const stream = await open(workspace.host + ADDRESSES[route], { headers: AUTHORIZED });
      expect(stream.headers['content-encoding']).toBe(encoding);
      const chunks: Buffer[] = [];
      const soFar = () => gunzipSync(Buffer.concat(chunks), { finishFlush: 2 }).toString();
      for await (const chunk of stream) {
        chunks.push(chunk);
        if (writing?.writableEnded === false && soFar() === 'first') writing.end('last');
      }
      expect(gunzipSync(Buffer.concat(chunks)).toString()).toBe('firstlast');
    });

    test('a whole body of known length too, and what a hook answers', async () => {
      const started = await start({ gzip: 'unlabelled', onCall: () => ({ status: 200, body: 'canned' }) });
      const stream = await open(started.workspace.host + ADDRESSES[route], { headers: AUTHORIZED });
      expect(gunzipSync(Buffer.concat(await stream.toArray())).toString()).toBe('canned');
    });

    test('an empty body stays empty', async () => {
      const started = await start({ gzip: 'unlabelled' }, (_request, response) => response.writeHead(202).end());
      expect(await via(route, started)).toMatchObject({ status: 202, text: '' });
    });

    test('what the workspace says itself stays as it is', async () => {
      const started = await start({ gzip: 'unlabelled' });
      const reply = await via(route, started, { headers: {} });
      expect(JSON.parse(reply.text)).toMatchObject({ error_code: 401 });
    });
  });
});

describe('the connections proxy', () => {
  const PROXY = ADDRESSES['connection-proxy'];

  test.each(['GET', 'POST', 'PUT', 'PATCH', 'DELETE'])('%s arrives as such', async (method) => {
    const { upstream, workspace } = await start();
    expect((await call(workspace.host + PROXY, { method, headers: AUTHORIZED })).status).toBe(200);
    expect(upstream.seen[0]).toMatchObject({ method, url: '/mcp' });
  });

  test.each([
    ['/mcp', '', '/mcp'],
    ['/mcp', '/', '/mcp'],
    ['/mcp/', '/', '/mcp/'],
    ['/mcp', '/x/repos', '/mcp/x/repos'],
    ['', '/', '/'],
    ['', '/mcp', '/mcp'],
  ])('base path "%s" and path "%s" make %s', async (base, path, expected) => {
    const { upstream } = await start();
    const { workspace } = await start({ connections: { c: { url: upstream.origin + base } } });
    await call(workspace.host + PROXY + path, { headers: AUTHORIZED });
    expect(upstream.seen[0]?.url).toBe(expected);
  });

  test.each(['?a=b', '/x?a=b'])('the query of %s becomes part of the path', async (path) => {
    const { upstream, workspace } = await start();
    await call(workspace.host + PROXY + path, { headers: AUTHORIZED });
    expect(upstream.seen[0]?.url).toBe(`/mcp${path.replace('?', '%3F')}`);
  });

  test.each(['/../admin', '/a/..', '/%2e%2E/admin'])('the path %s is refused', async (path) => {
    const { upstream, workspace } = await start();
    const reply = await raw(workspace, 'POST', PROXY + path);
    expect(reply).toMatchObject({ status: 400, error_code: 'INVALID_HTTP_REQUEST_PATH' });
    expect(upstream.seen).toEqual([]);
  });

  test('other methods are no endpoint', async () => {
    const { workspace } = await start();
    expect(await raw(workspace, 'OPTIONS', PROXY)).toMatchObject({ status: 404, error_code: 'ENDPOINT_NOT_FOUND' });
  });
});

describe('managed MCP', () => {
  const MANAGED = ADDRESSES['managed-mcp'];

  test('a GET is refused', async () => {
    const { upstream, workspace } = await start();
    const reply = await call(workspace.host + MANAGED, { method: 'GET', headers: AUTHORIZED });
    expect(reply).toMatchObject({ status: 405, headers: { allow: 'POST, DELETE' } });
    expect(JSON.parse(reply.text)).toMatchObject({ error_code: 'METHOD_NOT_ALLOWED' });
    expect(upstream.seen).toEqual([]);
  });

  test('or stays open, as was asked for', async () => {
    let writing: ServerResponse | undefined;
    const { workspace } = await start({ managedGet: 'open' }, (_request, response) => {
      response.flushHeaders();
      writing = response;
    });
    const stream = await open(workspace.host + MANAGED, { method: 'GET', headers: AUTHORIZED });
    writing?.end('pushed');
    expect(Buffer.concat(await stream.toArray()).toString()).toBe('pushed');
  });

  test('a path below it is no endpoint', async () => {
    const { workspace } = await start();
    expect(await raw(workspace, 'POST', `${MANAGED}/x`)).toMatchObject({
      status: 404,
      error_code: 'ENDPOINT_NOT_FOUND',
    });
  });
});

describe('endpoints', () => {
  test.each(['/api/2.0/mcp/functions/main/tools', '/api/2.0/mcp/genie/1'])(
    '%s leads where it was told to',
    async (path) => {
      const { upstream } = await start();
      const { workspace } = await start({ endpoints: { [path]: { url: `${upstream.origin}/other` } } });
      await call(workspace.host + path, { headers: AUTHORIZED });
      await call(`${workspace.host}${path}?a=1`, { headers: AUTHORIZED });
      expect(upstream.seen.map(({ url }) => url)).toEqual(['/other', '/other?a=1']);
    },
  );

  test.each([`${SERVICE}/x`, '/api/2.0/mcp/genie/1', '/__proto__'])('%s is none', async (path) => {
    const { workspace } = await start();
    expect(await raw(workspace, 'POST', path)).toMatchObject({ status: 404, error_code: 'ENDPOINT_NOT_FOUND' });
  });
});

test.each(['/api/2.0/unity-catalog/connections/x/proxy', '/api/2.0/mcp/external/toString'])(
  'the connection of %s does not exist',
  async (path) => {
    const { workspace } = await start();
    expect(await raw(workspace, 'POST', path)).toMatchObject({ status: 404, error_code: 'CONNECTION_DOES_NOT_EXIST' });
  },
);

/** Makes a call without a body to just that path, which a URL would tidy up, and reads a refusal. */
async function raw(
  { host }: Workspace,
  method: string,
  path: string,
): Promise<{ status: number; error_code: unknown }> {
  const outgoing = request(host, { method, path, headers: AUTHORIZED, agent: false });
  outgoing.end();
  const [response] = (await once(outgoing, 'response')) as [IncomingMessage];
  const { error_code } = JSON.parse(Buffer.concat(await response.toArray()).toString());
  return { status: response.statusCode ?? 0, error_code };
}
