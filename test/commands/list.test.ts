import { expect, onTestFinished, test } from 'vitest';
import type { Answer } from '../../src/sandbox/answer.ts';
import { startWorkspace, type WorkspaceOptions } from '../../src/sandbox/workspace.ts';
import { runBin } from '../support/run-bin.ts';
import { TOKEN } from '../support/scripted.ts';

const ME = '/api/2.0/preview/scim/v2/Me';

async function listOf(options: Partial<WorkspaceOptions>, args: readonly string[] = [], token = TOKEN) {
  const workspace = await startWorkspace({ token: TOKEN, connections: {}, ...options });
  onTestFinished(() => workspace.close());
  const env = { DATABRICKS_HOST: workspace.host, DATABRICKS_TOKEN: token };
  return { host: workspace.host, ...(await runBin({ args: ['list', ...args], env })) };
}

function json(value: unknown, status = 200): Answer {
  return { status, headers: { 'content-type': 'application/json' }, body: JSON.stringify(value) };
}

/** A workspace that answers questions with these, by the beginning of their path; the longest counts. */
function answering(answers: Readonly<Record<string, unknown>>): Partial<WorkspaceOptions> {
  const paths = Object.keys(answers).sort((one, other) => other.length - one.length);
  return {
    onQuestion: (path) => {
      const found = paths.find((start) => path.startsWith(start));
      return found === undefined ? json({ error_code: 'NOT_FOUND', message: path }, 404) : json(answers[found]);
    },
  };
}

test('shows each way with what can be known of it, and the option that chooses it', async () => {
  const url = 'http://127.0.0.1:1/mcp';
  const { code, host, stdout } = await listOf({
    connections: {
      open: { url },
      due: { url, login: { due: true } },
      done: { url, login: { due: false } },
      closed: { url, granted: false },
    },
    endpoints: { '/ai-gateway/mcp-services/system.ai.github': { url } },
  });
  expect(code).toBe(0);
  const rows = stdout.split('\n').map((line) => line.split(/ {2,}/));
  const row = (option: string) => rows.find(([first]) => first === option);
  expect(row('--connection open')).toMatchObject({ 2: 'BEARER_TOKEN', 4: 'USE CONNECTION', 5: 'not needed' });
  expect(row('--connection closed')).toMatchObject({ 4: 'no USE CONNECTION' });
  expect(row('--connection due')).toMatchObject({ 2: 'OAUTH_U2M_MAPPING', 5: 'due' });
  expect(row('--connection done')).toMatchObject({ 5: 'logged in' });
  expect(row('--service system.ai.github')).toBeDefined();
  expect(stdout).toContain(`Log in to due: ${host}/explore/connections/due\n`);
});

test('tells a missing mark from a mark that says no, and leaves out what is no HTTP connection', async () => {
  const connection = (name: string, more: object) => ({ name, connection_type: 'HTTP', ...more });
  const { stdout } = await listOf(
    answering({
      '/api/2.1/unity-catalog/connections?': {
        connections: [
          connection('marked', { options: { is_mcp_connection: 'true' } }),
          connection('unmarked', { options: {} }),
          connection('plain', { options: { is_mcp_connection: 'false' } }),
          { name: 'mysql', connection_type: 'MYSQL' },
          { nameless: true },
        ],
      },
    }),
    ['--json'],
  );
  expect(JSON.parse(stdout).entries).toMatchObject([
    { name: 'marked', mcp: 'yes', privilege: 'unknown', login: 'unknown' },
    { name: 'unmarked', mcp: 'unknown' },
  ]);
});

test('reads every page, and nothing of a credential but its state', async () => {
  const mapped = (name: string) => ({ name, connection_type: 'HTTP', credential_type: 'OAUTH_U2M_MAPPING' });
  const secret = 'gho_canary0123456789canary';
  const { stderr, stdout } = await listOf(
    answering({
      [ME]: { id: '7', userName: 'ada@example.com' },
      '/api/2.1/unity-catalog/connections?max_results=0': { connections: [mapped('one')], next_page_token: 'a b' },
      '/api/2.1/unity-catalog/connections?max_results=0&page_token=a%20b': { connections: [mapped('two')] },
      '/api/2.1/unity-catalog/connections/one/user-credentials/': {
        connection_user_credential: { state: 'ACTIVE', options_kvpairs: { access_token: secret } },
      },
    }),
    ['--json'],
  );
  expect(JSON.parse(stdout).entries.map(({ name }: { name: string }) => name)).toEqual(['one', 'two']);
  expect(stdout + stderr).not.toContain(secret);
});

