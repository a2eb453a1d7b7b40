/** The built bridge before the sandbox: a workspace, and a real MCP server behind it. */

import { expect, onTestFinished } from 'vitest';
import { type Sandbox, type SandboxOptions, startSandbox } from '../../src/sandbox/sandbox.ts';
import { type BridgeProcess, startBridge, toWorkspace } from './bridge.ts';

export interface Sandboxed {
  readonly bridge: BridgeProcess;
  readonly sandbox: Sandbox;
}

/** Starts both for the length of a test, the bridge at trace level. In the end nothing secret may have been said. */
export async function startSandboxed(options: SandboxOptions = {}): Promise<Sandboxed> {
  const sandbox = await startSandbox(options);
  onTestFinished(() => sandbox.close());
  onTestFinished(() => {
    const said = bridge.lines.join('\n') + bridge.stderr;
    for (const secret of [sandbox.token, ...sandbox.sessionIds]) expect(said).not.toContain(secret);
  });
  const { args, env } = toWorkspace(sandbox);
  const bridge: BridgeProcess = startBridge({ args: [...args, '--log-level', 'trace'], env });
  return { bridge, sandbox };
}
