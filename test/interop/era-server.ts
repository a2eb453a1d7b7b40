/** A server of the official SDK, second generation, and what of it each era is given. */

import { randomUUID } from 'node:crypto';
import { once } from 'node:events';
import { createServer, type IncomingHttpHeaders } from 'node:http';
import type { AddressInfo } from 'node:net';
import { json } from 'node:stream/consumers';
import { toNodeHandler } from '@modelcontextprotocol/node';
import {
  createMcpHandler,
  inputRequired,
  isLegacyRequest,
  type McpHttpHandler,
  McpServer,
  WebStandardStreamableHTTPServerTransport,
} from '@modelcontextprotocol/server';
import { z } from 'zod';

/** How the server treats clients that initialize: it refuses them, serves each message by itself, or keeps a session. */
export type LegacyServing = 'reject' | 'stateless' | 'sessions';

/** One POST as it arrived. */
export interface SeenMessage {
  /** Undefined for an answer of the client. */
  readonly method: string | undefined;
  /** Those that MCP has something to say about. A session id is another one each time, and not among them. */
  readonly headers: IncomingHttpHeaders;
}

const TELLING = /^(?:accept|content-type|mcp-(?:protocol-version|method|name|param-.*))$/;

export interface EraServer {
  readonly url: string;
  /** Every message that was posted so far, oldest first. */
  readonly seen: readonly SeenMessage[];
  close(): Promise<void>;
}

export async function startEraServer(legacy: LegacyServing): Promise<EraServer> {
  const strict = legacy === 'sessions' ? 'reject' : legacy;
  const modern = createMcpHandler(buildServer, { legacy: strict, keepAliveMs: 0 });
  const handler = toNodeHandler(legacy === 'sessions' ? withSessions(modern) : modern);
  const seen: SeenMessage[] = [];
  const http = createServer(async (request, response) => {
    const message = request.method === 'POST' ? ((await json(request)) as { method?: string }) : undefined;
    if (message) seen.push({ method: message.method, headers: telling(request.headers) });
    await handler(request as Parameters<typeof handler>[0], response, message);
  });
  await once(http.listen(0, '127.0.0.1'), 'listening');
  const { port } = http.address() as AddressInfo;
  return {
    url: `http://127.0.0.1:${port}/mcp`,
    seen,
    async close() {
      await modern.close();
      http.closeAllConnections();
      await once(http.close(), 'close');
    },
  };
}

function telling(headers: IncomingHttpHeaders): IncomingHttpHeaders {
  return Object.fromEntries(Object.entries(headers).filter(([name]) => TELLING.test(name)));
}

/** Puts an endpoint with sessions before a strict one, as the SDK's documentation of `isLegacyRequest` has it. */
function withSessions(modern: McpHttpHandler): Pick<McpHttpHandler, 'fetch'> {
  const open = new Map<string, WebStandardStreamableHTTPServerTransport>();
  return {
    async fetch(request, options = {}) {
      if (!(await isLegacyRequest(request, options.parsedBody))) return modern.fetch(request, options);
      const id = request.headers.get('mcp-session-id');
      const transport = id === null ? await begin() : open.get(id);
      return transport?.handleRequest(request, options) ?? new Response(null, { status: 404 });
    },
  };

  async function begin(): Promise<WebStandardStreamableHTTPServerTransport> {
    const transport = new WebStandardStreamableHTTPServerTransport({
      sessionIdGenerator: randomUUID,
      onsessioninitialized: (id) => void open.set(id, transport),
      onsessionclosed: (id) => void open.delete(id),
    });
    await buildServer().connect(transport);
    return transport;
  }
}

function buildServer(): McpServer {
  const server = new McpServer(
    { name: 'both-eras', version: '1.0.0' },
    { capabilities: { logging: {} }, instructions: 'Speak "φάρος"\n🗼.' },
  );
  server.registerTool(
    'echo',
    { description: 'Says it back, and logs it.', inputSchema: z.object({ text: z.string() }) },
    async ({ text }, { mcpReq }) => {
      await mcpReq.log('info', `echo ${text}`);
      return { content: [{ type: 'text', text }], structuredContent: { text } };
    },
  );
  server.registerTool('refuse', { inputSchema: z.object({}) }, () => {
    throw new Error('The lamp is out.');
  });
  server.registerTool('count', { inputSchema: z.object({ to: z.number() }) }, async ({ to }, { mcpReq }) => {
    const progressToken = mcpReq._meta?.progressToken;
    if (progressToken === undefined) throw new Error('Nobody listens.');
    for (let progress = 1; progress <= to; progress++) {
      await mcpReq.notify({ method: 'notifications/progress', params: { progressToken, progress, total: to } });
    }
    return { content: [{ type: 'text', text: `counted to ${to}` }] };
  });
  server.registerTool(
    'route',
    { inputSchema: z.object({ region: z.string().meta({ 'x-mcp-header': 'Region' }), n: z.number() }) },
    async ({ n, region }) => ({ content: [{ type: 'text', text: `${region} ${n}` }] }),
  );
  server.registerTool('ask', { inputSchema: z.object({}) }, (_, { mcpReq }) => {
    if (mcpReq.inputResponses !== undefined) {
      return { content: [{ type: 'text', text: JSON.stringify(mcpReq.inputResponses) }] };
    }
    const requestedSchema = { type: 'object' as const, properties: { name: { type: 'string' as const } } };
    return inputRequired({
      inputRequests: { who: inputRequired.elicit({ message: 'Who is there?', requestedSchema }) },
    });
  });
  return server;
}
