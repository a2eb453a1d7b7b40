/** Sign-in with a browser, by the built bridge against the sandbox's identity provider. */

import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { chmodSync, statSync, symlinkSync, unlinkSync, writeFileSync } from 'node:fs';
import { createServer, type IncomingMessage, request } from 'node:http';
import { join } from 'node:path';
import { text } from 'node:stream/consumers';
import { describe, expect, onTestFinished, test } from 'vitest';
import { BIN, bareEnv, startBridge } from '../support/bridge.ts';
import { expectBridgeError } from '../support/bridge-error.ts';
import { browserHome } from '../support/browser-home.ts';
import { runBin } from '../support/run-bin.ts';
import { CONNECTION } from '../support/scripted.ts';
import { startSigningIn } from '../support/signing-in.ts';

const ARGS = ['--connection', CONNECTION, '--log-level', 'trace'];

async function signedIn(options: Parameters<typeof startSigningIn>[0] = {}) {
  const workspace = await startSigningIn(options);
  const home = browserHome();
  const { code, stderr } = await runBin({ args: ['login', '--host', workspace.host], env: home.env });
  expect({ code, stderr }).toMatchObject({ code: 0 });
  return { workspace, home };
}

test('login opens the browser, stores the token for its owner alone, and shows nothing secret (T230, T083, T175)', async () => {
  const { home, workspace } = await signedIn();
  const { access_token: access, refresh_token: refresh } = home.stored() ?? {};
  expect(statSync(home.tokenPath()).mode & 0o777).toBe(0o600);
  expect(statSync(home.folder).mode & 0o777).toBe(0o700);
  const [first, last] = home.opened();
  expect(new URL(first?.address ?? '').origin).toBe(workspace.host);
  expect(last?.page).toContain('You can close this window');
  for (const secret of [access, refresh]) {
    expect(JSON.stringify(home.opened())).not.toContain(secret);
  }
});

test('serve opens one window, waits for the user, and answers initialize (T230, T078)', async () => {
  const workspace = await startSigningIn();
  const home = browserHome();
  const bridge = startBridge({ args: ARGS, env: { DATABRICKS_HOST: workspace.host, ...home.env } });
  expect(await bridge.initialize()).toHaveProperty('result');
  await bridge.says(/"auth":"external-browser","because":"nothing else is configured for this host"/);
  expect(home.opened().filter(({ address }) => address)).toHaveLength(1);
  expect(await bridge.finish()).toEqual({ code: 0, signal: null });
  const again = startBridge({ args: ARGS, env: { DATABRICKS_HOST: workspace.host, ...home.env } });
  expect(await again.initialize()).toHaveProperty('result');
  expect(home.opened().filter(({ address }) => address)).toHaveLength(1);
});

test('where tokens cannot be stored, serve signs in itself, keeps them in memory, and warns (T230, T083)', async () => {
  const workspace = await startSigningIn();
  const home = browserHome();
  const env = { DATABRICKS_HOST: workspace.host, ...home.env, XDG_STATE_HOME: '/dev/null' };
  const bridge = startBridge({ args: ARGS, env });
  expect(await bridge.initialize()).toHaveProperty('result');
  expect(await bridge.call(2, 'tools/list')).toHaveProperty('result');
  await bridge.says(/"level":40[^\n]*the sign-in cannot be stored: it is kept in memory/);
  expect(home.opened().filter(({ address }) => address)).toHaveLength(1);
  const without = startBridge({ args: ARGS, env: { ...env, BROWSER: 'none' } });
  const refusal = await without.initialize();
  expectBridgeError(refusal, { kind: 'auth', outcome: 'not_sent', message: /not signed in.*Make \/dev\/null/ });
});

