import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { startBridge } from '../support/bridge.ts';
import { expectBridgeError } from '../support/bridge-error.ts';
import { raw } from '../support/canned.ts';
import { runBin } from '../support/run-bin.ts';
import { CONNECTION, startScripted, TOKEN } from '../support/scripted.ts';
import { temporaryDirectory } from '../support/temporary.ts';

const WITHIN_MS = 2_000;

/** A configuration file that is not there yet, and a bridge that is to use it. */
function startWithProfile() {
  const file = join(temporaryDirectory(), 'databrickscfg');
  const bridge = startBridge({ args: ['--connection', CONNECTION], env: { DATABRICKS_CONFIG_FILE: file } });
  const write = (host: string, token: string) =>
    writeFileSync(file, `[DEFAULT]\nhost = ${host}\ntoken = ${token}\n`, { mode: 0o600 });
  return { bridge, file, write };
}

test('without any credential, initialize is answered at once with the way to get one, and the exit code is 77 (T078)', async () => {
  const since = performance.now();
  const { bridge, file } = startWithProfile();
  const answer = await bridge.initialize();
  expect(performance.now() - since).toBeLessThan(WITHIN_MS);
  expectBridgeError(answer, { kind: 'auth', outcome: 'not_sent', message: /databricks configure|DATABRICKS_TOKEN/ });
  expect(answer.error?.message).toContain(file);
  await bridge.says(/databricks auth login/);
  expect(await bridge.finish()).toEqual({ code: 77, signal: null });
});

test('it stays up, and works as soon as the profile is there (T078)', async () => {
  const { workspace } = await startScripted();
  const { bridge, write } = startWithProfile();
  expect(await bridge.initialize()).toHaveProperty('error');
  write(workspace.host, TOKEN);
  expect(await bridge.call(2, 'initialize', { protocolVersion: '2025-11-25' })).toHaveProperty('result');
  expect(await bridge.finish()).toEqual({ code: 0, signal: null });
});

test('with a profile that is good, and nothing to do, the exit code is 0 (T032, T078)', async () => {
  const file = join(temporaryDirectory(), 'databrickscfg');
  writeFileSync(file, `[DEFAULT]\nhost = http://127.0.0.1:1\ntoken = ${TOKEN}\n`, { mode: 0o600 });
  const run = await runBin({ args: ['--connection', CONNECTION], env: { DATABRICKS_CONFIG_FILE: file } });
  expect(run).toMatchObject({ code: 0, signal: null, stdout: '' });
});

test('a wrong token is said, is not tried over and over, and is no reason to end (T079, T081)', async () => {
  const { bridge, calls } = await startScripted({}, { env: { DATABRICKS_TOKEN: 'dapi-wrong-0123456789' } });
  expectBridgeError(await bridge.initialize(), {
    kind: 'auth',
    outcome: 'rejected',
    message: /did not accept the token.*DATABRICKS_TOKEN/,
    data: { httpStatus: 403 },
  });
  expect(calls).toEqual([]);
  expect(await bridge.finish()).toEqual({ code: 0, signal: null });
});

test('a token that was replaced in the profile is used for the very call that was refused (T079, T094)', async () => {
  const { calls, workspace } = await startScripted();
  const { bridge, write } = startWithProfile();
  write(workspace.host, 'dapi-old-0123456789');
  expect(await bridge.initialize()).toHaveProperty('error');
  write(workspace.host, TOKEN);
  expect(await bridge.call(2, 'tools/call')).toHaveProperty('result');
  expect(calls.map(({ what }) => what).filter((what) => what === 'tools/call')).toHaveLength(1);
  expect(bridge.stderr).not.toContain(TOKEN);
});

test('a login page in place of an answer is about the token (T079)', async () => {
  const { bridge, of } = await startScripted({
    'tools/call': () => raw('', 302, { location: 'https://login.example/login.html?next_url=x' }),
  });
  expectBridgeError(await bridge.call(1, 'tools/call'), {
    kind: 'auth',
    outcome: 'rejected',
    data: { httpStatus: 302, attempts: 1 },
  });
  expect(of('tools/call')).toHaveLength(1);
});

test.each([
  ['a profile that is not there', '[other]\nhost = https://x.example\n', /DEFAULT/],
  [
    'a profile without a token',
    '[DEFAULT]\nhost = https://x.example\n',
    /You are not signed in to https:\/\/x\.example/,
  ],
  ['a profile without a host', '[DEFAULT]\ntoken = dapi-0123456789\n', /has no host/],
  [
    'a host that is refused (T167)',
    '[DEFAULT]\nhost = http://x.example\ntoken = dapi-0123456789\n',
    /http is for loopback only/,
  ],
])('%s is named (T078)', async (_what, text, message) => {
  const { bridge, file } = startWithProfile();
  writeFileSync(file, text, { mode: 0o600 });
  expectBridgeError(await bridge.initialize(), { kind: 'auth', outcome: 'not_sent', message });
});
