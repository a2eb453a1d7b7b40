import { randomBytes } from 'node:crypto';
import { setMaxListeners } from 'node:events';
import type { Connection } from './connections.ts';
import { createGitHubServer } from './github.ts';
import { Ledger } from './ledger.ts';
import { type McpEndpoint, type McpEndpointOptions, startMcpEndpoint } from './mcp-endpoint.ts';
import { seededStore } from './seed.ts';
import { startWorkspace, type Workspace, type WorkspaceOptions } from './workspace.ts';

/** Name of the connection behind which the sandbox's MCP server is. */
export const SANDBOX_CONNECTION = 'github_sandbox';
/** Name of the MCP service of the workspace's AI gateway that leads to the same server. */
export const SANDBOX_SERVICE = 'sandbox.mcp.github';

export interface SandboxOptions
  extends Partial<Pick<McpEndpointOptions, 'sessions' | 'answers'>>,
    Partial<Omit<WorkspaceOptions, 'token'>>,
    Pick<Connection, 'granted' | 'login'> {
  /** How long a tool takes before it does anything, in milliseconds. */
  readonly delayMs?: ((tool: string) => number) | undefined;
}

/** A workspace with one HTTP connection and one MCP service, and behind both an MCP server with GitHub's tools, all of it on loopback. */
export interface Sandbox {
  /** Address of the workspace: `http://127.0.0.1:PORT`. */
  readonly host: string;
  /** The bearer token of the workspace, another one for each sandbox. */
  readonly token: string;
  readonly connection: typeof SANDBOX_CONNECTION;
  readonly service: typeof SANDBOX_SERVICE;
  /** Address of the MCP server itself, for who wants to do without the workspace. */
  readonly mcpUrl: string;
  /** Counts the calls of tools that reached the MCP server. */
  readonly ledger: Ledger;
  readonly workspace: Workspace;
  readonly endpoint: McpEndpoint;
  /** Every session id that the MCP server has issued so far, oldest first. */
  readonly sessionIds: readonly string[];
  /** Makes the MCP server forget all sessions, as a restart would. */
  forgetSessions(): void;
  /** Connections that clients hold to the workspace at this moment, idle ones included. */
  openSockets(): number;
  /** Ends everything, calls in flight included. Nothing of the sandbox keeps the process alive after that. */
  close(): Promise<void>;
}

/**
 * Starts a sandbox on free ports of 127.0.0.1.
 *
 * @param options - by default with sessions, answering as SSE, which shows most of the protocol
 */
export async function startSandbox(options: SandboxOptions = {}): Promise<Sandbox> {
  const { answers = 'sse', connections, delayMs, endpoints, granted, login, sessions = true, ...rest } = options;
  const token = `sandbox-${randomBytes(16).toString('hex')}`;
  const ledger = new Ledger();
  const store = seededStore();
  const closing = new AbortController();
  // Every call that is being delayed listens.
  setMaxListeners(0, closing.signal);
  const endpoint = await startMcpEndpoint({
    answers,
    sessions,
    createServer: () => createGitHubServer({ closing: closing.signal, delayMs, ledger, store }),
  });
  let hasConsented = false;
  // The user logs in to the connection either by the page of a sign-in or as the owner of the options decides.
  const logsIn = login && {
    get due() {
      return login.due && !hasConsented;
    },
  };
  const target = { url: endpoint.url, granted, login: logsIn };
  const workspace = await startWorkspace({
    ...rest,
    onConsent: (resource) => {
      hasConsented = true;
      rest.onConsent?.(resource);
    },
    token,
    connections: { ...connections, [SANDBOX_CONNECTION]: target },
    endpoints: { ...endpoints, [`/ai-gateway/mcp-services/${SANDBOX_SERVICE}`]: target },
  });
  return {
    host: workspace.host,
    token,
    connection: SANDBOX_CONNECTION,
    service: SANDBOX_SERVICE,
    mcpUrl: endpoint.url,
    ledger,
    workspace,
    endpoint,
    sessionIds: endpoint.sessionIds,
    forgetSessions: endpoint.forgetSessions,
    openSockets: workspace.openSockets,
    async close() {
      closing.abort();
      await Promise.all([workspace.close(), endpoint.close()]);
    },
  };
}
