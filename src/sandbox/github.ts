import { setTimeout as pause } from 'node:timers/promises';
import { McpServer } from '@modelcontextprotocol/sdk/server/mcp.js';
import { CallToolRequestSchema, ErrorCode, ListToolsRequestSchema } from '@modelcontextprotocol/sdk/types.js';
import type { Ledger } from './ledger.ts';
import { registerPrompts } from './prompts.ts';
import { registerResources } from './resources.ts';
import type { Store } from './store.ts';
import { TOOLS } from './tools/tools.ts';

const TOOLS_BY_NAME = new Map(TOOLS.map((tool) => [tool.listed.name, tool]));
const LISTED = TOOLS.map((tool) => tool.listed);

export interface GitHubOptions {
  /** Shared by all servers of one sandbox, as GitHub's data is by all its connections. */
  readonly store: Store;
  readonly ledger: Ledger;
  /** How long a tool takes before it does anything, in milliseconds. */
  readonly delayMs?: ((tool: string) => number) | undefined;
  /** Ends calls that are being delayed, without doing what they asked for. */
  readonly closing: AbortSignal;
}

/**
 * An MCP server that looks like GitHub's to a client, not yet connected to a transport.
 *
 * As at GitHub, nothing stops a tool once its call has arrived: neither `notifications/cancelled` nor a connection that
 * breaks. [github-mcp-server v1.10, observed]
 */
export function createGitHubServer({ closing, delayMs, ledger, store }: GitHubOptions): McpServer {
  const mcp = new McpServer(
    { name: 'github-mcp-server-sandbox', title: 'GitHub MCP Server (sandbox)', version: '1.0.0' },
    {
      instructions:
        'A sandbox with the tools of the GitHub MCP server over repositories in memory. Nothing reaches GitHub. ' +
        'Start with get_me, then search_repositories with user:octo-sandbox.',
    },
  );
  registerPrompts(mcp, store);
  registerResources(mcp, store);

  // The tools go past McpServer.registerTool: it puts words of its own before every refusal of arguments, answers an
  // unknown tool with a result in place of an error, and converts all schemas again for every list.
  mcp.server.registerCapabilities({ tools: {} });
  mcp.server.setRequestHandler(ListToolsRequestSchema, () => ({ tools: LISTED }));
  mcp.server.setRequestHandler(CallToolRequestSchema, async ({ params }) => {
    const tool = TOOLS_BY_NAME.get(params.name);
    if (tool === undefined) {
      // Not an McpError, which would put its code into the message.
      throw Object.assign(new Error(`unknown tool "${params.name}"`), { code: ErrorCode.InvalidParams });
    }
    ledger.record(params.name);
    const ms = delayMs?.(params.name) ?? 0;
    if (ms > 0) await pause(ms, undefined, { signal: closing });
    return tool.call(store, params.arguments ?? {});
  });

  // GitHub announces no list changes, and there are none here.
  mcp.server.registerCapabilities({ prompts: { listChanged: undefined }, resources: { listChanged: undefined } });
  return mcp;
}
