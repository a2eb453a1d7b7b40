import { writeFileSync } from 'node:fs';
import { createServer as createApi } from 'node:http';
import { type AddressInfo, createServer } from 'node:net';
import { join } from 'node:path';
import { describe, expect, onTestFinished, test } from 'vitest';
import { type SandboxOptions, startSandbox } from '../../src/sandbox/sandbox.ts';
import { type CannedReply, startWorkspace } from '../../src/sandbox/workspace.ts';
import { toWorkspace } from '../support/bridge.ts';
import { raw, result, rpcError } from '../support/canned.ts';
import { runBin } from '../support/run-bin.ts';
import { CONNECTION, opened, TOKEN } from '../support/scripted.ts';
import { type Seen, see } from '../support/seen.ts';
import { temporaryDirectory } from '../support/temporary.ts';

interface Step {
  readonly name: string;
  readonly status: 'ok' | 'note' | 'failed' | 'skipped';
  readonly says: string;
  readonly hint?: string;
  readonly ms: number;
}

interface Verdict {
  readonly ok: boolean;
  readonly failed?: string;
  readonly recommendation?: { readonly route: string; readonly because: string };
  readonly steps: readonly Step[];
}

async function examine(options: SandboxOptions = {}, more: { args?: readonly string[]; token?: string } = {}) {
  const sandbox = await startSandbox(options);
  onTestFinished(() => sandbox.close());
  const { args, env } = toWorkspace({ ...sandbox, token: more.token ?? sandbox.token });
  const run = (own: readonly string[]) => runBin({ args: ['doctor', ...own, ...args, ...(more.args ?? [])], env });
  const { code, stdout } = await run(['--json']);
  const verdict: Verdict = JSON.parse(stdout);
  return { sandbox, code, verdict, run, step: (name: string) => verdict.steps.find((step) => step.name === name) };
}

test('walks the whole chain, through every route, and calls no tool', async () => {
  const { code, sandbox, step, verdict } = await examine();
  expect(verdict.steps.filter(({ status }) => status === 'failed')).toEqual([]);
  expect(code).toBe(0);
  expect(verdict.steps.map(({ name }) => name)).toEqual([
    ...[
      'node',
      'options',
      'workspace',
      'name',
      'connect',
      'sign-in',
      'identity',
      'clock',
      'connection',
      'privilege',
      'login',
      'gateway',
    ],
    ...['route external-function', 'route connection-proxy', 'route managed-mcp', 'read-only'],
  ]);
  for (const route of ['external-function', 'connection-proxy', 'managed-mcp']) {
    expect(step(`route ${route}`)?.says).toMatch(
      /github-mcp-server-sandbox 1\.0\.0, 2025-11-25, session, 12 tools in 12,\d{3} bytes/,
    );
  }
  expect(step('route external-function')?.says).toContain('answers whole');
  expect(step('route connection-proxy')?.says).toContain('streams, standing stream');
  expect(verdict.recommendation?.route).toBe('connection-proxy');
  expect(sandbox.ledger.total).toBe(0);
  expect(sandbox.endpoint.liveSessions()).toBe(0);
});

test('in a pipe it prints a plain line for each step, with its time, and then a verdict', async () => {
  const { run, sandbox } = await examine();
  const { code, stderr, stdout } = await run([]);
  expect({ code, stderr }).toEqual({ code: 0, stderr: '' });
  expect(stdout).toMatch(/^✓ connect +[\d.]+ ms {2}TCP/m);
  expect(stdout).toMatch(/^Recommended: --route connection-proxy, since answers stream/m);
  // biome-ignore lint/suspicious/noControlCharactersInRegex: there must be none
  expect(stdout).not.toMatch(/[\u0000-\u0009\u000b-\u001f]/);
  expect(stdout).not.toContain(sandbox.token);
});

