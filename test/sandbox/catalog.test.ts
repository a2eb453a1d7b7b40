import { beforeAll, describe, expect, it, onTestFinished } from 'vitest';
import { SANDBOX_USER } from '../../src/sandbox/door.ts';
import {
  SANDBOX_CONNECTION,
  SANDBOX_SERVICE,
  type Sandbox,
  type SandboxOptions,
  startSandbox,
} from '../../src/sandbox/sandbox.ts';

async function started(options: SandboxOptions = {}): Promise<Sandbox> {
  const sandbox = await startSandbox(options);
  onTestFinished(() => sandbox.close());
  return sandbox;
}

async function ask({ host, token }: Sandbox, path: string): Promise<{ status: number; body: Record<string, unknown> }> {
  const reply = await fetch(`${host}/api/2.1/unity-catalog/${path}`, { headers: { authorization: `Bearer ${token}` } });
  return { status: reply.status, body: (await reply.json()) as Record<string, unknown> };
}

describe("the workspace's catalog", () => {
  it('tells of a connection, of what it leads to, and of how one logs in', async () => {
    const sandbox = await started({ login: { due: false } });
    const { hostname, port } = new URL(sandbox.mcpUrl);
    expect(await ask(sandbox, `connections/${SANDBOX_CONNECTION}`)).toMatchObject({
      status: 200,
      body: {
        name: SANDBOX_CONNECTION,
        connection_type: 'HTTP',
        credential_type: 'OAUTH_U2M_MAPPING',
        options: { host: `http://${hostname}`, port, base_path: '/mcp', is_mcp_connection: 'true' },
      },
    });
    expect(await ask(await started(), `connections/${SANDBOX_CONNECTION}`)).toMatchObject({
      body: { credential_type: 'BEARER_TOKEN' },
    });
  });

  it('has no connection that is not there', async () => {
    expect(await ask(await started(), 'connections/nobody')).toMatchObject({
      status: 404,
      body: { error_code: 'CONNECTION_DOES_NOT_EXIST' },
    });
  });

  it('lists connections, page by page where that is asked for', async () => {
    const sandbox = await started({
      connections: { a: { url: 'https://a.example/' }, b: { url: 'https://b.example/mcp' } },
    });
    const names = ({ body }: { body: Record<string, unknown> }) =>
      (body['connections'] as { name: string }[]).map(({ name }) => name);
    const all = await ask(sandbox, 'connections?max_results=0');
    expect(names(all)).toEqual(['a', 'b', SANDBOX_CONNECTION]);
    expect(all.body).not.toHaveProperty('next_page_token');
    const first = await ask(sandbox, 'connections?max_results=2');
    expect(names(first)).toEqual(['a', 'b']);
    const second = await ask(sandbox, `connections?max_results=2&page_token=${first.body['next_page_token']}`);
    expect(names(second)).toEqual([SANDBOX_CONNECTION]);
    expect(second.body).not.toHaveProperty('next_page_token');
  });

  it('knows who is logged in, and who may use what', async () => {
    const login = { due: true };
    const sandbox = await started({ login });
    const credential = `connections/${SANDBOX_CONNECTION}/user-credentials/${encodeURIComponent(SANDBOX_USER.userName)}`;
    expect((await ask(sandbox, credential)).status).toBe(404);
    login.due = false;
    expect(await ask(sandbox, credential)).toMatchObject({
      body: { connection_user_credential: { provisioning_info: { state: 'ACTIVE' } } },
    });
    const permissions = `effective-permissions/connection/${SANDBOX_CONNECTION}`;
    const granted = (await ask(sandbox, permissions)).body;
    expect(granted).toMatchObject({ privilege_assignments: [{ privileges: [{ privilege: 'USE_CONNECTION' }] }] });
    const refused = (await ask(await started({ granted: false }), permissions)).body;
    expect(refused).toMatchObject({ privilege_assignments: [{ privileges: [] }] });
  });

  it('tells of MCP services by their schema, and of the connection behind one', async () => {
    const sandbox = await started({
      endpoints: { '/ai-gateway/mcp-services/other.x.y': { url: 'https://a.example/' } },
    });
    expect(await ask(sandbox, 'mcp-services?parent=schemas/sandbox.mcp')).toMatchObject({
      body: { mcp_services: [{ name: `mcp-services/${SANDBOX_SERVICE}`, config: {} }] },
    });
    expect((await ask(sandbox, 'mcp-services?parent=schemas/sandbox.mcp&page_size=101')).status).toBe(400);
    const { body } = await ask(sandbox, `mcp-services/${SANDBOX_SERVICE}`);
    expect(body).toMatchObject({
      name: `mcp-services/${SANDBOX_SERVICE}`,
      effective_owner: 'owner@sandbox.example',
      config: { source_connection: { name: `connections/${SANDBOX_CONNECTION}`, is_deleted: false } },
    });
    expect(body).not.toHaveProperty('full_name');
    expect((await ask(sandbox, 'mcp-services/sandbox.mcp.nothing')).status).toBe(404);
  });

  it('knows who is logged in to a service', async () => {
    const login = { due: true };
    const sandbox = await started({ login });
    const credentials = `mcp-services/${SANDBOX_SERVICE}/user-credentials`;
    expect((await ask(sandbox, credentials)).body).toEqual({ provisioning_info: { state: 'NOT_FOUND' } });
    login.due = false;
    expect((await ask(sandbox, credentials)).body).toEqual({ provisioning_info: { state: 'ACTIVE' } });
  });

  it('lists a connection in a schema with that schema alone', async () => {
    const sandbox = await started({ connections: { 'main.mcp.github': { url: 'https://a.example/' } } });
    const inSchema = await ask(sandbox, 'connections?parent=schemas/main.mcp');
    expect(inSchema.body).toMatchObject({ connections: [{ name: 'github', full_name: 'main.mcp.github' }] });
    expect(JSON.stringify((await ask(sandbox, 'connections')).body)).not.toContain('main.mcp.github');
    expect(await ask(sandbox, 'connections/main.mcp.github')).toMatchObject({ status: 200 });
  });

  it('is closed to who brings no token, and answers to GET alone', async () => {
    const { host, token } = await started();
    const url = `${host}/api/2.1/unity-catalog/connections`;
    expect((await fetch(url)).status).toBe(401);
    const posted = await fetch(url, { method: 'POST', headers: { authorization: `Bearer ${token}` } });
    expect(await posted.json()).toMatchObject({ error_code: 'ENDPOINT_NOT_FOUND' });
  });
});

