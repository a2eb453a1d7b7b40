/** The window of a browser sign-in: how long it is waited for, what outlives the bridge, and what a client is asked. */

import { describe, expect, test, vi } from 'vitest';
import { approve, callbackOf } from '../support/approve.ts';
import { startBridge } from '../support/bridge.ts';
import { expectBridgeError } from '../support/bridge-error.ts';
import { type BrowserHome, browserHome } from '../support/browser-home.ts';
import { CLOCK_FACTOR, FAST_CLOCK, TAKEN_PORTS } from '../support/preload.ts';
import { runBin } from '../support/run-bin.ts';
import { CONNECTION } from '../support/scripted.ts';
import { startSigningIn } from '../support/signing-in.ts';

const ARGS = ['--connection', CONNECTION];

/** The authorize address that the browser was given. */
async function windowOf(home: BrowserHome): Promise<string> {
  return vi.waitFor(
    () => {
      const [{ address } = {}] = home.opened();
      if (address === undefined) throw new Error('no window has been opened');
      return address;
    },
    { timeout: 15_000 },
  );
}

test('serve answers before 25 s with the login command, its window outlives it, and the next bridge opens none (T230, T235)', async () => {
  const { host } = await startSigningIn();
  const home = browserHome('leave');
  const env = { DATABRICKS_HOST: host, ...home.env };
  const first = startBridge({ args: ARGS, env });
  first.send({ jsonrpc: '2.0', id: 1, method: 'initialize', params: {} });
  const address = await windowOf(home);
  first.child.kill('SIGTERM');
  await first.exit;

  const second = startBridge({ args: ARGS, env, nodeArgs: FAST_CLOCK });
  const startedMs = performance.now();
  const answer = await second.initialize();
  expect(performance.now() - startedMs).toBeGreaterThan(23_000 / CLOCK_FACTOR);
  expectBridgeError(answer, {
    kind: 'auth',
    outcome: 'not_sent',
    message: new RegExp(`A browser window is open for the sign-in to ${host}.*uc-mcp-bridge login --host ${host}`),
  });
  await second.finish();

  expect(await approve(address)).toBe(200);
  const third = startBridge({ args: ARGS, env });
  expect(await third.initialize()).toHaveProperty('result');
  expect(home.opened().filter(({ address }) => address)).toHaveLength(1);
});

test('a window that is closed or ignored ends the sign-in after five minutes, and it can be repeated (T235)', async () => {
  const { host } = await startSigningIn();
  const home = browserHome('leave');
  const login = { args: ['login', '--host', host], nodeArgs: FAST_CLOCK, timeoutMs: 25_000 };
  const startedMs = performance.now();
  expect(await runBin({ ...login, env: home.env })).toMatchObject({
    code: 77,
    stderr: expect.stringMatching(/was not completed within 5 minutes.*Try again/s),
  });
  expect(performance.now() - startedMs).toBeGreaterThan(299_000 / CLOCK_FACTOR);
  const bridge = startBridge({ args: ARGS, env: { DATABRICKS_HOST: host, ...home.env } });
  expectBridgeError(await bridge.initialize(), {
    kind: 'auth',
    outcome: 'not_sent',
    message: new RegExp(`was not completed within 5 minutes.*uc-mcp-bridge login --host ${host}`),
  });
  expect(await bridge.finish()).toEqual({ code: 77, signal: null });
  const again = await runBin({ args: login.args, env: { ...home.env, STAND_IN_BROWSER: '{"decision":"allow"}' } });
  expect(again).toMatchObject({ code: 0 });
});

test('a login that is stopped ends at once, and can be repeated (T235)', async () => {
  const { host } = await startSigningIn();
  const home = browserHome('leave');
  const process = startBridge({ args: ['login', '--host', host], env: home.env });
  await windowOf(home);
  process.child.kill('SIGINT');
  expect(await process.exit).toEqual({ code: 77, signal: null });
  const env = { ...home.env, STAND_IN_BROWSER: '{"decision":"allow"}' };
  expect(await runBin({ args: ['login', '--host', host], env })).toMatchObject({ code: 0 });
});

