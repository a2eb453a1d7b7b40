import { once } from 'node:events';
import { Client } from '@modelcontextprotocol/sdk/client/index.js';
import { StreamableHTTPClientTransport } from '@modelcontextprotocol/sdk/client/streamableHttp.js';
import type { Transport } from '@modelcontextprotocol/sdk/shared/transport.js';
import { describe, expect, onTestFinished, test, vi } from 'vitest';
import { createGitHubServer } from '../../src/sandbox/github.ts';
import { Ledger } from '../../src/sandbox/ledger.ts';
import { type McpEndpoint, startMcpEndpoint } from '../../src/sandbox/mcp-endpoint.ts';
import { seededStore } from '../../src/sandbox/seed.ts';
import { call, open } from './raw-http.ts';

const lighthouse = { owner: 'octo-sandbox', repo: 'lighthouse' };
const NOT_FOUND = { jsonrpc: '2.0', error: { code: -32001, message: 'Session not found' }, id: null };
const MCP_HEADERS = { 'content-type': 'application/json', accept: 'application/json, text/event-stream' };

interface Options {
  readonly sessions?: boolean;
  readonly answers?: 'json' | 'sse';
  readonly delayMs?: (tool: string) => number;
}

interface Started extends McpEndpoint {
  readonly ledger: Ledger;
}

async function start({ answers = 'json', delayMs, sessions = true }: Options = {}): Promise<Started> {
  const ledger = new Ledger();
  const store = seededStore();
  const closing = new AbortController();
  const createServer = () => createGitHubServer({ store, ledger, delayMs, closing: closing.signal });
  const endpoint = await startMcpEndpoint({ sessions, answers, createServer });
  onTestFinished(async () => {
    closing.abort();
    await endpoint.close();
  });
  return { ...endpoint, ledger };
}

async function connect(url: string): Promise<{ client: Client; transport: StreamableHTTPClientTransport }> {
  const client = new Client({ name: 'test', version: '1' });
  const transport = new StreamableHTTPClientTransport(new URL(url));
  await client.connect(transport as Transport);
  onTestFinished(() => client.close());
  return { client, transport };
}

function post(url: string, message: object, headers: Record<string, string> = {}, signal?: AbortSignal) {
  const body = JSON.stringify({ jsonrpc: '2.0', ...message });
  return call(url, { headers: { ...MCP_HEADERS, ...headers }, body, ...(signal && { signal }) });
}

function initialize(url: string) {
  const params = { protocolVersion: '2025-11-25', capabilities: {}, clientInfo: { name: 'test', version: '1' } };
  return post(url, { id: 0, method: 'initialize', params });
}

function toolCall(name: string, args: object = {}): object {
  return { id: 1, method: 'tools/call', params: { name, arguments: args } };
}

async function newSession(url: string): Promise<Record<string, string>> {
  const { headers } = await initialize(url);
  return { 'mcp-session-id': String(headers['mcp-session-id']) };
}

describe.each([
  { sessions: true, answers: 'json', contentType: 'application/json' },
  { sessions: true, answers: 'sse', contentType: 'text/event-stream' },
  { sessions: false, answers: 'json', contentType: 'application/json' },
  { sessions: false, answers: 'sse', contentType: 'text/event-stream' },
] as const)('sessions: $sessions, answers: $answers', ({ answers, contentType, sessions }) => {
  test('the official client lists, reads, writes and sees what it wrote', async () => {
    const { ledger, url } = await start({ sessions, answers });
    const { client } = await connect(url);
    await client.ping();
    expect((await client.listTools()).tools).toHaveLength(12);
    expect((await client.listPrompts()).prompts).toHaveLength(2);
    expect((await client.listResources()).resources).toHaveLength(2);
    const created = { method: 'create', ...lighthouse, title: 'Seen again' };
    await client.callTool({ name: 'issue_write', arguments: created });
    expect(await client.callTool({ name: 'list_issues', arguments: lighthouse })).toMatchObject({
      content: [{ text: expect.stringContaining('Seen again') }],
    });
    expect(ledger.snapshot()).toEqual({ issue_write: 1, list_issues: 1 });
  });

  test('calls side by side each get their own answer', async () => {
    const { ledger, url } = await start({ sessions, answers });
    const { client } = await connect(url);
    const titles = Array.from({ length: 25 }, (_, index) => `Side by side ${index}`);
    const urls = await Promise.all(
      titles.map(async (title) => {
        const result = await client.callTool({
          name: 'issue_write',
          arguments: { method: 'create', ...lighthouse, title },
        });
        return JSON.parse((result.content as [{ text: string }])[0].text).url as string;
      }),
    );
    expect(new Set(urls).size).toBe(titles.length);
    expect(ledger.count('issue_write')).toBe(titles.length);
  });

  test('requests are answered in the form that was asked for, notifications with 202', async () => {
    const { url } = await start({ sessions, answers });
    const opened = await initialize(url);
    expect(opened.headers['content-type']).toBe(contentType);
    expect(typeof opened.headers['mcp-session-id']).toBe(sessions ? 'string' : 'undefined');
    const { 'mcp-session-id': id } = opened.headers;
    const session = typeof id === 'string' ? { 'mcp-session-id': id } : undefined;
    const accepted = await post(url, { method: 'notifications/initialized' }, session);
    expect(accepted).toMatchObject({ status: 202, text: '' });
  });
});