describe('a connection that is not yet to be used', () => {
  let sandbox: Sandbox;
  const login = { due: true };

  beforeAll(async () => {
    sandbox = await startSandbox({ login });
    return () => sandbox.close();
  });

  const call = (path: string, body: object) =>
    fetch(sandbox.host + path, {
      method: 'POST',
      headers: { authorization: `Bearer ${sandbox.token}`, 'content-type': 'application/json' },
      body: JSON.stringify(body),
    });
  const PING = { jsonrpc: '2.0', id: 7, method: 'ping' };

  it('refuses on each route in the form of that route', async () => {
    const envelope = { connection_name: SANDBOX_CONNECTION, method: 'POST', path: '/', json: JSON.stringify(PING) };
    const outer = await call('/api/2.0/external-function', envelope);
    expect([outer.status, await outer.json()]).toMatchObject([401, { error_code: 'UNAUTHENTICATED' }]);
    const managed = await call(`/api/2.0/mcp/external/${SANDBOX_CONNECTION}`, PING);
    expect([managed.status, await managed.json()]).toMatchObject([200, { id: 7, error: { code: -32600 } }]);
    const service = await call(`/ai-gateway/mcp-services/${SANDBOX_SERVICE}`, PING);
    expect([service.status, service.headers.get('www-authenticate')]).toEqual([
      401,
      expect.stringContaining('resource_metadata'),
    ]);
  });

  it('knows no fault of a name that is none', async () => {
    const other = await started({ fault: () => 'nonsense' });
    const reply = fetch(`${other.host}/api/2.0/mcp/external/${SANDBOX_CONNECTION}`, {
      method: 'POST',
      headers: { authorization: `Bearer ${other.token}` },
      body: JSON.stringify(PING),
    });
    await expect(reply).rejects.toThrow();
  });
});
