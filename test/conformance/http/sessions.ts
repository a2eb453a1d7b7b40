/** Streamable HTTP as the legacy era has it: a transport of the SDK for each session. */

import { randomUUID } from 'node:crypto';
import { NodeStreamableHTTPServerTransport } from '@modelcontextprotocol/node';
import { type Endpoint, openEndpoint } from './endpoint.ts';
import { EventLog } from './event-log.ts';

/** What a stream that breaks is to wait before it is taken up again. */
const RETRY_MS = 100;
/** What the SDK's own server answers for a session that it does not know. */
const SESSION_NOT_FOUND = '{"jsonrpc":"2.0","error":{"code":-32001,"message":"Session not found"},"id":null}';

/** @param begin - puts somebody behind a new session */
export async function openSessions(
  begin: (transport: NodeStreamableHTTPServerTransport) => Promise<void>,
): Promise<Endpoint> {
  const sessions = new Map<string, NodeStreamableHTTPServerTransport>();
  /** Those too that no session came of: a request without an id that was refused. */
  const transports = new Set<NodeStreamableHTTPServerTransport>();

  async function newSession(): Promise<NodeStreamableHTTPServerTransport> {
    const transport = new NodeStreamableHTTPServerTransport({
      sessionIdGenerator: randomUUID,
      eventStore: new EventLog(),
      retryInterval: RETRY_MS,
      keepAliveMs: 0,
      onsessioninitialized: (id) => void sessions.set(id, transport),
      onsessionclosed: (id) => void sessions.delete(id),
    });
    transports.add(transport);
    await begin(transport);
    return transport;
  }

  return openEndpoint(
    async (request, response) => {
      const id = request.headers['mcp-session-id'];
      const session = typeof id === 'string' ? sessions.get(id) : await newSession();
      if (session === undefined) response.writeHead(404, { 'content-type': 'application/json' }).end(SESSION_NOT_FOUND);
      else await session.handleRequest(request, response);
    },
    () => Promise.all([...transports].map((transport) => transport.close())),
  );
}