test('offers a service and a connection in a schema by the names that the options take', async () => {
  const url = 'http://127.0.0.1:1/mcp';
  const { host, stdout } = await listOf(
    {
      connections: {
        'main.mcp.github': { url, login: { due: true } },
        'main.mcp.gh': { url: `${url}2`, type: 'GITHUB' },
      },
      endpoints: { '/ai-gateway/mcp-services/main.mcp.svc': { url, login: { due: true } } },
    },
    ['--schema', 'main.mcp'],
  );
  const rows = stdout.split('\n').map((line) => line.split(/ {2,}/));
  const options = rows.map(([first = '']) => first).filter((first) => /^--[cs]/.test(first));
  expect(options).toEqual(['--service main.mcp.svc', '--connection main.mcp.gh', '--connection main.mcp.github']);
  const row = (option: string) => rows.find(([first]) => first === option);
  expect(row('--service main.mcp.svc')).toMatchObject({ 3: 'owner@sandbox.example', 4: 'EXECUTE', 5: 'due' });
  expect(row('--connection main.mcp.gh')).toMatchObject({ 1: 'yes (GITHUB)', 2: 'BEARER_TOKEN' });
  expect(stdout).toContain(`Log in to main.mcp.svc: ${host}/explore/data/main/mcp/svc\n`);
});

test('a service over a deleted connection is marked as having no server', async () => {
  const { stdout } = await listOf(
    answering({
      '/api/2.1/unity-catalog/mcp-services?parent=schemas/system.ai': {
        mcp_services: [
          {
            name: 'mcp-services/system.ai.github',
            effective_owner: 'o',
            config: { source_connection: { name: 'connections/gone', is_deleted: true } },
          },
        ],
      },
      '/api/2.1/unity-catalog/connections?': { connections: [] },
    }),
    ['--json'],
  );
  expect(JSON.parse(stdout).entries).toMatchObject([{ name: 'system.ai.github', mcp: 'no', connection: 'gone' }]);
});

test('says so where there is nothing to be seen', async () => {
  const { code, stdout } = await listOf({});
  expect(code).toBe(0);
  expect(stdout).toMatch(/shows you no MCP service, and no HTTP connection/);
});

test('a token that is not accepted is said as everywhere', async () => {
  const { code, stderr, stdout } = await listOf({}, [], 'dapi-wrong-0123456789');
  expect({ code, stdout }).toEqual({ code: 1, stdout: '' });
  expect(stderr).toMatch(/did not accept the token/);
  expect(stderr).not.toContain('dapi-wrong');
});

test('a workspace that cannot be reached is reported as serve reports it', async () => {
  const env = { DATABRICKS_HOST: 'http://127.0.0.1:1', DATABRICKS_TOKEN: TOKEN };
  const { code, stderr } = await runBin({ args: ['list'], env });
  expect(code).toBe(1);
  expect(stderr).toMatch(/The workspace cannot be reached: nothing listens there \(ECONNREFUSED\)/);
});

test('who may not see the list is not told to replace the token, and --json is JSON then too', async () => {
  const denied = () => json({ error_code: 'PERMISSION_DENIED', message: 'not for you' }, 403);
  const { code, stderr, stdout } = await listOf({ onQuestion: denied }, ['--json']);
  expect(code).toBe(1);
  expect(stderr).toMatch(/PERMISSION_DENIED: not for you\nAsk an administrator/);
  expect(JSON.parse(stdout)).toMatchObject({ error: { kind: 'upstreamHttp', httpStatus: 403 } });
});

test('a name that the option does not take is shown as such, and moves no cursor', async () => {
  const connection = (name: string) => ({ name, connection_type: 'HTTP', owner: 'x\u001b[2J\ny', options: {} });
  const odd = answering({
    '/api/2.1/unity-catalog/connections?': { connections: ['--a b', 'e\u0301\n', 'good'].map(connection) },
  });
  const { stdout } = await listOf(odd);
  expect(stdout).toMatch(/^--connection good /m);
  expect(stdout).toMatch(/^\(no option takes "--a b"\) /m);
  expect(stdout).not.toContain('\u001b');
  const { entries } = JSON.parse((await listOf(odd, ['--json'])).stdout);
  expect(entries.map(({ option }: { option?: string }) => option)).toEqual([undefined, undefined, '--connection good']);
});