describe('without sessions', () => {
  test.each(['GET', 'DELETE', 'PUT'])('%s is refused, as GitHub does', async (method) => {
    const { url } = await start({ sessions: false });
    const reply = await call(url, { method, headers: MCP_HEADERS });
    expect(reply).toMatchObject({ status: 405, headers: { allow: 'POST' }, text: 'Method Not Allowed\n' });
  });

  test('a session id that was sent is ignored, and none is issued', async () => {
    const { liveSessions, sessionIds, url } = await start({ sessions: false });
    await initialize(url);
    const reply = await post(url, toolCall('get_me'), { 'mcp-session-id': 'made-up' });
    expect(reply.status).toBe(200);
    expect(reply.headers).not.toHaveProperty('mcp-session-id');
    expect([sessionIds, liveSessions()]).toEqual([[], 0]);
  });
});

describe('with sessions', () => {
  test('each initialize opens a session of its own', async () => {
    const { liveSessions, sessionIds, url } = await start();
    const { transport: first } = await connect(url);
    const { transport: second } = await connect(url);
    expect(sessionIds).toEqual([first.sessionId, second.sessionId]);
    expect(new Set(sessionIds).size).toBe(2);
    expect(liveSessions()).toBe(2);
  });

  test('an unknown session is not found', async () => {
    const { ledger, url } = await start();
    const reply = await post(url, toolCall('get_me'), { 'mcp-session-id': 'made-up' });
    expect(reply.status).toBe(404);
    expect(JSON.parse(reply.text)).toEqual(NOT_FOUND);
    expect(ledger.total).toBe(0);
  });

  test('a call without a session is refused, and leaves none behind', async () => {
    const { liveSessions, sessionIds, url } = await start();
    const reply = await post(url, toolCall('get_me'));
    expect(reply.status).toBe(400);
    expect([sessionIds, liveSessions()]).toEqual([[], 0]);
  });

  test('forgotten sessions are not found any more, and new ones can be opened', async () => {
    const { forgetSessions, liveSessions, sessionIds, url } = await start();
    const session = await newSession(url);
    expect((await post(url, toolCall('get_me'), session)).status).toBe(200);
    forgetSessions();
    expect(liveSessions()).toBe(0);
    expect((await post(url, toolCall('get_me'), session)).status).toBe(404);
    expect((await post(url, toolCall('get_me'), await newSession(url))).status).toBe(200);
    expect(sessionIds).toHaveLength(2);
  });

  test.each(['json', 'sse'] as const)(
    'what is being answered as %s when sessions are forgotten is still answered',
    async (answers) => {
      const { forgetSessions, ledger, url } = await start({ answers, delayMs: () => 50 });
      const session = await newSession(url);
      const inFlight = post(url, toolCall('get_me'), session);
      await vi.waitFor(() => expect(ledger.total).toBe(1), { interval: 1 });
      forgetSessions();
      expect((await post(url, toolCall('get_me'), session)).status).toBe(404);
      expect((await inFlight).text).toContain('octo-sandbox');
    },
  );

  test('the standing stream ends when sessions are forgotten', async () => {
    const { forgetSessions, url } = await start();
    const stream = await open(url, { method: 'GET', headers: { ...MCP_HEADERS, ...(await newSession(url)) } });
    expect(stream.statusCode).toBe(200);
    const ended = once(stream.resume(), 'end');
    forgetSessions();
    await ended;
  });

  test.each(['json', 'sse'] as const)(
    'two requests in flight with the same id are both answered as %s',
    async (answers) => {
      const { url } = await start({ answers, delayMs: () => 20 });
      const session = await newSession(url);
      const replies = await Promise.all([
        post(url, toolCall('get_me'), session),
        post(url, toolCall('list_issues', lighthouse), session),
      ]);
      expect(replies.map(({ text }) => [text.includes('profile_url'), text.includes('totalCount')])).toEqual([
        [true, false],
        [false, true],
      ]);
    },
  );

  test.each(['json', 'sse'] as const)('a cancelled request is answered as %s all the same', async (answers) => {
    const { ledger, url } = await start({ answers, delayMs: () => 50 });
    const session = await newSession(url);
    const inFlight = post(url, toolCall('get_me'), session);
    await vi.waitFor(() => expect(ledger.total).toBe(1), { interval: 1 });
    const cancelled = await post(url, { method: 'notifications/cancelled', params: { requestId: 1 } }, session);
    expect(cancelled.status).toBe(202);
    expect((await inFlight).text).toContain('profile_url');
  });

  test('DELETE ends a session, and lets a call that is under way finish', async () => {
    const { ledger, liveSessions, url } = await start({ delayMs: () => 50 });
    const session = await newSession(url);
    const inFlight = post(url, toolCall('get_me'), session);
    await vi.waitFor(() => expect(ledger.total).toBe(1), { interval: 1 });
    expect((await call(url, { method: 'DELETE', headers: session })).status).toBe(200);
    expect(liveSessions()).toBe(0);
    expect((await post(url, toolCall('get_me'), session)).status).toBe(404);
    expect((await call(url, { method: 'DELETE', headers: session })).status).toBe(404);
    expect((await inFlight).status).toBe(200);
  });
});

