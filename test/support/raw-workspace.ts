/** A workspace that is nothing but an HTTP server: for routes on which the bridge speaks to the MCP server directly. */

import { once } from 'node:events';
import { createServer, type IncomingHttpHeaders, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { text } from 'node:stream/consumers';
import { onTestFinished } from 'vitest';

/** One request as it arrived. */
export interface RawCall {
  readonly method: string;
  readonly path: string;
  readonly headers: IncomingHttpHeaders;
  readonly body: string;
  /** Method of the MCP message in the body; `response` for an answer of the client; the HTTP method where there is none. */
  readonly what: string;
  readonly id: unknown;
}

export type RawHandler = (call: RawCall, response: ServerResponse) => void | Promise<void>;

export interface RawWorkspace {
  readonly host: string;
  readonly calls: readonly RawCall[];
  of(what: string): readonly RawCall[];
  /** Resolves with the nth call of a kind, counted from 1, when it has come. */
  arrived(what: string, nth?: number): Promise<RawCall>;
  /** Closes every connection, as hops in between do with those that nobody uses. */
  dropConnections(): void;
}

/** Starts it for the length of a test. What the script leaves out is answered as a legacy server with a session does. */
export async function startRawWorkspace(script: Readonly<Record<string, RawHandler>>): Promise<RawWorkspace> {
  const calls: RawCall[] = [];
  let wake: (() => void)[] = [];
  const server = createServer(async (request, response) => {
    const body = await text(request);
    const message = body.startsWith('{') ? JSON.parse(body) : {};
    const what =
      body === '' ? (request.method ?? '') : (message.method ?? (body.startsWith('[') ? 'batch' : 'response'));
    const { headers, method = '', url: path = '' } = request;
    const call = { method, path, headers, body, what, id: message.id };
    calls.push(call);
    for (const resolve of wake.splice(0)) resolve();
    await (script[what] ?? WELL_BEHAVED[what] ?? answer({}))(call, response);
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  onTestFinished(async () => {
    server.closeAllConnections();
    server.close();
    await once(server, 'close');
  });
  const of = (what: string) => calls.filter((call) => call.what === what);
  return {
    host: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    calls,
    of,
    dropConnections: () => server.closeAllConnections(),
    async arrived(what, nth = 1) {
      for (;;) {
        const call = of(what)[nth - 1];
        if (call) return call;
        await new Promise<void>((resolve) => {
          wake = [...wake, resolve];
        });
      }
    },
  };
}

/** Answers with a result, as JSON. */
export function answer(result: unknown, headers: Readonly<Record<string, string>> = {}): RawHandler {
  return ({ id }, response) => {
    response.writeHead(200, { 'content-type': 'application/json', ...headers });
    response.end(JSON.stringify({ jsonrpc: '2.0', id, result }));
  };
}

export function status(code: number, body = ''): RawHandler {
  return (_, response) => {
    response.writeHead(code).end(body);
  };
}

/** Begins an event stream; what is written to the answer is sent at once. */
export function stream(response: ServerResponse): ServerResponse {
  response.writeHead(200, { 'content-type': 'text/event-stream' });
  response.flushHeaders();
  return response;
}

/** One event. */
export function event(message: object, fields = ''): string {
  return `${fields}data: ${JSON.stringify({ jsonrpc: '2.0', ...message })}\n\n`;
}

const WELL_BEHAVED: Readonly<Record<string, RawHandler>> = {
  initialize: ({ body }, response) => {
    const { id, params } = JSON.parse(body);
    const result = {
      protocolVersion: params.protocolVersion,
      capabilities: {},
      serverInfo: { name: 'raw', version: '1' },
    };
    response.writeHead(200, { 'content-type': 'application/json', 'mcp-session-id': 'raw-session-1' });
    response.end(JSON.stringify({ jsonrpc: '2.0', id, result }));
  },
  'notifications/initialized': status(202),
  'notifications/cancelled': status(202),
  response: status(202),
  GET: status(405),
  DELETE: status(200),
};