/** Faults that a call meets, the line that has to fail, and what its advice has to say. */
const MEETS: readonly (readonly [fault: string, line: string, advice: RegExp])[] = [
  ['not-logged-in', 'login', /Open http.*\/explore\/connections\/github_sandbox.* log in/],
  ['not-logged-in/jsonrpc', 'login', /Open http/],
  ['login-revoked', 'login', /log in again/],
  ['privilege-missing', 'privilege', /GRANT USE CONNECTION ON CONNECTION `github_sandbox`/],
  ['path-refused', 'route external-function', /--path/],
  ['rate-limited', 'route external-function', /[Ww]ait/],
  ['ip-blocked', 'route external-function', /VPN|access list/],
  ['scope-missing', 'route external-function', /all-apis/],
  ['not-mcp', 'route external-function', /MCP server/],
  ['upstream-down', 'route external-function', /host and base path|is up/],
];

describe('of the faults that a call meets, the right line fails with the right advice', () => {
  test.each(MEETS)('%s: %s', async (fault, line, advice) => {
    const { code, step, verdict } = await examine({ fault: () => fault });
    expect(verdict.failed).toBe(line);
    expect(step(line)?.hint).toMatch(advice);
    expect(code).toBe(1);
  });
});

test('a token that is refused fails at the identity, and nothing is tried after that', async () => {
  const { code, step, verdict } = await examine({}, { token: 'dapi-wrong-0123456789' });
  expect(verdict.failed).toBe('identity');
  expect(step('identity')?.says).toMatch(/^The workspace http:\/\/127.* did not accept the token/);
  expect(step('clock')?.status).toBe('ok');
  expect(verdict.steps.filter(({ status }) => status === 'failed')).toHaveLength(1);
  expect(code).not.toBe(0);
});

test('a connection that there is not is named, with what shows those that there are', async () => {
  const sandbox = await startSandbox();
  onTestFinished(() => sandbox.close());
  const { args, env } = toWorkspace({ ...sandbox, connection: 'github_sandbx' });
  const { code, stdout } = await runBin({ args: ['doctor', '--json', ...args], env });
  const verdict: Verdict = JSON.parse(stdout);
  expect(verdict.failed).toBe('connection');
  expect(verdict.steps.find(({ name }) => name === 'connection')?.hint).toMatch(/uc-mcp-bridge list/);
  expect(code).toBe(1);
});

test('leads to the MCP service of Unity Gateway for the same connection, with or without a connection', async () => {
  const { step } = await examine({ connections: { other: { url: 'http://127.0.0.1:1/mcp' } } });
  expect(step('gateway')).toMatchObject({ status: 'skipped' });
  const url = 'http://127.0.0.1:1/mcp';
  const service = { '/ai-gateway/mcp-services/system.ai.github': { url } };
  const workspace = await startWorkspace({ token: TOKEN, connections: { github: { url } }, endpoints: service });
  onTestFinished(() => workspace.close());
  const env = { DATABRICKS_HOST: workspace.host, DATABRICKS_TOKEN: TOKEN };
  for (const [args, says] of [
    [['--connection', 'github'], 'Unity Gateway has the same as --service system.ai.github'],
    [[], 'Unity Gateway has --service system.ai.github'],
  ] as const) {
    const { stdout } = await runBin({ args: ['doctor', '--json', ...args], env });
    const { steps }: Verdict = JSON.parse(stdout);
    expect(steps.find(({ name }) => name === 'gateway')?.says).toBe(says);
  }
});

test('a login to a service that is due has its page, and a deleted connection is named', async () => {
  const serviceOf = async (options: SandboxOptions) => {
    const sandbox = await startSandbox(options);
    onTestFinished(() => sandbox.close());
    const env = { DATABRICKS_HOST: sandbox.host, DATABRICKS_TOKEN: sandbox.token };
    const { stdout } = await runBin({ args: ['doctor', '--json', '--service', sandbox.service], env });
    const { steps }: Verdict = JSON.parse(stdout);
    return { host: sandbox.host, found: steps.find(({ name }) => name === 'service') };
  };
  const due = await serviceOf({ login: { due: true } });
  expect(due.found).toMatchObject({
    status: 'failed',
    says: 'You are not logged in to the MCP service sandbox.mcp.github.',
    hint: `Open ${due.host}/explore/data/sandbox/mcp/github and log in.`,
  });
  expect((await serviceOf({})).found).toMatchObject({
    status: 'ok',
    says: 'sandbox.mcp.github (Unity Gateway), through the connection github_sandbox',
  });
  const source = { name: 'connections/gone', is_deleted: true };
  const deleted = await serviceOf({
    onQuestion: (path) =>
      path.endsWith('/mcp-services/sandbox.mcp.github')
        ? {
            status: 200,
            headers: { 'content-type': 'application/json' },
            body: JSON.stringify({
              name: 'mcp-services/sandbox.mcp.github',
              config: { source_connection: source },
            }),
          }
        : undefined,
  });
  expect(deleted.found).toMatchObject({ status: 'failed', says: expect.stringMatching(/connection gone .* deleted/) });
});

