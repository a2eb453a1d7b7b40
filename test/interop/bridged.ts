import { BIN, bareEnv, type Exit } from '../support/bridge.ts';
import type { OpenClient } from './clients.ts';
import { type Conversation, converse, type Step } from './conversation.ts';
import { nextBridge } from './started-bridge.ts';

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
  const starting = nextBridge();
  const opening = open({
    command: process.execPath,
    args: [BIN, ...args],
    // Servers offer other tools to a client that can be asked: both sides are to be the same client.
    env: bareEnv({ ...env, UC_MCP_LOG_LEVEL: 'warn', UC_MCP_KEEP_CAPABILITIES: 'on' }),
  });
  const conversation = await converse(opening, script);
  const bridge = await starting;
  return { ...conversation, exit: await bridge.exit, stdout: await bridge.stdout, stderr: await bridge.stderr };
}
