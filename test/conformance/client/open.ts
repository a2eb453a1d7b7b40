/** The official clients, connected to a server under a URL: over HTTP themselves, or on stdio to a bridge. */

import { Client as ModernClient, StreamableHTTPClientTransport as ModernHttp } from '@modelcontextprotocol/client';
import { StdioClientTransport as ModernStdio } from '@modelcontextprotocol/client/stdio';
import { Client as LegacyClient } from '@modelcontextprotocol/sdk/client/index.js';
import { StdioClientTransport as LegacyStdio } from '@modelcontextprotocol/sdk/client/stdio.js';
import { StreamableHTTPClientTransport as LegacyHttp } from '@modelcontextprotocol/sdk/client/streamableHttp.js';
import type { Transport as LegacyTransport } from '@modelcontextprotocol/sdk/shared/transport.js';
import { ElicitRequestSchema } from '@modelcontextprotocol/sdk/types.js';
import type { Command } from '../bridge.ts';
import type { ConformanceClient } from './scenarios.ts';

export interface OpenClient extends ConformanceClient {
  close(): Promise<void>;
}

const IDENTITY = { name: 'conformance-client', version: '1.0.0' };
/** A user who agrees to everything and fills in nothing. */
const ACCEPTED = { action: 'accept' as const, content: {} };

/** `@modelcontextprotocol/sdk`, which knows only the legacy era. */
export async function openLegacyClient(way: URL | Command): Promise<OpenClient> {
  const client = new LegacyClient(IDENTITY, { capabilities: { elicitation: { form: { applyDefaults: true } } } });
  client.setRequestHandler(ElicitRequestSchema, () => ACCEPTED);
  const transport = way instanceof URL ? new LegacyHttp(way) : new LegacyStdio({ ...way, stderr: 'inherit' });
  // The class declares `sessionId` wider than the SDK's own interface, to which exactOptionalPropertyTypes objects.
  await client.connect(transport as LegacyTransport);
  return client;
}

/** `@modelcontextprotocol/client`, which asks the server for its era first. */
export async function openModernClient(way: URL | Command): Promise<OpenClient> {
  const client = new ModernClient(IDENTITY, {
    capabilities: { elicitation: { form: {} }, roots: {}, sampling: {} },
    versionNegotiation: { mode: 'auto' },
  });
  client.setRequestHandler('elicitation/create', () => ACCEPTED);
  const transport = way instanceof URL ? new ModernHttp(way) : new ModernStdio({ ...way, stderr: 'inherit' });
  await client.connect(transport);
  return client;
}
