/** A process that is killed while it signs in or refreshes: the token file stays whole, and the lock is free again. */

import { existsSync, readdirSync, utimesSync, writeFileSync } from 'node:fs';
import { expect, test, vi } from 'vitest';
import { startBridge } from '../support/bridge.ts';
import { type BrowserHome, browserHome } from '../support/browser-home.ts';
import { KILL_AT_FILE } from '../support/preload.ts';
import { runBin } from '../support/run-bin.ts';
import { CONNECTION } from '../support/scripted.ts';
import { startSigningIn } from '../support/signing-in.ts';

const ARGS = ['--connection', CONNECTION];

/** A bridge works now, whatever was left behind, and leaves one whole file and nothing else. */
async function worksAfter(host: string, home: BrowserHome) {
  const bridge = startBridge({ args: ARGS, env: { DATABRICKS_HOST: host, ...home.env } });
  expect(await bridge.initialize()).toHaveProperty('result');
  await bridge.finish();
  expect(home.stored()).toMatchObject({ access_token: expect.any(String), refresh_token: expect.any(String) });
}

/** No lock, and no temporary file with a token. The process of a sign-in may still be about to remove its lock. */
async function nothingIsLeft(home: BrowserHome): Promise<void> {
  const left = () => readdirSync(home.folder).filter((name) => /\.lock$|\.json\./.test(name));
  await vi.waitFor(() => expect(left()).toEqual([]), { timeout: 5_000 });
}

test('a kill after the workspace has refreshed and before the write leaves the old file, and the next bridge signs in (T233)', async () => {
  let kill: (() => Promise<unknown>) | undefined;
  const { host } = await startSigningIn({
    async onAuthorization({ asks }) {
      if (asks === 'token') await kill?.();
      return undefined;
    },
  });
  const home = browserHome();
  expect(await runBin({ args: ['login', '--host', host], env: home.env })).toMatchObject({ code: 0 });
  const old = { ...home.stored(), obtained_at: Date.now() - 3_601_000 };
  home.write(old);
  const bridge = startBridge({ args: ARGS, env: { DATABRICKS_HOST: host, ...home.env } });
  kill = () => {
    kill = undefined;
    bridge.child.kill('SIGKILL');
    return bridge.exit;
  };
  bridge.send({ jsonrpc: '2.0', id: 1, method: 'initialize', params: {} });
  expect(await bridge.exit).toMatchObject({ signal: 'SIGKILL' });
  expect(home.stored()).toEqual(old);
  await worksAfter(host, home);
  await nothingIsLeft(home);
});

test('a kill at any step of a refresh leaves the old file or the new one, and no lock (T233)', async () => {
  const { host } = await startSigningIn();
  const home = browserHome();
  expect(await runBin({ args: ['login', '--host', host], env: home.env })).toMatchObject({ code: 0 });
  let killed = 0;
  for (let at = 1; ; at++) {
    const old: Record<string, unknown> = { ...home.stored(), obtained_at: Date.now() - 3_601_000 };
    home.write(old);
    const env = { DATABRICKS_HOST: host, ...home.env, KILL_AT: String(at) };
    const bridge = startBridge({ args: ARGS, env, nodeArgs: KILL_AT_FILE });
    const isKilled = await Promise.race([
      bridge.initialize().then(
        () => false,
        () => true,
      ),
      bridge.exit.then(() => true),
    ]);
    if (!isKilled) break;
    killed++;
    const left = home.stored();
    if (left?.['access_token'] === old['access_token']) expect(left).toEqual(old);
    await worksAfter(host, home);
  }
  // The last bridge has refreshed under the lock that those before it left.
  await nothingIsLeft(home);
  expect(killed).toBeGreaterThan(5);
}, 90_000);

test('a kill at any step of a login leaves no half file, and no lock (T233)', async () => {
  const { host } = await startSigningIn();
  let killed = 0;
  for (let at = 1; ; at++) {
    const home = browserHome();
    const env = { ...home.env, KILL_AT: String(at) };
    const { signal } = await runBin({ args: ['login', '--host', host], env, nodeArgs: KILL_AT_FILE });
    if (signal === null) break;
    killed++;
    expect(await runBin({ args: ['login', '--host', host], env: home.env })).toMatchObject({ code: 0 });
    await worksAfter(host, home);
    await nothingIsLeft(home);
  }
  expect(killed).toBeGreaterThan(5);
}, 90_000);

test('what killed processes left behind is removed by the next write and by logout --all, tokens first (T233, T240)', async () => {
  const { host } = await startSigningIn();
  const home = browserHome();
  const login = () => runBin({ args: ['login', '--host', host], env: home.env });
  expect(await login()).toMatchObject({ code: 0 });
  const leave = (kind: string) => {
    const file = home.tokenPath().replace(/json$/, `${kind}.4711.abc`);
    writeFileSync(file, '{}', { mode: 0o600 });
    return file;
  };
  const [token, young, old] = [leave('json'), leave('lock'), leave('attempt')];
  utimesSync(old, 0, 0);
  expect(await login()).toMatchObject({ code: 0 });
  expect([token, young, old].map((file) => existsSync(file))).toEqual([false, true, false]);
  leave('json');
  expect(await runBin({ args: ['logout', '--all'], env: home.env })).toMatchObject({ code: 0 });
  expect(readdirSync(home.folder)).toEqual([]);
});
