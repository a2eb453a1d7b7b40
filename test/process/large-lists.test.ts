import { once } from 'node:events';
import { expect, test, vi } from 'vitest';
import { startBridge } from '../support/bridge.ts';
import { raw } from '../support/canned.ts';
import { event, startRawWorkspace, stream } from '../support/raw-workspace.ts';
import { startScripted } from '../support/scripted.ts';

test.each([
  ['as they are', []],
  ['read for annotations', ['--retry-annotated']],
  ['held to a policy that lets all pass', ['--tools', '*']],
])('ten thousand tools, long and hidden text among them, pass unchanged, %s (T188)', async (_how, args) => {
  const hidden = '\u200b\u202e\u{e0041}\u00ad\ufeff';
  const tool = (name: string, description: string) => `{"name" : "${name}","description":"${description}","n":1.0}`;
  const tools = Array.from({ length: 10_000 }, (_, nth) => tool(`tool_${nth}`, `does ${nth}${hidden}`));
  const list = [tool('long', 'x'.repeat(1_000_000)), ...tools].join(' ,');
  const { bridge } = await startScripted(
    { 'tools/list': (call) => raw(`{"jsonrpc":"2.0","id":${call.id},"result":{"tools":[${list}]}}`) },
    { args },
  );
  bridge.send({ jsonrpc: '2.0', id: 1, method: 'tools/list' });
  await bridge.answer(1);
  await bridge.finish();
  // Compared before it is shown: a difference of two megabytes helps nobody.
  expect(bridge.lines[0] === `{"jsonrpc":"2.0","id":1,"result":{"tools":[${list}]}}`).toBe(true);
  expect(bridge.stderr).not.toMatch(/[\u200b\u202e\u00ad\ufeff]|does \d|xxxx/);
});

test('structured content, cache hints, icons and schemas pass, and no reference in them is fetched (T038)', async () => {
  const workspace = await startRawWorkspace({
    'tools/call': ({ id }, response) => {
      response.end(JSON.stringify({ jsonrpc: '2.0', id, result: resultTo(workspace.host) }));
    },
  });
  const resultTo = (origin: string) => ({
    content: [{ type: 'text', text: 'x', annotations: { audience: ['user'], priority: 0.1 } }],
    structuredContent: { a: [1, { b: null }] },
    _meta: { 'io.example/trace': 'x' },
    resultType: 'complete',
    ttlMs: 1e3,
    cacheScope: 'private',
    icons: [{ src: `${origin}/icon.png`, sizes: ['48x48'] }],
    instructions: 'x',
    outputSchema: { $schema: `${origin}/schema`, $ref: `${origin}/ref#/$defs/a`, $dynamicRef: `${origin}/dynamic` },
  });
  const bridge = startBridge({
    args: ['--connection', 'github', '--route', 'managed-mcp'],
    env: { DATABRICKS_HOST: workspace.host, DATABRICKS_TOKEN: 'dapi-canary-of-a-schema' },
  });
  const answered = await bridge.call(1, 'tools/call');
  await bridge.finish();
  expect(answered.result).toEqual(resultTo(workspace.host));
  expect(workspace.calls.map(({ what }) => what)).toEqual(['tools/call']);
});

test('a server that sends faster than the client reads is made to wait, and nothing is lost (T128)', async () => {
  const [count, padding] = [6_000, 'x'.repeat(8_000)];
  let written = 0;
  const workspace = await startRawWorkspace({
    'tools/call': async ({ id }, response) => {
      stream(response);
      for (; written < count; written++) {
        const params = { progressToken: 1, progress: written, message: padding };
        if (!response.write(event({ method: 'notifications/progress', params }))) await once(response, 'drain');
      }
      response.end(event({ id, result: {} }));
    },
  });
  const bridge = startBridge({
    args: ['--connection', 'github', '--route', 'managed-mcp'],
    env: { DATABRICKS_HOST: workspace.host, DATABRICKS_TOKEN: 'dapi-canary-of-a-flood' },
  });
  await bridge.initialize();
  bridge.child.stdout.pause();
  bridge.send({ jsonrpc: '2.0', id: 1, method: 'tools/call' });
  let before = 0;
  await vi.waitFor(
    () => {
      const still = written > 0 && written === before;
      before = written;
      expect(still).toBe(true);
    },
    { interval: 300, timeout: 20_000 },
  );
  // What pipes and sockets hold, and no more: a quarter of all of it at most.
  expect(written).toBeLessThan(count / 4);
  bridge.child.stdout.resume();
  await bridge.answer(1);
  const progress = bridge.messages.filter(({ method }) => method === 'notifications/progress');
  expect(progress).toHaveLength(count);
});
