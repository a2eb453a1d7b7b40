/** The built bridge before a server that a test speaks for byte by byte. */

import { expect, onTestFinished } from 'vitest';
import { type BridgeOptions, type BridgeProcess, type Received, startBridge, toWorkspace } from './bridge.ts';
import { CONNECTION, TOKEN } from './scripted.ts';
import { startWireServer, type WireHandler, type WireServer, type WireServerOptions } from './wire-server.ts';

export interface Wired {
  readonly bridge: BridgeProcess;
  readonly server: WireServer;
}

/** Starts both for the length of a test. In the end nothing secret may have been said. */
export async function startWired(
  script: Readonly<Record<string, WireHandler>> = {},
  options: BridgeOptions & WireServerOptions & { readonly host?: (server: WireServer) => string } = {},
): Promise<Wired> {
  const server = await startWireServer(script, options);
  const { args = [], env, nodeArgs = [] } = options;
  const way = toWorkspace({ host: options.host?.(server) ?? server.host, token: TOKEN, connection: CONNECTION });
  onTestFinished(() => expect(bridge.lines.join('\n') + bridge.stderr).not.toContain(TOKEN));
  const bridge: BridgeProcess = startBridge({
    args: [...way.args, '--log-level', 'trace', ...args],
    env: { ...way.env, ...env },
    nodeArgs,
  });
  return { bridge, server };
}

/** The call that must never run twice, as the ledger names it. */
export const WRITE = 'tools/call issue_write';

/** Calls it. */
export function write(bridge: BridgeProcess, id: number): Promise<Received> {
  return bridge.call(id, 'tools/call', { name: 'issue_write', arguments: { method: 'create', title: `${id}` } });
}
