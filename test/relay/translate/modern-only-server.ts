/** A server of the official SDK, second generation, that refuses everything of the legacy era. */

import { createServer, type RequestListener } from 'node:http';
import type { AddressInfo } from 'node:net';
import { toNodeHandler } from '@modelcontextprotocol/node';
import { createMcpHandler, inputRequired, McpServer } from '@modelcontextprotocol/server';
import { z } from 'zod';
import { type Latch, latch } from '../../support/latch.ts';

export interface ModernOnlyServer {
  readonly origin: string;
  /** Tells every subscription. */
  readonly notify: { toolsChanged(): void; resourceUpdated(uri: string): void };
  /** A call of the tool `wait`, which has no other end than to be given up. */
  readonly waiting: { readonly begun: Promise<void>; readonly abandoned: Promise<void> };
  close(): Promise<void>;
}

export async function startModernOnlyServer(): Promise<ModernOnlyServer> {
  const [begun, abandoned] = [latch(), latch()];
  const handler = createMcpHandler(() => buildServer(begun, abandoned), { legacy: 'reject', keepAliveMs: 0 });
  // The SDK's types are not written for exactOptionalPropertyTypes.
  const http = createServer(toNodeHandler(handler) as RequestListener);
  await new Promise<void>((resolve) => http.listen(0, '127.0.0.1', resolve));
  const { port } = http.address() as AddressInfo;
  return {
    origin: `http://127.0.0.1:${port}`,
    notify: handler.notify,
    waiting: { begun: begun.opened, abandoned: abandoned.opened },
    async close() {
      await handler.close();
      http.closeAllConnections();
      await new Promise((resolve) => http.close(resolve));
    },
  };
}

function buildServer(begun: Latch, abandoned: Latch): McpServer {
  const server = new McpServer(
    { name: 'modern-only', version: '7' },
    {
      capabilities: { logging: {}, resources: { subscribe: true }, tools: { listChanged: true } },
      instructions: 'Be modern.',
    },
  );
  server.registerTool('echo', { inputSchema: z.object({ text: z.string() }) }, async ({ text }, { mcpReq }) => {
    await mcpReq.log('info', `echo ${text}`);
    const progressToken = mcpReq._meta?.progressToken;
    if (progressToken !== undefined) {
      for (const progress of [1, 2]) {
        await mcpReq.notify({ method: 'notifications/progress', params: { progressToken, progress, total: 2 } });
      }
    }
    return { content: [{ type: 'text', text }] };
  });
  server.registerTool('greet', { inputSchema: z.object({}) }, async (_, { mcpReq }) => {
    const { inputResponses } = mcpReq;
    if (inputResponses !== undefined) {
      return { content: [{ type: 'text', text: JSON.stringify([inputResponses, mcpReq.requestState()]) }] };
    }
    const requestedSchema = { type: 'object' as const, properties: { name: { type: 'string' as const } } };
    const who = inputRequired.elicit({ message: 'Who are you?', requestedSchema });
    const where = inputRequired.listRoots();
    return inputRequired({ inputRequests: { who, where }, requestState: 'größe/\u2028"' });
  });
  server.registerTool('wait', { inputSchema: z.object({}) }, (_, { mcpReq: { signal } }) => {
    begun.open();
    return new Promise((_resolve, reject) => {
      signal.addEventListener('abort', () => {
        abandoned.open();
        reject(signal.reason);
      });
    });
  });
  server.registerResource('file', 'file:///a', {}, async ({ href }) => ({ contents: [{ uri: href, text: 'a' }] }));
  return server;
}