test('a connection of another type is noted, and used', async () => {
  const sandbox = await startSandbox();
  onTestFinished(() => sandbox.close());
  const url = sandbox.mcpUrl;
  const workspace = await startWorkspace({ token: TOKEN, connections: { 'main.mcp.gh': { url, type: 'GITHUB' } } });
  onTestFinished(() => workspace.close());
  const { args, env } = toWorkspace({ host: workspace.host, token: TOKEN, connection: 'main.mcp.gh' });
  const { code, stdout } = await runBin({ args: ['doctor', '--json', ...args], env });
  const { steps }: Verdict = JSON.parse(stdout);
  const named = (wanted: string) => steps.find(({ name }) => name === wanted);
  expect(named('connection')).toMatchObject({ status: 'note', says: expect.stringMatching(/^of type GITHUB, marked/) });
  for (const route of ['external-function', 'connection-proxy', 'managed-mcp']) {
    expect(named(`route ${route}`)?.status).toBe('ok');
  }
  expect(code).toBe(0);
});

test('another route only notes that it cannot be used', async () => {
  const { step, verdict } = await examine({
    fault: (call) => (call.route === 'managed-mcp' ? 'upstream-down' : undefined),
  });
  expect(verdict.ok).toBe(true);
  expect(step('route managed-mcp')).toMatchObject({ status: 'skipped', says: expect.stringMatching(/^not usable: /) });
});

test('without a credential the exit code is 77, and without a connection 64 (T078)', async () => {
  const server = createServer().listen(0, '127.0.0.1');
  onTestFinished(() => void server.close());
  await new Promise((resolve) => server.once('listening', resolve));
  const { port } = server.address() as { port: number };
  const env = { DATABRICKS_HOST: `http://127.0.0.1:${port}` };
  const named = await runBin({ args: ['doctor', '--json', '--connection', 'x'], env });
  expect(JSON.parse(named.stdout)).toMatchObject({ failed: 'sign-in' });
  expect(named.code).toBe(77);
  const nameless = await runBin({ args: ['doctor', '--json'], env });
  const failed = JSON.parse(nameless.stdout).steps.filter(({ status }: Step) => status === 'failed');
  expect(failed).toMatchObject([{ name: 'options' }, { name: 'sign-in' }]);
  expect(nameless.code).toBe(64);
});

test('a workspace that cannot be reached fails where it cannot be reached', async () => {
  const env = { DATABRICKS_HOST: 'http://127.0.0.1:1', DATABRICKS_TOKEN: 'dapi-0123456789abcdef' };
  const { code, stdout } = await runBin({ args: ['doctor', '--json', '--connection', 'x'], env });
  expect(JSON.parse(stdout)).toMatchObject({ failed: 'connect' });
  expect(code).toBe(1);
  expect(stdout).not.toContain('dapi-0123456789abcdef');
});

test('a host that has no address fails at its name', async () => {
  const env = { DATABRICKS_HOST: 'https://nobody.invalid', DATABRICKS_TOKEN: 'dapi-0123456789abcdef' };
  const { stdout } = await runBin({ args: ['doctor', '--json', '--connection', 'x'], env });
  const verdict: Verdict = JSON.parse(stdout);
  expect(verdict.failed).toBe('name');
  expect(verdict.steps.find(({ name }) => name === 'name')?.hint).toMatch(/typing error|VPN/);
});

