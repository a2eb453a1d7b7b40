/** The built bridge before a workspace whose every call the test sees, and answers where it wants to. */

import { onTestFinished } from 'vitest';
import {
  type CannedReply,
  startWorkspace,
  type Workspace,
  type WorkspaceOptions,
} from '../../src/sandbox/workspace.ts';
import { type BridgeOptions, type BridgeProcess, startBridge, toWorkspace } from './bridge.ts';
import { expectNoTrace } from './canary.ts';
import { raw, result } from './canned.ts';
import { type Seen, see } from './seen.ts';

export const CONNECTION = 'github';
/** Secrets: no test may find them on stdout or stderr. */
export const TOKEN = 'dapi-canary-0123456789abcdef';
export const SESSION_ID = 'session-canary-0123456789abcdef';

/** @param nth - how many calls of this kind have come, this one included */
export type Handler = (call: Seen, nth: number) => CannedReply | Promise<CannedReply>;

export type Script = Readonly<Record<string, Handler>>;

export interface ScriptedOptions extends BridgeOptions {
  /** Whether the server gives out a session id. */
  readonly sessions?: boolean;
  readonly workspace?: Partial<WorkspaceOptions>;
}

export interface Scripted {
  readonly bridge: BridgeProcess;
  readonly workspace: Workspace;
  /** Every call so far, oldest first. */
  readonly calls: readonly Seen[];
  /** The calls of one kind so far. */
  of(what: string): readonly Seen[];
  /** Resolves with a call when it has come. */
  arrived(what: string, nth?: number): Promise<Seen>;
}

const WELL_BEHAVED: Script = {
  initialize: (call) => opened(call, SESSION_ID),
  'notifications/initialized': () => raw('', 202),
  'notifications/cancelled': () => raw('', 202),
  response: () => raw('', 202),
  DELETE: () => raw(''),
};

/** The answer to an initialize, with the session id as a header of the outer answer. */
export function opened(call: Seen, sessionId: string | undefined, protocolVersion = '2025-11-25'): CannedReply {
  const answer = result(call, { protocolVersion, capabilities: {}, serverInfo: { name: 'scripted', version: '1' } });
  return { ...answer, headers: sessionId === undefined ? {} : { 'mcp-session-id': sessionId } };
}

/**
 * Starts both for the length of a test, the bridge at trace level. In the end nothing secret may have been said.
 *
 * @param script - by what the call is; the rest is answered as a server does that behaves
 */
export async function startScripted(script: Script = {}, options: ScriptedOptions = {}): Promise<Scripted> {
  const { args = [], env, nodeArgs = [], sessions = true, workspace: more } = options;
  const calls: Seen[] = [];
  const of = (what: string) => calls.filter((call) => call.what === what);
  let waiting: (() => void)[] = [];

  const handlers: Script = {
    ...WELL_BEHAVED,
    ...(!sessions && { initialize: (call) => opened(call, undefined) }),
    ...script,
  };
  const workspace = await startWorkspace({
    token: TOKEN,
    connections: { [CONNECTION]: { url: 'http://127.0.0.1:1/nobody-is-asked' } },
    onCall: (external) => {
      const call = see(external);
      calls.push(call);
      const woken = waiting;
      waiting = [];
      for (const wake of woken) wake();
      const handle = handlers[call.what] ?? ((unscripted) => result(unscripted));
      return handle(call, of(call.what).length);
    },
    ...more,
  });
  onTestFinished(() => workspace.close());
  onTestFinished(() => {
    const said = bridge.lines.join('\n') + bridge.stderr;
    expectNoTrace(said, [TOKEN, SESSION_ID]);
  });
  const way = toWorkspace({ host: workspace.host, token: TOKEN, connection: CONNECTION });
  const bridge: BridgeProcess = startBridge({
    args: [...way.args, '--log-level', 'trace', ...args],
    env: { ...way.env, ...env },
    nodeArgs,
  });

  return {
    bridge,
    workspace,
    calls,
    of,
    async arrived(what, nth = 1) {
      for (;;) {
        const call = of(what)[nth - 1];
        if (call) return call;
        await new Promise<void>((resolve) => waiting.push(resolve));
      }
    },
  };
}
