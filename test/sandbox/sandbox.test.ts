import { once } from 'node:events';
import { Agent, type IncomingMessage, request } from 'node:http';
import { text } from 'node:stream/consumers';
import { describe, expect, onTestFinished, test, vi } from 'vitest';
import { type Sandbox, type SandboxOptions, startSandbox } from '../../src/sandbox/sandbox.ts';
import { call, open } from './raw-http.ts';

const lighthouse = { owner: 'octo-sandbox', repo: 'lighthouse' };
const MCP_HEADERS = { 'Content-Type': 'application/json', Accept: 'application/json, text/event-stream' };

async function start(options?: SandboxOptions): Promise<Sandbox> {
  const sandbox = await startSandbox(options);
  onTestFinished(() => sandbox.close());
  return sandbox;
}

function envelope(sandbox: Sandbox, message: object, headers: Record<string, string> = {}): string {
  return JSON.stringify({
    connection_name: sandbox.connection,
    method: 'POST',
    path: '/',
    headers: JSON.stringify({ ...MCP_HEADERS, ...headers }),
    json: JSON.stringify({ jsonrpc: '2.0', ...message }),
  });
}

function post(sandbox: Sandbox, message: object, headers: Record<string, string> = {}) {
  return call(`${sandbox.host}/api/2.0/external-function`, {
    headers: { authorization: `Bearer ${sandbox.token}` },
    body: envelope(sandbox, message, headers),
  });
}

const initialize = {
  id: 0,
  method: 'initialize',
  params: { protocolVersion: '2025-11-25', capabilities: {}, clientInfo: { name: 'test', version: '1' } },
};

function toolCall(name: string, args: object = {}): object {
  return { id: 1, method: 'tools/call', params: { name, arguments: args } };
}

function tcpHandles(): string[] {
  return process.getActiveResourcesInfo().filter((resource) => resource.startsWith('TCP'));
}

describe('through the workspace', () => {
  test('a session is opened, used, lost and opened again', async () => {
    const sandbox = await start();
    const opened = await post(sandbox, initialize);
    expect(opened.text).toMatch(/^event: message\ndata: \{.*"protocolVersion":"2025-11-25".*\}\n\n$/);
    const session = { 'Mcp-Session-Id': String(opened.headers['mcp-session-id']) };
    expect(sandbox.sessionIds).toEqual(Object.values(session));

    const created = toolCall('issue_write', { method: 'create', ...lighthouse, title: 'By envelope' });
    expect((await post(sandbox, created, session)).status).toBe(200);
    expect((await post(sandbox, toolCall('list_issues', lighthouse), session)).text).toContain('By envelope');
    expect(sandbox.ledger.snapshot()).toEqual({ issue_write: 1, list_issues: 1 });

    sandbox.forgetSessions();
    const lost = await post(sandbox, toolCall('get_me'), session);
    expect(lost).toMatchObject({ status: 404, text: expect.stringContaining('Session not found') });
    expect((await post(sandbox, initialize)).headers['mcp-session-id']).toBe(sandbox.sessionIds[1]);
    expect(sandbox.workspace.calls()).toBe(5);
  });

  test('without sessions and with JSON it needs neither id nor initialize', async () => {
    const sandbox = await start({ sessions: false, answers: 'json' });
    const reply = await post(sandbox, toolCall('get_me'));
    expect(reply.headers).not.toHaveProperty('mcp-session-id');
    expect(JSON.parse(reply.text)).toMatchObject({ jsonrpc: '2.0', id: 1, result: { content: [{ type: 'text' }] } });
    expect(sandbox.endpoint.liveSessions()).toBe(0);
  });

  test('the MCP server can also be reached without the workspace', async () => {
    const sandbox = await start({ answers: 'json', sessions: false });
    const body = JSON.stringify({ jsonrpc: '2.0', ...toolCall('get_me') });
    const direct = await call(sandbox.mcpUrl, { headers: MCP_HEADERS, body });
    expect(direct.text).toBe((await post(sandbox, toolCall('get_me'))).text);
  });

  test.each([
    '/api/2.0/unity-catalog/connections/github_sandbox/proxy',
    '/api/2.0/mcp/external/github_sandbox',
    '/ai-gateway/mcp-services/sandbox.mcp.github',
  ])('the same server is at %s', async (path) => {
    const sandbox = await start({ answers: 'json', sessions: false });
    const headers = { ...MCP_HEADERS, authorization: `Bearer ${sandbox.token}` };
    const body = JSON.stringify({ jsonrpc: '2.0', ...toolCall('get_me') });
    const reply = await call(sandbox.host + path, { headers, body });
    expect(reply).toMatchObject({ status: 200, headers: { 'content-type': 'application/json' } });
    expect(JSON.parse(reply.text)).toMatchObject({ id: 1, result: { content: [{ type: 'text' }] } });
    expect([sandbox.ledger.total, sandbox.workspace.calls()]).toEqual([1, 1]);
  });

  test('other connections can stand beside its own', async () => {
    const other = await start({ sessions: false, answers: 'json' });
    const sandbox = await start({ connections: { other: { url: other.mcpUrl } } });
    const reply = await post({ ...sandbox, connection: 'other' as typeof sandbox.connection }, toolCall('get_me'));
    expect(reply.status).toBe(200);
    expect([sandbox.ledger.total, other.ledger.total]).toEqual([0, 1]);
  });

  test('many calls can be delayed at once without a warning', async () => {
    const warnings: Error[] = [];
    const listen = (warning: Error) => warnings.push(warning);
    process.on('warning', listen);
    onTestFinished(() => void process.off('warning', listen));
    const sandbox = await start({ sessions: false, delayMs: () => 20 });
    const replies = await Promise.all(Array.from({ length: 50 }, () => post(sandbox, toolCall('get_me'))));
    expect(new Set(replies.map((reply) => reply.status))).toEqual(new Set([200]));
    expect(warnings).toEqual([]);
  });

  test('no two sandboxes share a token, a port or their issues', async () => {
    const [one, two] = await Promise.all([start({ sessions: false }), start({ sessions: false })]);
    expect(one.token).not.toBe(two.token);
    expect(one.host).not.toBe(two.host);
    await post(one, toolCall('issue_write', { method: 'create', ...lighthouse, title: 'Only here' }));
    expect((await post(one, toolCall('list_issues', lighthouse))).text).toContain('Only here');
    expect((await post(two, toolCall('list_issues', lighthouse))).text).not.toContain('Only here');
  });
});