test.each([true, false])('a server is closed once its exchange is over, sessions: %s', async (sessions) => {
  let open = 0;
  const { signal } = new AbortController();
  const endpoint = await startMcpEndpoint({
    sessions,
    answers: 'sse',
    createServer() {
      const mcp = createGitHubServer({ store: seededStore(), ledger: new Ledger(), closing: signal });
      open++;
      mcp.server.onclose = () => open--;
      return mcp;
    },
  });
  onTestFinished(() => endpoint.close());
  expect((await initialize(endpoint.url)).status).toBe(200);
  await vi.waitFor(() => expect(open).toBe(0));
});

describe('at the door', () => {
  test('a host name that only points here is refused', async () => {
    const { url } = await start();
    const reply = await call(url, { headers: { ...MCP_HEADERS, host: 'evil.example' }, body: '{}' });
    expect(reply).toMatchObject({ status: 403, text: 'Forbidden: invalid Host header "evil.example"\n' });
  });

  test('other paths are not found, a trailing slash changes nothing', async () => {
    const { url } = await start();
    expect((await initialize(`${url}/mcp`)).status).toBe(404);
    expect((await initialize(`${url}/`)).status).toBe(200);
  });
});

describe.each([true, false])('a client that goes away, sessions: %s', (sessions) => {
  test('its call is carried out all the same', async () => {
    const { ledger, url } = await start({ sessions, delayMs: (tool) => (tool === 'issue_write' ? 50 : 0) });
    const session = sessions ? await newSession(url) : {};
    const gone = new AbortController();
    const created = post(
      url,
      toolCall('issue_write', { method: 'create', ...lighthouse, title: 'Unseen' }),
      session,
      gone.signal,
    );
    const failed = expect(created).rejects.toThrow();
    await vi.waitFor(() => expect(ledger.total).toBe(1), { interval: 1 });
    gone.abort();
    await failed;
    await vi.waitFor(async () => {
      expect((await post(url, toolCall('list_issues', lighthouse), session)).text).toContain('Unseen');
    });
    expect(ledger.count('issue_write')).toBe(1);
  });
});
