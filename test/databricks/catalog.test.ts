/** One test per endpoint of Unity Catalog, with a body as documented. */

import { describe, expect, it } from 'vitest';
import { connectionIn, listConnections, listServices } from '../../src/databricks/catalog.ts';
import type { RestReply } from '../../src/databricks/rest.ts';
import { type Ask, hasPrivilege, loginState, serviceLoginState } from '../../src/databricks/user-access.ts';

const ROOT = '/api/2.1/unity-catalog';
const ME = { id: '4711', userName: 'ada@example.com' };

const SERVICE = {
  name: 'mcp-services/main.mcp.github',
  effective_owner: 'owner@example.com',
  config: {
    source_connection: { name: 'connections/main.mcp.github_conn', is_deleted: false },
    include_tool_selectors: [{ name: 'get_me' }],
  },
  rate_limits: [{ calls: 20, renewal_period: 'minute' }],
  etag: 'AAAA',
};

const CONNECTION = {
  name: 'github_conn',
  full_name: 'main.mcp.github_conn',
  connection_id: '1f6c3a52-5c1e-4e0e-9f10-6f1f5f6d7c11',
  connection_type: 'HTTP',
  credential_type: 'OAUTH_U2M_MAPPING',
  options: { host: 'https://api.githubcopilot.com', port: '443', base_path: '/mcp', is_mcp_connection: 'true' },
  owner: 'owner@example.com',
  provisioning_info: { state: 'ACTIVE' },
  securable_type: 'CONNECTION',
  securable_kind: 'CONNECTION_HTTP_OAUTH_U2M_MAPPING',
};

/** Answers of a workspace by path. Other paths are an error of the test. */
function answering(answers: Readonly<Record<string, readonly [status: number, json: unknown]>>): Ask {
  return async (path) => {
    const [status, json] = answers[path] ?? [];
    if (status === undefined) throw new Error(`unexpected request: ${path}`);
    return { status, json, text: JSON.stringify(json), header: () => undefined } satisfies RestReply;
  };
}

const jsonOf =
  (ask: Ask) =>
  async (path: string): Promise<unknown> =>
    (await ask(path)).json;

const connectionOf = (more: object = {}) => {
  const connection = connectionIn({ ...CONNECTION, ...more });
  if (connection === undefined) throw new Error('not a connection');
  return connection;
};

describe('GET /mcp-services?parent=', () => {
  it('gives names, owner and connection that the options take', async () => {
    const path = `${ROOT}/mcp-services?parent=schemas/main.mcp&page_size=100&view=FULL`;
    const ofMetastore = {
      ...SERVICE,
      name: 'mcp-services/main.mcp.a',
      config: { source_connection: { name: 'connections/github', is_deleted: true } },
    };
    const ask = answering({
      [path]: [200, { mcp_services: [SERVICE], next_page_token: 'p2' }],
      [`${path}&page_token=p2`]: [200, { mcp_services: [ofMetastore] }],
    });
    expect(await listServices(jsonOf(ask), 'main.mcp')).toEqual([
      { name: 'main.mcp.a', owner: 'owner@example.com', connection: 'github', isConnectionDeleted: true },
      {
        name: 'main.mcp.github',
        owner: 'owner@example.com',
        connection: 'main.mcp.github_conn',
        isConnectionDeleted: false,
      },
    ]);
  });
});

describe('GET /mcp-services/{full}/user-credentials', () => {
  const path = `${ROOT}/mcp-services/main.mcp.github/user-credentials`;

  it.each([
    ['ACTIVE', 'logged in'],
    ['NOT_FOUND', 'due'],
    ['EXPIRED', 'due'],
  ])('%s is: %s', async (state, login) => {
    const ask = answering({ [path]: [200, { provisioning_info: { state } }] });
    expect(await serviceLoginState(ask, 'main.mcp.github', connectionOf(), ME)).toBe(login);
    expect(await serviceLoginState(ask, 'main.mcp.github', undefined, ME)).toBe(login);
  });

  it('is not asked for a service over a connection with one credential', async () => {
    const connection = connectionOf({ securable_kind: 'CONNECTION_HTTP_BEARER' });
    expect(await serviceLoginState(answering({}), 'main.mcp.github', connection, ME)).toBe('not needed');
  });

  it('falls back to the connection if the workspace does not have it', async () => {
    const ask = answering({
      [path]: [404, { error_code: 'ENDPOINT_NOT_FOUND', message: '' }],
      [`${ROOT}/connections/main.mcp.github_conn/user-credentials/ada%40example.com`]: [
        200,
        { connection_user_credential: { provisioning_info: { state: 'ACTIVE' } } },
      ],
    });
    expect(await serviceLoginState(ask, 'main.mcp.github', connectionOf(), ME)).toBe('logged in');
    expect(await serviceLoginState(ask, 'main.mcp.github', undefined, ME)).toBe('unknown');
  });
});

