/** Conversations with a server of both eras that nobody else talks to: with the bridge, and without. */

import { startSandbox } from '../../src/sandbox/sandbox.ts';
import { toWorkspace } from '../support/bridge.ts';
import { type BridgedConversation, converseThroughBridge } from './bridged.ts';
import type { OpenClient } from './clients.ts';
import { type Conversation, converse, type Step } from './conversation.ts';
import { type EraServer, type LegacyServing, type SeenMessage, startEraServer } from './era-server.ts';

export const ROUTES = ['connection-proxy', 'external-function'] as const;
export type RouteName = (typeof ROUTES)[number];

/** What the server can tell when it is over. */
export interface Seen {
  readonly seen: readonly SeenMessage[];
}

export interface BridgedWay {
  readonly route: RouteName;
  /** @defaultValue 'auto' */
  readonly protocol?: 'auto' | 'legacy';
}

export async function talkDirectly(
  legacy: LegacyServing,
  open: OpenClient,
  script: readonly Step[],
): Promise<Conversation & Seen> {
  return withServer(legacy, ({ url }) => converse(open({ url }), script));
}

export async function talkThroughBridge(
  legacy: LegacyServing,
  open: OpenClient,
  script: readonly Step[],
  way: BridgedWay,
): Promise<BridgedConversation & Seen> {
  return withServer(legacy, async ({ url }) => {
    const { close, workspace } = await startBefore(url, way);
    try {
      return await converseThroughBridge(open, workspace, script);
    } finally {
      await close();
    }
  });
}

/** How a bridge gets to a workspace, and to the server behind it. */
export interface Before {
  readonly workspace: { readonly args: readonly string[]; readonly env: Readonly<Record<string, string>> };
  close(): Promise<void>;
}

/** Starts a workspace before the server. */
export async function startBefore(url: string, { protocol = 'auto', route }: BridgedWay): Promise<Before> {
  const connection = 'both-eras';
  const sandbox = await startSandbox({ connections: { [connection]: { url } } });
  const { args, env } = toWorkspace({ ...sandbox, connection });
  return {
    close: () => sandbox.close(),
    workspace: {
      args: [...args, '--route', route, '--protocol', protocol],
      // As it is for everybody who does not choose: whom the server cannot ask in time, it does not ask at all.
      env: { ...env, UC_MCP_KEEP_CAPABILITIES: 'off' },
    },
  };
}

async function withServer<C>(legacy: LegacyServing, talk: (server: EraServer) => Promise<C>): Promise<C & Seen> {
  const server = await startEraServer(legacy);
  try {
    return { ...(await talk(server)), seen: server.seen };
  } finally {
    await server.close();
  }
}
