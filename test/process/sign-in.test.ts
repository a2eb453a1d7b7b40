import { expect, test } from 'vitest';
import { startBridge } from '../support/bridge.ts';
import { expectBridgeError } from '../support/bridge-error.ts';
import { raw, result } from '../support/canned.ts';
import { FAST_CLOCK } from '../support/preload.ts';
import { startRawWorkspace } from '../support/raw-workspace.ts';
import { CONNECTION, TOKEN } from '../support/scripted.ts';
import { see } from '../support/seen.ts';
import { CLIENT, startSigningIn } from '../support/signing-in.ts';

const ARGS = ['--connection', CONNECTION, '--log-level', 'trace'];
const M2M = { DATABRICKS_CLIENT_ID: CLIENT.id, DATABRICKS_CLIENT_SECRET: CLIENT.secret };

test('a service principal is signed in by its secret, and the log says by which way and why (T095)', async () => {
  const { host, issuer } = await startSigningIn();
  const bridge = startBridge({ args: ARGS, env: { DATABRICKS_HOST: host, ...M2M } });
  expect(await bridge.initialize()).toHaveProperty('result');
  await bridge.says(
    /"auth":"oauth-m2m","because":"DATABRICKS_CLIENT_ID and DATABRICKS_CLIENT_SECRET are set","msg":"signing in"/,
  );
  expect(issuer.requests('token')).toBe(1);
  expect(await bridge.finish()).toEqual({ code: 0, signal: null });
});

test('with a personal access token, initialize is the one request before its answer (T078)', async () => {
  const { calls, host } = await startRawWorkspace({});
  const env = { DATABRICKS_HOST: host, DATABRICKS_TOKEN: TOKEN };
  const bridge = startBridge({ args: [...ARGS, '--route', 'managed-mcp'], env });
  const asked = await bridge.call(1, 'initialize', { protocolVersion: '2025-11-25', capabilities: {} });
  expect(asked).toHaveProperty('result');
  expect(calls.map(({ what }) => what)).toEqual(['initialize']);
});

test('fifty calls whose token has ended are all answered, with one token request and no call twice (T079, T080)', async () => {
  const workspace = await startSigningIn();
  const bridge = startBridge({ args: ARGS, env: { DATABRICKS_HOST: workspace.host, ...M2M } });
  expect(await bridge.initialize()).toHaveProperty('result');
  workspace.issuer.revoke();
  const answers = await Promise.all(Array.from({ length: 50 }, (_, id) => bridge.call(id, 'tools/call')));
  for (const answer of answers) expect(answer).toHaveProperty('result');
  expect(workspace.issuer.requests('token')).toBe(2);
  expect(workspace.of('tools/call')).toHaveLength(50);
});

test.each([
  ['says nothing', ''],
  ['says little', 'Unauthorized'],
])('where a 401 that %s comes of a token that has ended, a fresh one is used (T079)', async (_what, words) => {
  let calls = 0;
  const { host, issuer } = await startSigningIn({
    onCall: (external) => (++calls === 1 ? raw(words, 401) : result(see(external))),
  });
  const bridge = startBridge({ args: ARGS, env: { DATABRICKS_HOST: host, ...M2M } });
  expect(await bridge.call(1, 'tools/call')).toHaveProperty('result');
  expect(issuer.requests('token')).toBe(2);
});

test("twenty refusals of the connection's own credential cost one token request (T082)", async () => {
  const workspace = await startSigningIn({ onCall: () => raw('Unauthorized', 401) });
  const bridge = startBridge({ args: ARGS, env: { DATABRICKS_HOST: workspace.host, ...M2M } });
  for (let id = 0; id < 20; id++) {
    expectBridgeError(await bridge.call(id, 'tools/call'), {
      kind: 'auth',
      outcome: 'rejected',
      message: /server behind the connection github did not accept the credential .* Re-authorise the connection/,
    });
  }
  expect(workspace.issuer.requests('token')).toBe(2);
});

test('a token endpoint that is silent holds initialize up for less than ten seconds, and nobody who leaves (T078, T089)', async () => {
  const { host } = await startSigningIn({ onAuthorization: () => new Promise(() => {}) });
  const bridge = startBridge({ args: ARGS, env: { DATABRICKS_HOST: host, ...M2M }, nodeArgs: FAST_CLOCK });
  expectBridgeError(await bridge.initialize(), {
    kind: 'auth',
    outcome: 'not_sent',
    message: /Signing in by oauth-m2m has not come about within 9 s/,
  });
  expect(await bridge.finish()).toEqual({ code: 77, signal: null });
});

test('two ways at once are said to the client, and repaired by naming one (T078, T095)', async () => {
  const { host } = await startSigningIn();
  const env = { DATABRICKS_HOST: host, DATABRICKS_TOKEN: TOKEN, ...M2M };
  const refused = startBridge({ args: ARGS, env });
  expectBridgeError(await refused.initialize(), {
    kind: 'auth',
    outcome: 'not_sent',
    message: /pat \(DATABRICKS_TOKEN\) and oauth-m2m .*--auth-type pat/,
  });
  const bridge = startBridge({ args: [...ARGS, '--auth-type', 'oauth-m2m'], env });
  expect(await bridge.initialize()).toHaveProperty('result');
  await bridge.says(/"because":"--auth-type says so"/);
});