test('several bridges share one window, and all go on when it is done (T231)', async () => {
  const workspace = await startSigningIn();
  const home = browserHome();
  const bridges = [1, 2, 3].map(() =>
    startBridge({ args: ARGS, env: { DATABRICKS_HOST: workspace.host, ...home.env } }),
  );
  for (const answer of await Promise.all(bridges.map((bridge) => bridge.initialize()))) {
    expect(answer).toHaveProperty('result');
  }
  expect(home.opened().filter(({ address }) => address)).toHaveLength(1);
});

test('without a browser the error comes at once and names the command (T232, T078)', async () => {
  const { host } = await startSigningIn();
  for (const more of [{ BROWSER: 'none' }, { UC_MCP_NO_BROWSER: 'on' }, { BROWSER: '/nonexistent/browser' }]) {
    const env = { DATABRICKS_HOST: host, ...browserHome().env, ...more };
    const bridge = startBridge({ args: ARGS, env });
    const startedMs = performance.now();
    expectBridgeError(await bridge.initialize(), {
      kind: 'auth',
      outcome: 'not_sent',
      message: new RegExp(`uc-mcp-bridge login --host ${host}`),
    });
    expect(performance.now() - startedMs).toBeLessThan(5_000);
    expect(await bridge.finish()).toEqual({ code: 77, signal: null });
  }
});

test('eight bridges that need a new token make one refresh request (T084)', async () => {
  const { home, workspace } = await signedIn();
  const before = workspace.issuer.requests('token');
  home.write({ ...home.stored(), obtained_at: Date.now() - 3_590_000 });
  const env = { DATABRICKS_HOST: workspace.host, ...home.env };
  const bridges = Array.from({ length: 8 }, () => startBridge({ args: ARGS, env }));
  for (const answer of await Promise.all(bridges.map((bridge) => bridge.initialize()))) {
    expect(answer).toHaveProperty('result');
  }
  expect(workspace.issuer.requests('token') - before).toBe(1);
});

test('a wrong clock causes one refresh at most (T237)', async () => {
  const { home, workspace } = await signedIn();
  const before = workspace.issuer.requests('token');
  for (const hours of [-8, 8]) {
    home.write({ ...home.stored(), obtained_at: Date.now() - hours * 3_600_000 });
    const env = { DATABRICKS_HOST: workspace.host, ...home.env };
    const bridge = startBridge({ args: ARGS, env });
    expect(await bridge.initialize()).toHaveProperty('result');
    for (let id = 0; id < 5; id++) expect(await bridge.call(id, 'tools/call')).toHaveProperty('result');
    await bridge.finish();
  }
  expect(workspace.issuer.requests('token') - before).toBe(1);
});

test('a refused refresh amid fifty calls sends none of them and asks for one sign-in; the next call works (T236, T230)', async () => {
  const { home, workspace } = await signedIn();
  const env = { DATABRICKS_HOST: workspace.host, ...home.env, BROWSER: 'none' };
  const bridge = startBridge({ args: ARGS, env });
  expect(await bridge.initialize()).toHaveProperty('result');
  workspace.issuer.revoke();
  workspace.issuer.endSignIns();
  const before = workspace.issuer.requests('token');
  const answers = await Promise.all(Array.from({ length: 50 }, (_, id) => bridge.call(id, 'tools/call')));
  for (const answer of answers) expect(answer.error?.message).toMatch(/uc-mcp-bridge login/);
  expect(workspace.issuer.requests('token') - before).toBe(1);
  expect(workspace.of('tools/call')).toHaveLength(0);
  const { code } = await runBin({ args: ['login', '--host', workspace.host], env: home.env });
  expect(code).toBe(0);
  expect(await bridge.call('later', 'tools/call')).toHaveProperty('result');
});

test('logout removes the token and revokes it, and does nothing when there is none (T240)', async () => {
  const { home, workspace } = await signedIn();
  const args = ['logout', '--host', workspace.host];
  const first = await runBin({ args, env: home.env });
  expect(first).toMatchObject({ code: 0, stderr: expect.stringMatching(/The workspace has revoked it/) });
  expect(home.stored()).toBeUndefined();
  expect(workspace.issuer.requests('revoke')).toBe(1);
  expect(await runBin({ args, env: home.env })).toMatchObject({ code: 0, stderr: expect.stringMatching(/no sign-in/) });
  expect(await runBin({ args: ['logout', '--all'], env: home.env })).toMatchObject({ code: 0 });
});

