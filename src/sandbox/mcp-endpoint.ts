import { randomUUID } from 'node:crypto';
import type { IncomingMessage, ServerResponse } from 'node:http';
import type { McpServer } from '@modelcontextprotocol/sdk/server/mcp.js';
import {
  StreamableHTTPServerTransport,
  type StreamableHTTPServerTransportOptions,
} from '@modelcontextprotocol/sdk/server/streamableHttp.js';
import type { Transport } from '@modelcontextprotocol/sdk/shared/transport.js';
import { listenOnLoopback } from './loopback.ts';

const PATH = /^\/mcp\/?(?:\?|$)/;
const LOOPBACK_HOST = /^(?:127\.0\.0\.1|localhost|\[::1\])(?::\d+)?$/;
/** As GitHub has it. [github-mcp-server v1.10, observed] */
const MAX_BODY_BYTES = 5 * 1024 * 1024;
/** What the SDK's server answers for a session it does not know. */
const SESSION_NOT_FOUND = '{"jsonrpc":"2.0","error":{"code":-32001,"message":"Session not found"},"id":null}';

export interface McpEndpointOptions {
  /**
   * With sessions, `initialize` is answered with a session id and every later message has to bring it. Without, ids are
   * ignored, and GET and DELETE are refused, as GitHub does it today.
   */
  readonly sessions: boolean;
  /** In which form requests are answered. */
  readonly answers: 'json' | 'sse';
  /** A new server, not yet connected. */
  createServer(): McpServer;
}

/** An MCP server over Streamable HTTP on loopback. */
export interface McpEndpoint {
  /** `http://127.0.0.1:PORT/mcp` */
  readonly url: string;
  /** Every session id issued so far, oldest first. */
  readonly sessionIds: readonly string[];
  /** How many sessions can be used at this moment. */
  liveSessions(): number;
  /**
   * Forgets all sessions, as a server that was restarted has: messages with their ids are answered with 404 from now
   * on, and their standing streams end. What is being answered at this moment is still answered.
   */
  forgetSessions(): void;
  openSockets(): number;
  /** Breaks every connection and resolves when the last one is gone. */
  close(): Promise<void>;
}

/** The standing streams of a session, which have to end with it. */
type Session = Set<ServerResponse>;

export async function startMcpEndpoint(options: McpEndpointOptions): Promise<McpEndpoint> {
  const sessionIds: string[] = [];
  const sessions = new Map<string, Session>();

  /**
   * Each exchange has a server of its own, with sessions too, as it is at GitHub. One server for a session would, in the
   * SDK, leave two kinds of requests without an answer: the first of two with the same id, and one that is cancelled;
   * and it would keep some 5 kB of each answer as JSON. [@modelcontextprotocol/sdk 1.32.2, observed]
   */
  async function exchange(
    request: IncomingMessage,
    response: ServerResponse,
    session: StreamableHTTPServerTransportOptions = {},
  ): Promise<void> {
    const server = options.createServer();
    const transport = new StreamableHTTPServerTransport({
      ...session,
      enableJsonResponse: options.answers === 'json',
      maxRequestBodySize: MAX_BODY_BYTES,
      keepAliveMs: 0,
    });
    response.once('close', () => void server.close());
    // The SDK's class declares `onclose` wider than its own interface, which exactOptionalPropertyTypes objects to.
    await server.connect(transport as Transport);
    await transport.handleRequest(request, response);
  }

  /** Whatever comes without a session id: the SDK accepts `initialize`, and words the refusal of all else. */
  function openSession(request: IncomingMessage, response: ServerResponse): Promise<void> {
    return exchange(request, response, {
      sessionIdGenerator: randomUUID,
      onsessioninitialized(id) {
        sessionIds.push(id);
        sessions.set(id, new Set());
      },
    });
  }

  async function inSession(request: IncomingMessage, response: ServerResponse, id: string): Promise<void> {
    const session = sessions.get(id);
    if (session === undefined) {
      response.writeHead(404, { 'content-type': 'application/json' }).end(SESSION_NOT_FOUND);
    } else if (request.method === 'DELETE') {
      forget(id, session);
      response.end();
    } else {
      if (request.method === 'GET') {
        session.add(response);
        response.once('close', () => session.delete(response));
      }
      await exchange(request, response);
    }
  }

  function forget(id: string, session: Session): void {
    sessions.delete(id);
    for (const stream of session) stream.end();
  }

  function forgetSessions(): void {
    for (const [id, session] of sessions) forget(id, session);
  }

  async function serve(request: IncomingMessage, response: ServerResponse): Promise<void> {
    const { headers, method, url = '' } = request;
    const id = headers['mcp-session-id'];
    if (!LOOPBACK_HOST.test(headers.host ?? '')) {
      // A page in a browser must not reach the sandbox by a name that it has pointed to 127.0.0.1.
      refuse(response, 403, `Forbidden: invalid Host header "${headers.host}"`);
    } else if (!PATH.test(url)) {
      refuse(response, 404, '404 page not found');
    } else if (options.sessions) {
      await (typeof id === 'string' ? inSession(request, response, id) : openSession(request, response));
    } else if (method === 'POST') {
      await exchange(request, response);
    } else {
      refuse(response, 405, 'Method Not Allowed', { allow: 'POST' });
    }
  }

  const { close, openSockets, origin } = await listenOnLoopback((request, response) => {
    serve(request, response).catch(() => response.destroy());
  });
  return {
    url: `${origin}/mcp`,
    sessionIds,
    liveSessions: () => sessions.size,
    forgetSessions,
    openSockets,
    close() {
      sessions.clear();
      return close();
    },
  };
}

function refuse(response: ServerResponse, status: number, text: string, headers: Record<string, string> = {}): void {
  response.writeHead(status, { 'content-type': 'text/plain; charset=utf-8', ...headers }).end(`${text}\n`);
}
