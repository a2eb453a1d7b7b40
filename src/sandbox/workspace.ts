import { randomUUID } from 'node:crypto';
import { Agent, type IncomingHttpHeaders, type IncomingMessage, type ServerResponse } from 'node:http';
import { pipeline } from 'node:stream/promises';
import { type Envelope, openEnvelope } from './envelope.ts';
import { forward, upstreamUrl } from './forward.ts';
import { listenOnLoopback } from './loopback.ts';
import {
  connectionMissing,
  endpointNotFound,
  failedRequest,
  invalidToken,
  noCredential,
  PlatformError,
  requestTooLarge,
} from './platform-error.ts';

const EXTERNAL_FUNCTION = '/api/2.0/external-function';
/** Default of maxRequestPayloadSizeExternalFunctions. [facts/databricks.md, section 2] */
const MAX_REQUEST_BYTES = 4 * 1024 * 1024;
/** Shorter than the 5 s after which Node's own servers close an idle connection: it must not be used at that moment. */
const UPSTREAM_IDLE_MS = 3_000;
const SESSION_HEADER = 'mcp-session-id';

/** An HTTP connection of the workspace. */
export interface Connection {
  /** Host and base path of the server behind it: `http://127.0.0.1:1234/mcp`. */
  readonly url: string;
}

/** What the workspace answers a call with. */
export interface Answer {
  readonly status: number;
  readonly headers?: Readonly<Record<string, string>> | undefined;
  readonly body: string | Uint8Array;
}

/** What a hook has answered instead of the server: an answer, or a connection that breaks, perhaps amid an answer. */
export type CannedReply = Answer | { readonly cut: true; readonly after?: Answer | undefined };

/** One call of external-function that the workspace has let in. */
export interface ExternalCall extends Envelope {
  /** The request as the client sent it. */
  readonly outer: { readonly headers: IncomingHttpHeaders; readonly body: string };
  /** Sends the call on, once, and gives what the workspace would answer: to be late with, to change or to drop. */
  forward(): Promise<Answer>;
}

export interface WorkspaceOptions {
  /** The one bearer token that opens the door. */
  readonly token: string;
  /** By name. */
  readonly connections: Readonly<Record<string, Connection>>;
  /**
   * Whether the status of the server behind the connection shows in the outer one, or that is always 200. Both may be
   * so in reality. [facts/databricks.md, section 2]
   *
   * @defaultValue 'relayed'
   */
  readonly status?: 'relayed' | 'hidden' | undefined;
  /**
   * Whether a body is passed on when it is complete, or as it arrives.
   *
   * @defaultValue 'whole'
   */
  readonly body?: 'whole' | 'streamed' | undefined;
  /**
   * How the name of the outer header with the session id is written.
   *
   * @defaultValue 'mcp-session-id'
   */
  readonly sessionHeader?: string | undefined;
  /** Sees each call before it is sent on, and may answer it instead. */
  readonly onCall?: ((call: ExternalCall) => Promise<CannedReply | undefined> | CannedReply | undefined) | undefined;
}

/** A Databricks workspace on loopback, as far as external-function goes. */
export interface Workspace {
  /** `http://127.0.0.1:PORT` */
  readonly host: string;
  /** Calls of external-function that were let in so far. */
  calls(): number;
  /** Connections that clients hold to the workspace at this moment, idle ones included. */
  openSockets(): number;
  /** Breaks every connection, on both sides, and resolves when the last client is gone. */
  close(): Promise<void>;
}

