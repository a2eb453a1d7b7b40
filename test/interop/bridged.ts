import { BIN, bareEnv, type Exit } from '../support/bridge.ts';
import type { OpenClient } from './clients.ts';
import { type Conversation, converse, type Step } from './conversation.ts';
import { watchBridges } from './started-bridge.ts';

/** A conversation through the bridge, and what is known of the bridge when it is over. */
export interface BridgedConversation extends Conversation {
  readonly exit: Exit;
  readonly stdout: string;
  /** Warnings and worse. */
  readonly stderr: string;
}

/** Has a client start the built bridge, by its own stdio transport, and talk through it. */
export async function converseThroughBridge(
  open: OpenClient,
  { args, env }: { readonly args: readonly string[]; readonly env: Readonly<Record<string, string>> },
  script: readonly Step[],
): Promise<BridgedConversation> {
  const started = watchBridges();
  const opening = open({
    command: process.execPath,
    args: [BIN, ...args],
    // Servers offer other tools to a client that can be asked: both sides are to be the same client.
    env: bareEnv({ UC_MCP_LOG_LEVEL: 'warn', UC_MCP_KEEP_CAPABILITIES: 'on', ...env }),
  });
  const conversation = await converse(opening, script).finally(started.stop);
  // A client that asks for the era first does so with a process of its own, which it does not use for anything else.
  const bridge = started.bridges.at(-1);
  if (bridge === undefined) throw new Error('nobody started the bridge');
  return { ...conversation, exit: await bridge.exit, stdout: await bridge.stdout, stderr: await bridge.stderr };
}