describe('closing', () => {
  test('it leaves nothing open, whatever was going on', async () => {
    await vi.waitFor(() => expect(tcpHandles()).toEqual([]));
    const sandbox = await startSandbox({ delayMs: (tool) => (tool === 'issue_write' ? 600_000 : 0) });
    const { headers } = await post(sandbox, initialize);
    const session = { 'mcp-session-id': String(headers['mcp-session-id']) };

    // A connection that is kept, a standing stream, and a call in flight.
    const agent = new Agent({ keepAlive: true });
    const kept = request(`${sandbox.host}/api/2.0/external-function`, {
      method: 'POST',
      agent,
      headers: { authorization: `Bearer ${sandbox.token}` },
    });
    kept.end(envelope(sandbox, toolCall('get_me'), session));
    const [answer] = (await once(kept, 'response')) as [IncomingMessage];
    expect(await text(answer)).toContain('octo-sandbox');
    const stream = await open(sandbox.mcpUrl, { method: 'GET', headers: { ...MCP_HEADERS, ...session } });
    const streamBroken = expect(text(stream)).rejects.toThrow('aborted');
    const created = toolCall('issue_write', { method: 'create', ...lighthouse, title: 'Never' });
    const callBroken = expect(post(sandbox, created, session)).rejects.toMatchObject({ code: 'ECONNRESET' });
    await vi.waitFor(() => expect(sandbox.ledger.count('issue_write')).toBe(1), { interval: 1 });
    expect(sandbox.openSockets()).toBe(2);
    expect(sandbox.endpoint.openSockets()).toBeGreaterThan(1);

    await sandbox.close();
    expect(sandbox.openSockets()).toBe(0);
    expect(sandbox.endpoint.openSockets()).toBe(0);
    expect(sandbox.endpoint.liveSessions()).toBe(0);
    await Promise.all([streamBroken, callBroken]);
    await vi.waitFor(() => expect(tcpHandles()).toEqual([]));
    expect(process.getActiveResourcesInfo()).not.toContain('Timeout');
  });

  test('it can be asked for twice', async () => {
    const sandbox = await startSandbox();
    await Promise.all([sandbox.close(), sandbox.close()]);
    await sandbox.close();
  });
});
