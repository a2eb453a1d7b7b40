/** Official clients and the reference server that exercises all of the protocol: with the bridge, and without. */

import { beforeAll, describe, expect, test } from 'vitest';
import { startSandbox } from '../../src/sandbox/sandbox.ts';
import { toWorkspace } from '../support/bridge.ts';
import { type BridgedConversation, converseThroughBridge } from './bridged.ts';
import { CLIENTS } from './clients.ts';
import { type Conversation, converse } from './conversation.ts';
import { EVERYTHING_SCRIPT, LONG_RUNNING } from './everything-script.ts';
import { type EverythingServer, startEverythingServer } from './everything-server.ts';
import { testSameness } from './sameness.ts';

const WORKSPACES = {
  'gives bodies back whole': { body: 'whole' },
  'passes bodies on as they arrive': { body: 'streamed' },
} as const;

const CONNECTION = 'everything';
const HOOK_MS = 30_000;

let server: EverythingServer;

beforeAll(async () => {
  server = await startEverythingServer();
  return server.close;
}, HOOK_MS);

// One conversation after the other: the server takes a resource away from one session when another one writes it too.
describe.each(Object.entries(CLIENTS))('the official %s client', (_name, open) => {
  let direct: Conversation;

  beforeAll(async () => {
    direct = await converse(open({ url: server.url }), EVERYTHING_SCRIPT);
  }, HOOK_MS);

  describe.each(Object.entries(WORKSPACES))('through a workspace that %s', (_title, { body }) => {
    let bridged: BridgedConversation;

    beforeAll(async () => {
      const sandbox = await startSandbox({ body, connections: { [CONNECTION]: { url: server.url } } });
      try {
        const workspace = toWorkspace({ ...sandbox, connection: CONNECTION });
        bridged = await converseThroughBridge(open, workspace, EVERYTHING_SCRIPT);
      } finally {
        await sandbox.close();
      }
    }, HOOK_MS);

    testSameness(EVERYTHING_SCRIPT, () => ({ direct, bridged }));

    test('progress comes in order, and before the answer', () => {
      const progress = [1, 2, 3, 4].map((step) => ({
        method: 'notifications/progress',
        params: { progressToken: 'lamp', progress: step, total: 4 },
      }));
      expect(bridged.exchanges.get(LONG_RUNNING)?.messages).toMatchObject([...progress, { result: {} }]);
    });
  });
});
