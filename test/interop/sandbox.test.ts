/** Official clients and the sandbox's MCP server: with the bridge between them, and without. */

import { beforeAll, describe, expect, test } from 'vitest';
import { type Sandbox, startSandbox } from '../../src/sandbox/sandbox.ts';
import { toWorkspace } from '../support/bridge.ts';
import { type BridgedConversation, converseThroughBridge } from './bridged.ts';
import { CLIENTS } from './clients.ts';
import { type Conversation, converse } from './conversation.ts';
import { testSameness } from './sameness.ts';
import { SANDBOX_SCRIPT } from './sandbox-script.ts';

const SERVERS = {
  'with sessions that answers SSE': { sessions: true, answers: 'sse' },
  'with sessions that answers JSON': { sessions: true, answers: 'json' },
  'without sessions that answers SSE': { sessions: false, answers: 'sse' },
  'without sessions that answers JSON': { sessions: false, answers: 'json' },
} as const;

/** What a sandbox can tell when a conversation with it is over. */
interface Aftermath {
  readonly calls: Record<string, number>;
  readonly sessions: number;
  readonly liveSessions: number;
}

describe.each(Object.entries(CLIENTS))('the official %s client', (_name, open) => {
  describe.each(Object.entries(SERVERS))('and a server %s', (_title, { answers, sessions }) => {
    let direct: Conversation & Aftermath;
    let bridged: BridgedConversation & Aftermath;

    // Two sandboxes that are alike: what is written by one way is not seen by the other, and gets the same number.
    beforeAll(async () => {
      [direct, bridged] = await Promise.all([
        inSandbox(({ mcpUrl }) => converse(open({ url: mcpUrl }), SANDBOX_SCRIPT)),
        inSandbox((sandbox) => converseThroughBridge(open, toWorkspace(sandbox), SANDBOX_SCRIPT)),
      ]);
    }, 30_000);

    async function inSandbox<C extends Conversation>(talk: (sandbox: Sandbox) => Promise<C>): Promise<C & Aftermath> {
      const sandbox = await startSandbox({ answers, sessions });
      try {
        return {
          ...(await talk(sandbox)),
          calls: sandbox.ledger.snapshot(),
          sessions: sandbox.sessionIds.length,
          liveSessions: sandbox.endpoint.liveSessions(),
        };
      } finally {
        await sandbox.close();
      }
    }

    testSameness(SANDBOX_SCRIPT, () => ({ direct, bridged }));

    test('each call of a tool reaches the server once', () => {
      expect(bridged.calls).toEqual(direct.calls);
      expect(bridged.calls).toMatchObject({ issue_write: 2 });
    });

    test(`the server ${sessions ? 'opens one session, and has none' : 'opens no session, and has none'} in the end`, () => {
      expect([bridged.sessions, bridged.liveSessions]).toEqual([sessions ? 1 : 0, 0]);
    });
  });
});
