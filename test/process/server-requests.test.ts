import { expect, test } from 'vitest';
import { type BridgeProcess, startBridge } from '../support/bridge.ts';
import { latch } from '../support/latch.ts';
import { event, type RawHandler, type RawWorkspace, startRawWorkspace, stream } from '../support/raw-workspace.ts';

const ASKED = 300;
const MOST_OPEN = 64;

async function start(
  script: Readonly<Record<string, RawHandler>>,
): Promise<{ bridge: BridgeProcess; workspace: RawWorkspace }> {
  const workspace = await startRawWorkspace(script);
  const env = { DATABRICKS_HOST: workspace.host, DATABRICKS_TOKEN: 'dapi-canary-of-questions' };
  const bridge = startBridge({ args: ['--connection', 'github', '--route', 'managed-mcp'], env });
  return { bridge, workspace };
}

test('of three hundred questions at once the client gets 64, and the server is told of the others (T189)', async () => {
  const { bridge, workspace } = await start({
    'tools/call': async ({ id }, response) => {
      stream(response);
      for (let nth = 0; nth < ASKED; nth++) response.write(event({ id: nth, method: 'elicitation/create' }));
      await workspace.arrived('response', ASKED - MOST_OPEN);
      response.end(event({ id, result: {} }));
    },
  });
  await bridge.initialize();
  bridge.send({ jsonrpc: '2.0', id: 'call', method: 'tools/call' });
  expect(await bridge.answer('call')).toHaveProperty('result');
  const questions = bridge.messages.filter(({ method }) => method === 'elicitation/create');
  expect(questions.map(({ id }) => id)).toEqual(Array.from({ length: MOST_OPEN }, (_, nth) => nth));
  const refusals = workspace.of('response').map(({ body }) => JSON.parse(body));
  expect(refusals).toHaveLength(ASKED - MOST_OPEN);
  for (const { error } of refusals)
    expect(error).toMatchObject({ code: -32603, message: expect.stringMatching(/busy/) });
});

test.each<[string, (bridge: BridgeProcess, workspace: RawWorkspace) => void, string]>([
  ['an answer of the client', (bridge) => bridge.send({ jsonrpc: '2.0', id: 5, result: {} }), 'client'],
  ['a cancellation by the server', () => {}, 'server'],
])('%s makes room for another question (T189)', async (_what, makeRoom, by) => {
  const roomy = latch();
  const { bridge, workspace } = await start({
    'tools/call': async ({ id }, response) => {
      stream(response);
      for (let nth = 0; nth < MOST_OPEN; nth++) response.write(event({ id: nth, method: 'elicitation/create' }));
      await roomy.opened;
      if (by === 'server') response.write(event({ method: 'notifications/cancelled', params: { requestId: 5 } }));
      response.write(event({ id: 'one more', method: 'elicitation/create' }));
      response.end(event({ id, result: {} }));
    },
  });
  await bridge.initialize();
  bridge.send({ jsonrpc: '2.0', id: 'call', method: 'tools/call' });
  await bridge.line(({ id, method }) => id === MOST_OPEN - 1 && method === 'elicitation/create');
  makeRoom(bridge, workspace);
  if (by === 'client') await workspace.arrived('response');
  roomy.open();
  await bridge.line(({ id }) => id === 'one more');
  expect(await bridge.answer('call')).toHaveProperty('result');
});
