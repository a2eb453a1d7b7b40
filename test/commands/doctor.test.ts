import { createServer } from 'node:net';
import { describe, expect, onTestFinished, test } from 'vitest';
import { type SandboxOptions, startSandbox } from '../../src/sandbox/sandbox.ts';
import { toWorkspace } from '../support/bridge.ts';
import { runBin } from '../support/run-bin.ts';

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
  expect(step('identity')?.says).toMatch(/did not accept the token/);
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
  expect(JSON.parse(nameless.stdout)).toMatchObject({ failed: 'options' });
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
