/** The official clients, by one face. */

import { Client as V2Client, StreamableHTTPClientTransport as V2Http } from '@modelcontextprotocol/client';
import { StdioClientTransport as V2Stdio } from '@modelcontextprotocol/client/stdio';
import { Client as V1Client } from '@modelcontextprotocol/sdk/client/index.js';
import { StdioClientTransport as V1Stdio } from '@modelcontextprotocol/sdk/client/stdio.js';
import { StreamableHTTPClientTransport as V1Http } from '@modelcontextprotocol/sdk/client/streamableHttp.js';
import type { Transport as V1Transport } from '@modelcontextprotocol/sdk/shared/transport.js';

interface ToolCall {
  readonly name: string;
  readonly arguments?: Record<string, unknown>;
  readonly _meta?: { progressToken: string };
}

interface Completion {
  readonly ref: { type: 'ref/prompt'; name: string } | { type: 'ref/resource'; uri: string };
  readonly argument: { name: string; value: string };
  readonly context?: { arguments: Record<string, string> };
}

/** What a script asks of a client: methods of its own, which have the same names in both. */
export interface McpClient {
  getServerVersion(): unknown;
  getServerCapabilities(): unknown;
  getInstructions(): unknown;
  ping(): Promise<unknown>;
  listTools(): Promise<unknown>;
  callTool(call: ToolCall): Promise<unknown>;
  listResources(): Promise<unknown>;
  listResourceTemplates(): Promise<unknown>;
  readResource(resource: { uri: string }): Promise<unknown>;
  subscribeResource(resource: { uri: string }): Promise<unknown>;
  unsubscribeResource(resource: { uri: string }): Promise<unknown>;
  listPrompts(): Promise<unknown>;
  getPrompt(prompt: { name: string; arguments?: Record<string, string> }): Promise<unknown>;
  complete(completion: Completion): Promise<unknown>;
  setLoggingLevel(level: 'debug' | 'warning'): Promise<unknown>;
}

/** Hooks of a transport that a client, when it takes the transport, leaves in place. */
interface Hooks {
  onmessage?(message: unknown): void;
  onerror?(error: Error): void;
}

/** A client before it has said anything. */
export interface Opening {
  readonly client: McpClient;
  readonly transport: Hooks;
  /** Starts the transport and initializes. */
  connect(): Promise<void>;
  /** Ends the session, where that is up to the client, and then the transport. */
  end(): Promise<void>;
}

/** How a client gets to its server. */
export type Way =
  | { readonly url: string }
  | { readonly command: string; readonly args: string[]; readonly env: Record<string, string> };

/** A new client on a new transport of its own. */
export type OpenClient = (way: Way) => Opening;

export const IDENTITY: Readonly<Record<'name' | 'version', string>> = { name: 'interop', version: '1.0.0' };
/** For this, server-everything offers the one tool whose error carries data. No script makes it ask for more. */
const CAPABILITIES = { elicitation: { url: {} } };

/** Gives a client of the first generation a transport. */
export function openV1(client: V1Client, way: Way): Opening {
  const transport =
    'url' in way
      ? new V1Http(new URL(way.url), { fetch: withoutStandingStream })
      : new V1Stdio({ ...way, stderr: 'pipe' });
  return {
    client,
    transport,
    // The class declares `sessionId` wider than the SDK's own interface, to which exactOptionalPropertyTypes objects.
    connect: () => client.connect(transport as V1Transport),
    async end() {
      if (transport instanceof V1Http) await transport.terminateSession();
      await client.close();
    },
  };
}

/** Gives a client of the second generation a transport. */
export function openV2(client: V2Client, way: Way): Opening {
  const transport =
    'url' in way
      ? new V2Http(new URL(way.url), { fetch: withoutStandingStream })
      : new V2Stdio({ ...way, stderr: 'pipe' });
  return {
    client,
    transport,
    connect: () => client.connect(transport),
    async end() {
      if (transport instanceof V2Http) await transport.terminateSession();
      await client.close();
    },
  };
}

/** By the generation of the SDK: `@modelcontextprotocol/sdk`, and `@modelcontextprotocol/client`. */
export const CLIENTS: Readonly<Record<'v1' | 'v2', OpenClient>> = {
  v1: (way) => openV1(new V1Client(IDENTITY, { capabilities: CAPABILITIES }), way),
  v2: (way) => openV2(new V2Client(IDENTITY, { capabilities: CAPABILITIES }), way),
};

/**
 * On some routes the bridge has no standing stream, and no script needs one. Whoever is compared with it does without: a GET is answered as by a server that offers none.
 */
const withoutStandingStream: typeof fetch = async (url, init) =>
  init?.method === 'GET' ? new Response(null, { status: 405 }) : fetch(url, init);
