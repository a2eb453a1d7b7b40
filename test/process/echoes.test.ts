import { expect, test } from 'vitest';
import { startBridge } from '../support/bridge.ts';
import { raw, result } from '../support/canned.ts';
import { CONNECTION, opened, SESSION_ID, TOKEN } from '../support/scripted.ts';
import { type Seen, see } from '../support/seen.ts';
import { startSigningIn } from '../support/signing-in.ts';

const TOLD = /"secret":"(token|session id)","msg":"the server sent a secret of the bridge back/g;

/** What the log says of secrets that came back. */
function toldIn(stderr: string): string[] {
  return [...stderr.matchAll(TOLD)].map(([, what = '']) => what).sort();
}

async function startBefore(onCall: (call: Seen) => ReturnType<typeof raw>) {
  const { host } = await startSigningIn({
    onCall: (external) => {
      const call = see(external);
      return call.id === undefined ? raw('', 202) : onCall(call);
    },
  });
  return startBridge({ args: ['--connection', CONNECTION], env: { DATABRICKS_HOST: host, DATABRICKS_TOKEN: TOKEN } });
}

test.each([
  ['short', ''],
  ['of 100 kB', 'x'.repeat(100_000)],
])('a result, %s, that echoes our secrets is relayed as it came, and flagged once (T164)', async (_what, more) => {
  const text = `Authorization: Bearer ${TOKEN}, Mcp-Session-Id: ${SESSION_ID} ${more}`;
  const bridge = await startBefore((call) =>
    call.what === 'initialize' ? opened(call, SESSION_ID) : result(call, { text }),
  );
  await bridge.initialize();
  for (let id = 0; id < 5; id++) expect(await bridge.call(id, 'tools/call')).toMatchObject({ result: { text } });
  await bridge.finish();
  expect(toldIn(bridge.stderr)).toEqual(['session id', 'token']);
  expect(bridge.stderr).not.toContain(TOKEN);
  expect(bridge.stderr).not.toContain(SESSION_ID);
});

test('a result without them is not (T164)', async () => {
  const bridge = await startBefore((call) => (call.what === 'initialize' ? opened(call, SESSION_ID) : result(call)));
  await bridge.initialize();
  expect(await bridge.call(1, 'tools/call')).toHaveProperty('result');
  await bridge.finish();
  expect(toldIn(bridge.stderr)).toEqual([]);
});