describe('GET /connections', () => {
  it('gives the full name of a connection in a schema, and leaves out what is not MCP', async () => {
    const ask = answering({
      [`${ROOT}/connections?parent=schemas/main.mcp&max_results=0`]: [
        200,
        {
          connections: [
            CONNECTION,
            { ...CONNECTION, name: 'gh', full_name: 'main.mcp.gh', connection_type: 'GITHUB' },
            { name: 'pg', full_name: 'main.mcp.pg', connection_type: 'POSTGRESQL' },
          ],
        },
      ],
    });
    const found = await listConnections(jsonOf(ask), { schema: 'main.mcp' });
    expect(found.map(({ name, type }) => [name, type])).toEqual([
      ['main.mcp.gh', 'GITHUB'],
      ['main.mcp.github_conn', 'HTTP'],
    ]);
  });

  it('gives the name of a connection of the metastore', async () => {
    const ask = answering({
      [`${ROOT}/connections?max_results=0`]: [
        200,
        {
          connections: [
            { ...CONNECTION, name: 'a.b', full_name: 'a.b' },
            { ...CONNECTION, full_name: 'metastore.x' },
          ],
        },
      ],
    });
    expect((await listConnections(jsonOf(ask))).map(({ name }) => name)).toEqual(['a.b', 'github_conn']);
  });
});

describe('GET /connections/{name}', () => {
  it.each([
    ['CONNECTION_HTTP_OAUTH_U2M_MAPPING', undefined, 'yes'],
    ['CONNECTION_HTTP_DCR', 'OAUTH_DCR', 'yes'],
    ['CONNECTION_SLACK_OAUTH_U2M_MAPPING', undefined, 'yes'],
    ['CONNECTION_HTTP_BEARER', 'OAUTH_U2M_MAPPING', 'no'],
    [undefined, 'OAUTH_U2M_MAPPING', 'yes'],
    [undefined, 'BEARER_TOKEN', 'no'],
    [undefined, undefined, 'unknown'],
  ])('kind %s, credential %s: a login of each user: %s', (securable_kind, credential_type, expected) => {
    expect(connectionOf({ securable_kind, credential_type }).hasUserLogins).toBe(expected);
  });
});

describe('GET /connections/{name}/user-credentials/{user}', () => {
  const path = (user: string) => `${ROOT}/connections/main.mcp.github_conn/user-credentials/${user}`;
  const missing = [404, { error_code: 'NOT_FOUND', message: '' }] as const;
  const none = [404, { error_code: 'ENDPOINT_NOT_FOUND', message: '' }] as const;

  it.each([
    ['nested', { connection_user_credential: { provisioning_info: { state: 'ACTIVE' } } }],
    ['flat', { connection_user_credential: { state: 'ACTIVE' } }],
    ['at the top', { provisioning_info: { state: 'ACTIVE' } }],
  ])('reads a state that is %s', async (_, body) => {
    const ask = answering({ [path('ada%40example.com')]: [200, body] });
    expect(await loginState(ask, connectionOf(), ME)).toBe('logged in');
  });

  it.each([
    ['by id only', missing, [200, { connection_user_credential: { state: 'ACTIVE' } }], 'logged in'],
    ['not at all', missing, missing, 'due'],
    ['by neither, since the path does not exist', none, none, 'unknown'],
  ] as const)('finds a user %s', async (_, byName, byId, login) => {
    const ask = answering({ [path('ada%40example.com')]: byName, [path('4711')]: byId });
    expect(await loginState(ask, connectionOf(), ME)).toBe(login);
  });
});

describe('GET /effective-permissions/{securable}/{name}', () => {
  it.each([
    ['connection', 'USE_CONNECTION'],
    ['mcp_service', 'EXECUTE'],
  ] as const)('of a %s holds %s', async (securable, privilege) => {
    const path = `${ROOT}/effective-permissions/${securable}/a.b.c?principal=ada%40example.com`;
    const held = { privilege_assignments: [{ principal: 'devs', privileges: [{ privilege }] }] };
    expect(await hasPrivilege(answering({ [path]: [200, held] }), securable, 'a.b.c', ME)).toBe('yes');
    expect(await hasPrivilege(answering({ [path]: [200, {}] }), securable, 'a.b.c', ME)).toBe('no');
  });
});