test('a user who denies it is told, and may try again (T235)', async () => {
  const { host } = await startSigningIn();
  const home = browserHome('deny');
  const denied = await runBin({ args: ['login', '--host', host], env: home.env });
  expect(denied).toMatchObject({ code: 77, stderr: expect.stringMatching(/refused the sign-in \(access_denied/) });
  expect(home.opened().at(-1)?.page).not.toMatch(/denied|access_denied/);
  expect((await runBin({ args: ['login', '--host', host], env: browserHome().env })).code).toBe(0);
});

test('whoami shows who is signed in, until when, and from which file (T095)', async () => {
  const { home, workspace } = await signedIn();
  const args = ['whoami', '--host', workspace.host];
  const { code, stdout } = await runBin({ args, env: home.env });
  expect(code).toBe(0);
  expect(stdout).toMatch(/^signing in +external-browser, because/m);
  const [, until = ''] = /^token +good for \d+ min, until (\S+Z)$/m.exec(stdout) ?? [];
  expect(Math.abs(Date.parse(until) - Date.now() - 3_600_000)).toBeLessThan(60_000);
  expect(stdout).toContain(`${home.tokenPath()} (renewed by itself)\n`);
  expect(stdout).toMatch(/^user +\S+@\S+/m);
  const asJson = JSON.parse((await runBin({ args: [...args, '--json'], env: home.env })).stdout);
  expect(asJson.token).toMatchObject({ file: home.tokenPath(), isRenewable: true, expiresAt: expect.any(String) });
  for (const secret of [home.stored()?.['access_token'], home.stored()?.['refresh_token']]) {
    expect(stdout + JSON.stringify(asJson)).not.toContain(secret);
  }
});

test('the token is for its owner alone under any umask (T083)', async () => {
  const { host } = await startSigningIn();
  for (const mask of ['0o000', '0o077']) {
    const home = browserHome();
    const nodeArgs = ['--import', `data:text/javascript,process.umask(${mask})`];
    expect(await runBin({ args: ['login', '--host', host], env: home.env, nodeArgs })).toMatchObject({ code: 0 });
    expect(statSync(home.tokenPath()).mode & 0o777).toBe(0o600);
    expect(statSync(home.folder).mode & 0o777).toBe(0o700);
  }
});

test('login without a host ends with 78', async () => {
  expect(await runBin({ args: ['login'], env: browserHome().env })).toMatchObject({ code: 78 });
});

describe('the token file', () => {
  test('that is broken means a new sign-in, and is replaced (T088)', async () => {
    const { home, workspace } = await signedIn();
    writeFileSync(home.tokenPath(), '{"access_tok');
    const bridge = startBridge({ args: ARGS, env: { DATABRICKS_HOST: workspace.host, ...home.env } });
    expect(await bridge.initialize()).toHaveProperty('result');
    expect(home.stored()).toHaveProperty('access_token');
  });

  test('is refused if it is a link or of another user, or if other users can read it or its folder (T083, T194)', async () => {
    const { home, workspace } = await signedIn();
    const file = home.tokenPath();
    const refused = async (reason: RegExp, nodeArgs: readonly string[] = []) => {
      const bridge = startBridge({ args: ARGS, env: { DATABRICKS_HOST: workspace.host, ...home.env }, nodeArgs });
      expectBridgeError(await bridge.initialize(), { kind: 'auth', outcome: 'not_sent', message: reason });
      await bridge.finish();
    };
    await refused(/belongs to another user/, ['--import', 'data:text/javascript,process.getuid=()=>4711']);
    chmodSync(file, 0o644);
    await refused(/can be read by other users/);
    unlinkSync(file);
    chmodSync(home.folder, 0o755);
    await refused(/its mode must be 0700/);
    chmodSync(home.folder, 0o700);
    const other = join(home.folder, 'other');
    writeFileSync(other, '{}', { mode: 0o600 });
    symlinkSync(other, file);
    await refused(/is a symbolic link/);
  });

  test('of a process that died with the lock is used and refreshed by the next one (T233)', async () => {
    const { home, workspace } = await signedIn();
    home.write({ ...home.stored(), obtained_at: Date.now() - 3_590_000 });
    const lock = home.tokenPath().replace(/json$/, 'lock');
    writeFileSync(lock, `${JSON.stringify({ pid: 2 ** 30, host: (await import('node:os')).hostname() })}\n`);
    const bridge = startBridge({ args: ARGS, env: { DATABRICKS_HOST: workspace.host, ...home.env } });
    expect(await bridge.initialize()).toHaveProperty('result');
    expect(workspace.issuer.requests('token')).toBe(2);
  });
});

describe('the callback', () => {
  async function waiting(env: Record<string, string> = {}) {
    const { host } = await startSigningIn();
    const home = browserHome('leave');
    const process = startBridge({ args: ['login', '--host', host, '--no-browser'], env: { ...home.env, ...env } });
    await process.says(/redirect_uri=/);
    const address = new URL(/http:\S+redirect_uri=\S+/.exec(process.stderr)?.[0] ?? '');
    const redirect = address.searchParams.get('redirect_uri') ?? '';
    const state = address.searchParams.get('state') ?? '';
    return { address, home, process, redirect, state };
  }

  test('with a wrong state, path, method or host is refused, quotes nothing, and the sign-in goes on waiting (T175, T195)', async () => {
    const { address, process, redirect, state } = await waiting();
    const attacks: [string, RequestInit?][] = [
      ['/?code=stolen-canary&state=wrong'],
      ['/?code=stolen-canary'],
      [`/?code=stolen-canary&state=${state}&state=${state}`],
      [`/other?code=stolen-canary&state=${state}`],
      [`/?code=stolen-canary&state=${state}`, { method: 'POST' }],
    ];
    for (const [path, init] of attacks) {
      const reply = await fetch(redirect + path, init);
      expect(reply.status).toBe(400);
      expect(await reply.text()).not.toContain('canary');
    }
    const { port } = new URL(redirect);
    for (const host of [`evil.example:${port}`, 'localhost', `localhost.evil.example:${port}`]) {
      const foreign = request({
        host: '127.0.0.1',
        port,
        path: `/?code=stolen-canary&state=${state}`,
        headers: { host },
      });
      const [reply] = (await once(foreign.end(), 'response')) as [IncomingMessage];
      expect(reply.statusCode).toBe(400);
      expect(await text(reply)).not.toContain('canary');
    }
    const form = new URLSearchParams(address.search);
    form.set('decision', 'allow');
    const decided = await fetch(new URL('/oidc/v1/authorize/decision', address), {
      method: 'POST',
      body: form,
      redirect: 'manual',
    });
    const callback = decided.headers.get('location') ?? '';
    expect((await fetch(callback)).status).toBe(200);
    expect(await process.exit).toEqual({ code: 0, signal: null });
    await expect(fetch(callback)).rejects.toThrow();
  });

  test('with a wrong issuer ends the sign-in with an error (T175)', async () => {
    const { process, redirect, state } = await waiting();
    await fetch(`${redirect}/?code=x&state=${state}&iss=https://evil.example`);
    await process.says(/not valid/);
    expect(await process.exit).toEqual({ code: 77, signal: null });
  });

  test('uses the next port where one is taken, and says so where the fixed one is (T234)', async () => {
    const taken = createServer().listen(0, '127.0.0.1');
    onTestFinished(() => void taken.close());
    await new Promise((resolve) => taken.once('listening', resolve));
    const { port } = taken.address() as { port: number };
    const { host } = await startSigningIn();
    const env = { ...browserHome().env, DATABRICKS_OAUTH_CALLBACK_PORT: String(port) };
    const fixed = await runBin({ args: ['login', '--host', host], env });
    expect(fixed).toMatchObject({ code: 78, stderr: expect.stringMatching(new RegExp(`Port ${port} is not free`)) });
    const [one, other] = [await waiting(), await waiting()];
    expect(one.redirect).not.toBe(other.redirect);
  });
});

test('a resource leads the sign-in through the connection, and is left out where the workspace does not know it (T239)', async () => {
  for (const known of [true, false]) {
    const consents: string[] = [];
    const workspace = await startSigningIn({
      onConsent: (resource) => consents.push(resource),
      refuseAuthorize: (query) => (!known && query.has('resource') ? 'invalid_target' : undefined),
    });
    const home = browserHome(known ? 'allow' : 'leave');
    const process = startBridge({ args: ['login', '--host', workspace.host, '--connection', 'github'], env: home.env });
    if (!known) {
      await process.says(/resource=/);
      const first = /http:\S+resource=\S+/.exec(process.stderr)?.[0] ?? '';
      const seen = process.stderr.length;
      await fetch(first);
      await process.says(new RegExp(`^[^]{${seen}}[^]*redirect_uri=`));
      const next = new URL(/http:\S+redirect_uri=\S+/.exec(process.stderr.slice(seen))?.[0] ?? '');
      const form = new URLSearchParams(next.search);
      expect(form.has('resource')).toBe(false);
      form.set('decision', 'allow');
      await fetch(new URL('/oidc/v1/authorize/decision', next), { method: 'POST', body: form });
    }
    expect(await process.exit).toEqual({ code: 0, signal: null });
    expect(consents).toEqual(known ? [`${workspace.host}/api/2.0/mcp/external/github`] : []);
  }
});

test.each([
  ['an account id in the environment', { DATABRICKS_ACCOUNT_ID: 'acc-1' }, {}, false],
  ['a unified host', {}, { account_id: 'acc-1', oidc_endpoint: 'https://x.example/oidc/accounts/acc-1' }, true],
] as const)('login finds the sign-in of the account by %s (T230)', async (_what, variables, config, isFirst) => {
  const asked: string[] = [];
  const server = createServer((message, response) => {
    const url = message.url ?? '';
    asked.push(url);
    const origin = `http://${message.headers.host}`;
    const base = `${origin}/oidc/accounts/acc-1`;
    const endpoints = { authorization_endpoint: `${base}/v1/authorize`, token_endpoint: `${base}/v1/token` };
    const found = url.startsWith('/oidc/accounts/acc-1/') ? { issuer: base, ...endpoints } : undefined;
    const document = url === '/.well-known/databricks-config' ? config : found;
    response.writeHead(document === undefined ? 404 : 200, { 'content-type': 'application/json' });
    response.end(JSON.stringify(document ?? {}));
  });
  await once(server.listen(0, '127.0.0.1'), 'listening');
  onTestFinished(() => void server.close());
  const host = `http://127.0.0.1:${(server.address() as { port: number }).port}`;
  const home = browserHome('leave');
  const child = spawn(process.execPath, [BIN, 'login', '--host', host, '--no-browser'], {
    env: { ...bareEnv(), ...home.env, ...variables },
    stdio: ['ignore', 'ignore', 'pipe'],
  });
  onTestFinished(() => void child.kill('SIGKILL'));
  let said = '';
  for await (const chunk of child.stderr) {
    said += chunk;
    if (said.includes('/v1/authorize?')) break;
  }
  expect(said).toContain(`${host}/oidc/accounts/acc-1/v1/authorize?response_type=code`);
  expect(asked.some((url) => url.startsWith('/oidc/.well-known'))).toBe(!isFirst);
});
