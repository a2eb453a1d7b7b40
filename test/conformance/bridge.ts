/** The bridge as a program that somebody starts: before a workspace whose connection leads to an MCP server. */

import { resolve } from 'node:path';
import { startWorkspace } from '../../src/sandbox/workspace.ts';

const CONNECTION = 'conformance';
const TOKEN = 'conformance';

/** How a client of stdio starts its server. */
export interface Command {
  readonly command: string;
  readonly args: string[];
  readonly env: Record<string, string>;
}

export interface BridgeTo {
  readonly command: Command;
  /** Resolves when the server has answered the first GET: where it has a standing stream, it can push from then on. */
  readonly listening: Promise<void>;
  close(): Promise<void>;
}

/**
 * Opens a workspace with a connection to an MCP server. As many bridges as one likes can be started before it.
 *
 * @param url - with the path under which the server listens, which a connection has as its base path
 */
export async function bridgeTo(url: string): Promise<BridgeTo> {
  let answered = () => {};
  const listening = new Promise<void>((resolve) => {
    answered = resolve;
  });
  const workspace = await startWorkspace({
    token: TOKEN,
    connections: { [CONNECTION]: { url } },
    async onCall(call) {
      if (call.method !== 'GET') return undefined;
      const answer = await call.forward();
      answered();
      return answer;
    },
  });
  return {
    listening,
    command: {
      command: process.execPath,
      // npm runs scripts in the project's folder; this file is bundled and knows no path but that.
      args: [resolve('dist/main.js'), '--connection', CONNECTION, '--route', 'connection-proxy'],
      env: {
        // Nothing of this machine's own set-up is to be seen.
        HOME: '/nonexistent',
        DATABRICKS_HOST: workspace.host,
        DATABRICKS_TOKEN: TOKEN,
        UC_MCP_LOG_LEVEL: process.env['UC_MCP_LOG_LEVEL'] ?? 'warn',
      },
    },
    close: workspace.close,
  };
}