test('read-only is held against what the server lists', async () => {
  const { step } = await examine({}, { args: ['--read-only'] });
  expect(step('read-only')).toMatchObject({
    status: 'note',
    says: expect.stringMatching(/pays no regard to it: 4 of 12 tools/),
  });
});

type Script = Readonly<Record<string, (call: Seen) => CannedReply>>;

/** Before a server without sessions that answers as the script says. */
async function examineServer(script: Script, token = TOKEN) {
  const usual: Script = {
    initialize: (call) => opened(call, undefined),
    'notifications/initialized': () => raw('', 202),
    GET: () => raw('', 405),
    'tools/list': (call) => result(call, { tools: [{ name: 'get_me' }] }),
    'server/discover': (call) => rpcError(call, -32601, 'Method not found'),
  };
  const workspace = await startWorkspace({
    token,
    connections: { [CONNECTION]: { url: 'http://127.0.0.1:1/nobody-is-asked' } },
    onCall: (external) => {
      const call = see(external);
      return (script[call.what] ?? usual[call.what] ?? ((other: Seen) => result(other)))(call);
    },
  });
  onTestFinished(() => workspace.close());
  const way = toWorkspace({ host: workspace.host, token, connection: CONNECTION });
  const { code, stderr, stdout } = await runBin({ args: ['doctor', '--json', ...way.args], env: way.env });
  const verdict: Verdict = JSON.parse(stdout);
  expect(stdout + stderr).not.toContain(token);
  return { code, verdict, step: (name: string) => verdict.steps.find((step) => step.name === name) };
}

test('of a server that answers whole by every route nobody says that it streams, nor takes noise for speed', async () => {
  const { step, verdict } = await examineServer({});
  expect(step('route connection-proxy')?.says).toContain('answers whole');
  expect(verdict.recommendation).toMatchObject({
    route: 'external-function',
    because: expect.stringMatching(/^no other has more/),
  });
});

test('a server of 2026-07-28 only is said to be translated for, and its round trips are its own', async () => {
  const { step } = await examineServer({
    initialize: (call) => rpcError(call, -32022, 'Unsupported protocol version'),
    'server/discover': (call) => result(call, { supportedVersions: ['2026-07-28'], capabilities: { tools: {} } }),
  });
  expect(step('route external-function')).toMatchObject({
    status: 'ok',
    says: expect.stringMatching(/2026-07-28 only, translated for clients of 2025-11-25/),
    data: { isTranslated: true, modern: 'yes', roundTripMs: expect.any(Number) },
  });
});

test('what a legacy server misses is not taken for a header that got lost', async () => {
  const { step } = await examineServer({
    'server/discover': (call) => rpcError(call, -32000, 'Bad Request: Mcp-Session-Id header is required', 400),
  });
  expect(step('route external-function')?.says).toContain('no 2026-07-28');
});

test('a refusal names the request that was refused, and a server without tools needs no list', async () => {
  const refused = { 'tools/list': (call: Seen) => rpcError(call, -32601, 'Method not found') };
  expect((await examineServer(refused)).verdict.failed).toBeUndefined();
  const { step, verdict } = await examineServer({
    ...refused,
    initialize: (call) => {
      const capabilities = { tools: {} };
      return result(call, { protocolVersion: '2025-11-25', capabilities, serverInfo: { name: 's', version: '1' } });
    },
  });
  expect(verdict.failed).toBe('route external-function');
  expect(step('route external-function')?.says).toMatch(/^The server refused tools\/list \(-32601\): Method not found/);
  expect(step('route external-function')?.hint).toMatch(/^Check that host, base path and --path lead to an MCP server/);
});

test('a refusal for a missing header leads to --protocol legacy', async () => {
  const { step } = await examineServer({ initialize: (call) => rpcError(call, -32020, 'missing Mcp-Method header') });
  expect(step('route external-function')?.hint).toMatch(/give --protocol legacy\.$/);
});

