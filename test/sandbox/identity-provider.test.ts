import { createHash } from 'node:crypto';
import { expect, onTestFinished, test } from 'vitest';
import { SANDBOX_USER } from '../../src/sandbox/door.ts';
import { startSandbox } from '../../src/sandbox/sandbox.ts';
import { startBridge } from '../support/bridge.ts';
import { startSigningIn } from '../support/signing-in.ts';

const REDIRECT = 'http://localhost:8020';
const VERIFIER = 'v'.repeat(43);
const QUERY = {
  response_type: 'code',
  client_id: 'databricks-cli',
  redirect_uri: REDIRECT,
  scope: 'offline_access all-apis',
  state: 'state-1',
  code_challenge: createHash('sha256').update(VERIFIER).digest('base64url'),
  code_challenge_method: 'S256',
};

async function agree(host: string, more: Record<string, string> = {}): Promise<URL> {
  const body = new URLSearchParams({ ...QUERY, decision: 'allow', ...more });
  const reply = await fetch(`${host}/oidc/v1/authorize/decision`, { method: 'POST', body, redirect: 'manual' });
  return new URL(reply.headers.get('location') ?? '');
}

async function token(host: string, form: Record<string, string>): Promise<Record<string, unknown>> {
  const body = new URLSearchParams({ client_id: 'databricks-cli', ...form });
  const reply = await fetch(`${host}/oidc/v1/token`, { method: 'POST', body });
  return { status: reply.status, ...((await reply.json()) as object) };
}

const exchange = (host: string, code: string, more: Record<string, string> = {}) =>
  token(host, { grant_type: 'authorization_code', code, redirect_uri: REDIRECT, code_verifier: VERIFIER, ...more });

test('a code is good once, for its verifier and its redirect address', async () => {
  const { host } = await startSigningIn();
  const callback = await agree(host);
  expect(callback.searchParams.get('state')).toBe('state-1');
  expect(callback.searchParams.get('iss')).toBe(`${host}/oidc`);
  const code = callback.searchParams.get('code') ?? '';
  expect(await exchange(host, code)).toMatchObject({ status: 200, token_type: 'Bearer' });
  expect(await exchange(host, code)).toMatchObject({ status: 400, error: 'invalid_grant' });
  for (const more of [{ code_verifier: 'w'.repeat(43) }, { redirect_uri: 'http://localhost:1' }, { client_id: 'x' }]) {
    const other = (await agree(host)).searchParams.get('code') ?? '';
    expect(await exchange(host, other, more)).toMatchObject({ status: 400, error: 'invalid_grant' });
  }
});

test('a refresh token is replaced by each refresh, and using an old one ends the sign-in', async () => {
  const { host } = await startSigningIn();
  const code = (await agree(host)).searchParams.get('code') ?? '';
  const { refresh_token: first } = await exchange(host, code);
  const refresh = (refreshToken: unknown) =>
    token(host, { grant_type: 'refresh_token', refresh_token: `${refreshToken}` });
  const { refresh_token: second } = await refresh(first);
  expect(second).not.toBe(first);
  expect(await refresh(first)).toMatchObject({ status: 400, error_description: 'Refresh token is invalid' });
  expect(await refresh(second)).toMatchObject({ status: 400, error: 'invalid_grant' });
});

test('the authorize page escapes the query, and sends nothing to an address that is not registered', async () => {
  const { host } = await startSigningIn();
  const ask = (more: Record<string, string>) =>
    fetch(`${host}/oidc/v1/authorize?${new URLSearchParams({ ...QUERY, ...more })}`, { redirect: 'manual' });
  expect(await (await ask({ state: '"><script>' })).text()).not.toContain('<script>');
  const refused = await ask({ redirect_uri: 'https://evil.example' });
  expect([refused.status, refused.headers.get('location')]).toEqual([400, null]);
});

test('consent to a resource logs the user in to the connection', async () => {
  const sandbox = await startSandbox({ login: { due: true } });
  onTestFinished(() => sandbox.close());
  const state = async () => {
    const address = `${sandbox.host}/api/2.1/unity-catalog/connections/${sandbox.connection}/user-credentials/${SANDBOX_USER.userName}`;
    return (await fetch(address, { headers: { authorization: `Bearer ${sandbox.token}` } })).status;
  };
  expect(await state()).toBe(404);
  await agree(sandbox.host, { resource: `${sandbox.host}/api/2.0/mcp/external/${sandbox.connection}` });
  expect(await state()).toBe(200);
});

test('the sandbox command prints the address of the workspace and runs until it is told to stop', async () => {
  const process = startBridge({ args: ['sandbox'] });
  await process.says(/The sandbox runs/);
  const lines = process.lines.splice(0);
  const reply = await fetch(`${lines[0]}/oidc/.well-known/oauth-authorization-server`);
  expect(await reply.json()).toMatchObject({ authorization_endpoint: `${lines[0]}/oidc/v1/authorize` });
  process.child.kill('SIGTERM');
  expect(await process.exit).toEqual({ code: 0, signal: null });
});

test('introspection tells which tokens are active, until they are revoked or replaced', async () => {
  const { host } = await startSigningIn();
  const isActive = async (value: unknown) => {
    const reply = await fetch(`${host}/oidc/v1/introspect`, {
      method: 'POST',
      body: new URLSearchParams({ token: `${value}` }),
    });
    return ((await reply.json()) as { active: boolean }).active;
  };
  const code = (await agree(host)).searchParams.get('code') ?? '';
  const { access_token: access, refresh_token: first } = await exchange(host, code);
  expect([await isActive(access), await isActive(first), await isActive('unknown')]).toEqual([true, true, false]);
  const { refresh_token: second } = await token(host, { grant_type: 'refresh_token', refresh_token: `${first}` });
  expect([await isActive(first), await isActive(second)]).toEqual([false, true]);
  await fetch(`${host}/oidc/v1/revoke`, { method: 'POST', body: new URLSearchParams({ token: `${second}` }) });
  expect(await isActive(second)).toBe(false);
});
