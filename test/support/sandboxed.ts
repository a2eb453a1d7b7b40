/** The built bridge before the sandbox: a workspace, and a real MCP server behind it. */

import { onTestFinished } from 'vitest';
import { type Sandbox, type SandboxOptions, startSandbox } from '../../src/sandbox/sandbox.ts';
import { type BridgeOptions, type BridgeProcess, startBridge, toWorkspace } from './bridge.ts';
import { expectNoTrace } from './canary.ts';

export interface Sandboxed {
  readonly bridge: BridgeProcess;
  readonly sandbox: Sandbox;
}

/**
 * Starts both for the length of a test, the bridge at trace level. In the end nothing secret may have been said.
 *
 * @param more - arguments and environment; what names the target or the token replaces the sandbox's own
 */
export async function startSandboxed(
  options: SandboxOptions = {},
  { args: moreArgs = [], env: moreEnv, nodeArgs = [] }: BridgeOptions = {},
): Promise<Sandboxed> {
  const sandbox = await startSandbox(options);
  onTestFinished(() => sandbox.close());
  onTestFinished(() => {
    const said = bridge.lines.join('\n') + bridge.stderr;
    expectNoTrace(said, [sandbox.token, ...sandbox.sessionIds]);
  });
  const { args, env } = toWorkspace(sandbox);
  const own = moreArgs.some((arg) => arg === '--service' || arg === '--connection' || arg === '--url') ? [] : args;
  const bridge: BridgeProcess = startBridge({
    args: [...own, ...moreArgs, '--log-level', 'trace'],
    env: { ...env, ...moreEnv },
    nodeArgs,
  });
  return { bridge, sandbox };
}
