import type { IncomingMessage } from 'node:http';
import type { Answer } from '../answer.ts';
import { type Connections, connectionNamed, upstreamUrl } from '../connections.ts';
import { openEnvelope } from '../envelope.ts';
import { failedRequest } from '../platform-error.ts';
import { readBody } from '../read-body.ts';
import type { Route } from './route.ts';

const ADDRESS = '/api/2.0/external-function';
/** Default of maxRequestPayloadSizeExternalFunctions. [facts/databricks.md, section 2] */
const MAX_REQUEST_BYTES = 4 * 1024 * 1024;
const SESSION_HEADER = 'mcp-session-id';
/** Headers of a message's framing and of one hop: in an envelope they mean nothing. */
const NOT_FORWARDED = new Set(['connection', 'content-length', 'expect', 'host', 'keep-alive', 'transfer-encoding']);

export interface ExternalFunctionOptions {
  readonly connections: Connections;
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
}

/** `POST /api/2.0/external-function`: the call to the server stands in the body. */
export function externalFunction(options: ExternalFunctionOptions): Route {
  return {
    async open(request, forward) {
      if (request.method !== 'POST' || request.url !== ADDRESS) return undefined;
      const body = await readBody(request, MAX_REQUEST_BYTES);
      const envelope = openEnvelope(body);
      const { method, params, path, text } = envelope;
      const url = upstreamUrl(connectionNamed(options.connections, envelope.connection), path, params);
      const headers = Object.fromEntries(
        Object.entries(envelope.headers).filter(([name]) => !NOT_FORWARDED.has(name.toLowerCase())),
      );
      return {
        route: 'external-function',
        ...envelope,
        outer: { headers: request.headers, body: body.toString() },
        async forward() {
          const upstream = await forward({ url, method, headers, body: text });
          return {
            ...head(upstream, options),
            body: options.body === 'streamed' ? upstream : await whole(url, upstream),
          };
        },
      };
    },
    shown: (answer) => ({ ...answer, headers: { 'content-type': 'text/plain', ...answer.headers } }),
  };
}

function head(
  { headers, statusCode = 200 }: IncomingMessage,
  { sessionHeader = SESSION_HEADER, status }: ExternalFunctionOptions,
): Pick<Answer, 'status' | 'headers'> {
  const sessionId = headers[SESSION_HEADER];
  return {
    status: status === 'hidden' ? 200 : statusCode,
    // Of the server's own headers only this one is known to come through. [databricks-sdk-py PR #1006]
    headers: typeof sessionId === 'string' ? { [sessionHeader]: sessionId } : {},
  };
}

async function whole(url: URL, upstream: IncomingMessage): Promise<Buffer> {
  try {
    return await readBody(upstream);
  } catch (error) {
    throw failedRequest(url.href, error);
  }
}