export async function startWorkspace(options: WorkspaceOptions): Promise<Workspace> {
  const agent = new Agent({ keepAlive: true, timeout: UPSTREAM_IDLE_MS });
  let calls = 0;

  async function answer(request: IncomingMessage, response: ServerResponse, requestId: string): Promise<void> {
    checkToken(request.headers.authorization, options.token, requestId);
    const { method = '', url: path = '' } = request;
    if (method !== 'POST' || path !== EXTERNAL_FUNCTION) throw endpointNotFound(method, path);

    const body = await read(request, MAX_REQUEST_BYTES);
    const envelope = openEnvelope(body);
    const connection = Object.hasOwn(options.connections, envelope.connection)
      ? options.connections[envelope.connection]
      : undefined;
    if (connection === undefined) throw connectionMissing(envelope.connection);
    calls++;

    const url = upstreamUrl(connection.url, envelope);
    const upstream = () => reach(url, envelope, agent, response);
    const canned = await options.onCall?.({
      ...envelope,
      outer: { headers: request.headers, body: body.toString() },
      forward: async () => whole(url, await upstream()),
    });
    if (canned !== undefined) reply(response, canned);
    else if (options.body === 'streamed') await pass(response, await upstream());
    else send(response, await whole(url, await upstream()));
  }

  function head({ headers, statusCode = 200 }: IncomingMessage): Pick<Answer, 'status' | 'headers'> {
    const sessionId = headers[SESSION_HEADER];
    return {
      status: options.status === 'hidden' ? 200 : statusCode,
      // Of the server's own headers only this one is known to come through. [databricks-sdk-py PR #1006]
      headers: typeof sessionId === 'string' ? { [options.sessionHeader ?? SESSION_HEADER]: sessionId } : {},
    };
  }

  async function whole(url: URL, upstream: IncomingMessage): Promise<Answer> {
    try {
      return { ...head(upstream), body: await read(upstream) };
    } catch (error) {
      throw failedRequest(url.href, reasonOf(error));
    }
  }

  async function pass(response: ServerResponse, upstream: IncomingMessage): Promise<void> {
    writeHead(response, head(upstream));
    response.flushHeaders();
    await pipeline(upstream, response);
  }

  const { close, openSockets, origin } = await listenOnLoopback(async (request, response) => {
    const requestId = randomUUID();
    response.setHeader('x-request-id', requestId);
    try {
      await answer(request, response, requestId);
    } catch (error) {
      if (error instanceof PlatformError) {
        const headers = { 'content-type': 'application/json', ...error.headers };
        send(response, { status: error.status, headers, body: error.body });
      } else {
        response.destroy();
      }
    }
  });
  return {
    host: origin,
    calls: () => calls,
    openSockets,
    async close() {
      agent.destroy();
      await close();
    },
  };
}

/** @throws PlatformError */
function checkToken(authorization: string | undefined, token: string, requestId: string): void {
  const [, credential] = /^Bearer (.+)$/i.exec(authorization ?? '') ?? [];
  if (credential === undefined) throw noCredential(requestId);
  if (credential !== token) throw invalidToken(requestId);
}

/** Calls the server behind a connection, and gives up when the client is gone before it has its answer. */
async function reach(url: URL, envelope: Envelope, agent: Agent, client: ServerResponse): Promise<IncomingMessage> {
  const gone = new AbortController();
  client.once('close', () => {
    if (!client.writableFinished) gone.abort();
  });
  try {
    return await forward(url, envelope, agent, gone.signal);
  } catch (error) {
    throw failedRequest(url.href, reasonOf(error));
  }
}

/**
 * All bytes of a message.
 *
 * @param limitBytes - what exceeds it is read and dropped, so that the client is still there to be told
 * @throws PlatformError when the limit was exceeded; the stream's error when the sender broke off.
 */
async function read(message: IncomingMessage, limitBytes: number = Number.POSITIVE_INFINITY): Promise<Buffer> {
  const chunks: Buffer[] = [];
  let bytes = 0;
  for await (const chunk of message as AsyncIterable<Buffer>) {
    bytes += chunk.length;
    if (bytes <= limitBytes) chunks.push(chunk);
    else chunks.length = 0;
  }
  if (bytes > limitBytes) throw requestTooLarge(limitBytes);
  return Buffer.concat(chunks);
}

function reply(response: ServerResponse, canned: CannedReply): void {
  if (!('cut' in canned)) {
    send(response, canned);
  } else if (canned.after === undefined) {
    response.destroy();
  } else {
    writeHead(response, canned.after);
    response.flushHeaders();
    response.write(canned.after.body, () => response.destroy());
  }
}

function send(response: ServerResponse, answer: Answer): void {
  writeHead(response, answer);
  response.end(answer.body);
}

function writeHead(response: ServerResponse, { headers, status }: Pick<Answer, 'status' | 'headers'>): void {
  response.statusCode = status;
  response.setHeader('content-type', 'text/plain');
  for (const [name, value] of Object.entries(headers ?? {})) response.setHeader(name, value);
}

function reasonOf(error: unknown): string {
  return error instanceof Error ? error.message : String(error);
}