test('a token that is set is not reported as good before the workspace has answered', async () => {
  const { step } = await examineServer({});
  expect(step('sign-in')).toMatchObject({
    status: 'skipped',
    says: expect.stringMatching(/^pat, .*the step "identity" shows whether it is accepted$/),
  });
  expect(step('identity')?.status).toBe('ok');
});

test('what answers initialize with something else is no MCP server', async () => {
  const { step, verdict } = await examineServer({ initialize: (call) => result(call, 'hello') });
  expect(verdict.failed).toBe('route external-function');
  expect(step('route external-function')?.hint).toMatch(/leads to an MCP server/);
});

test('a token that says of itself that it has expired is worth a word', async () => {
  const claims = Buffer.from(JSON.stringify({ exp: 1_600_000_000, scope: 'all-apis' })).toString('base64url');
  const { step } = await examineServer({}, `eyJhbGciOiJSUzI1NiJ9.${claims}.c2lnbmF0dXJlLWNhbmFyeQ`);
  expect(step('sign-in')).toMatchObject({
    status: 'note',
    says: expect.stringMatching(/expired \d+ min ago.*all-apis/),
  });
});

test('a file that cannot be read is a step that failed, in JSON as everything else, with exit code 78', async () => {
  const directory = temporaryDirectory();
  const env = { DATABRICKS_HOST: 'http://127.0.0.1:1', DATABRICKS_TOKEN: TOKEN };
  const missing = join(directory, 'ca.pem');
  const ca = await runBin({ args: ['doctor', '--json', '--connection', 'x', '--ca-file', missing], env });
  expect(JSON.parse(ca.stdout)).toMatchObject({ ok: false, failed: 'options' });
  expect(ca.code).toBe(78);
  const broken = join(directory, 'broken.cfg');
  writeFileSync(broken, '[DEFAULT\n');
  const file = { DATABRICKS_CONFIG_FILE: broken };
  const profile = await runBin({ args: ['doctor', '--json', '--connection', 'x'], env: file });
  expect(JSON.parse(profile.stdout)).toMatchObject({ ok: false, failed: 'workspace' });
  expect(profile.code).toBe(78);
});

test('a proxy that does not answer is what cannot be reached, and not the workspace', async () => {
  const env = {
    DATABRICKS_HOST: 'https://workspace.example',
    DATABRICKS_TOKEN: TOKEN,
    HTTPS_PROXY: 'http://user:canary-password-123@127.0.0.1:1',
  };
  const { stdout } = await runBin({ args: ['doctor', '--json', '--connection', 'x'], env });
  const verdict: Verdict = JSON.parse(stdout);
  expect(verdict.failed).toBe('connect');
  const connect = verdict.steps.find(({ name }) => name === 'connect');
  expect(connect).toMatchObject({ says: expect.stringMatching(/^The proxy /), hint: expect.stringMatching(/--proxy/) });
  expect(stdout).not.toContain('canary-password-123');
});

test('a token whose scopes do not cover who it is of is tried all the same', async () => {
  const api = createApi((request, response) => {
    const isMe = request.url?.includes('/scim/') === true;
    response.writeHead(isMe ? 403 : 404, { 'content-type': isMe ? 'text/plain' : 'application/json' });
    const text = 'Provided OAuth token does not have required scopes: scim';
    response.end(isMe ? text : '{"error_code":"NOT_FOUND","message":"nothing"}');
  }).listen(0, '127.0.0.1');
  onTestFinished(() => void api.close());
  await new Promise((resolve) => api.once('listening', resolve));
  const { port } = api.address() as AddressInfo;
  const env = { DATABRICKS_HOST: `http://127.0.0.1:${port}`, DATABRICKS_TOKEN: TOKEN };
  const { stdout } = await runBin({ args: ['doctor', '--json', '--connection', 'x'], env });
  const verdict: Verdict = JSON.parse(stdout);
  expect(verdict.steps.find(({ name }) => name === 'identity')).toMatchObject({
    status: 'note',
    says: expect.stringMatching(/lacks a scope/),
  });
  expect(verdict.failed).toBe('connection');
});