describe('the callback port', () => {
  test('is the first free one of 8020 to 8040 (T234)', async () => {
    const { host } = await startSigningIn();
    const home = browserHome();
    const env = { ...home.env, LAST_TAKEN_PORT: '8036' };
    expect(await runBin({ args: ['login', '--host', host], env, nodeArgs: TAKEN_PORTS })).toMatchObject({ code: 0 });
    expect(home.opened()[0]?.address).toMatch(/redirect_uri=http%3A%2F%2Flocalhost%3A80(?:3[789]|40)&/);
  });

  test('that is not to be had is a clear error of login and of serve (T234)', async () => {
    const { host } = await startSigningIn();
    const home = browserHome();
    const env = { ...home.env, LAST_TAKEN_PORT: '8040' };
    expect(await runBin({ args: ['login', '--host', host], env, nodeArgs: TAKEN_PORTS })).toMatchObject({
      code: 78,
      stderr: expect.stringMatching(/None of the ports 8020 to 8040 can be used.*DATABRICKS_OAUTH_CALLBACK_PORT/s),
    });
    const other = browserHome();
    const bridge = startBridge({
      args: ARGS,
      env: { DATABRICKS_HOST: host, ...other.env, LAST_TAKEN_PORT: '8040' },
      nodeArgs: TAKEN_PORTS,
    });
    expectBridgeError(await bridge.initialize(), {
      kind: 'auth',
      outcome: 'not_sent',
      message: /None of the ports 8020 to 8040 can be used.*uc-mcp-bridge login/,
    });
    expect([...home.opened(), ...other.opened()]).toEqual([]);
  });
});

test('a client that opens pages is asked to open the address when a refresh is refused, and the next call works (T236, T230)', async () => {
  const workspace = await startSigningIn();
  const home = browserHome();
  const env = { DATABRICKS_HOST: workspace.host, ...home.env };
  expect(await runBin({ args: ['login', '--host', workspace.host], env: home.env })).toMatchObject({ code: 0 });
  const bridge = startBridge({ args: ARGS, env });
  const capabilities = { elicitation: { url: {} } };
  const clientInfo = { name: 'test', version: '1' };
  const params = { protocolVersion: '2025-11-25', capabilities, clientInfo };
  expect(await bridge.call('init', 'initialize', params)).toHaveProperty('result');
  bridge.send({ jsonrpc: '2.0', method: 'notifications/initialized' });
  const windows = home.opened().length;
  workspace.issuer.revoke();
  workspace.issuer.endSignIns();

  const { error } = await bridge.call('refused', 'tools/call', { name: 'get_me' });
  expect(error?.code).toBe(-32042);
  const elicitations = (error?.data?.['elicitations'] ?? []) as { mode: string; url: string }[];
  expect(elicitations).toEqual([
    expect.objectContaining({ mode: 'url', url: expect.stringContaining(workspace.host) }),
  ]);
  expect(home.opened()).toHaveLength(windows);
  expect(workspace.of('tools/call')).toHaveLength(0);
  expect(await approve(elicitations[0]?.url ?? '')).toBe(200);
  await vi.waitFor(() => expect(home.stored()).toBeDefined(), { timeout: 5_000 });
  expect(await bridge.call('later', 'tools/call', { name: 'get_me' })).toHaveProperty('result');
});

test('a user at a terminal pastes the address that the browser ends at on another machine (T232)', async () => {
  const { host } = await startSigningIn();
  const home = browserHome('leave');
  const nodeArgs = ['--import', 'data:text/javascript,process.stdin.isTTY=true'];
  const login = startBridge({ args: ['login', '--host', host, '--no-browser'], env: home.env, nodeArgs });
  await login.says(/paste the address/);
  await login.says(/redirect_uri=\S+\s/);
  const location = await callbackOf(/http:\S+redirect_uri=\S+/.exec(login.stderr)?.[0] ?? '');
  login.send(location.replace('localhost', 'evil.example'));
  await login.says(/does not begin with http:\/\/localhost:\d+/);
  login.send(location);
  expect(await login.exit).toEqual({ code: 0, signal: null });
  expect(home.stored()).toHaveProperty('refresh_token');
  expect(login.stderr).not.toContain(new URL(location).searchParams.get('code'));
  expect(home.opened()).toEqual([]);
});
