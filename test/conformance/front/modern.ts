/**
 * A bridge behind HTTP, as the modern era has it. What HTTP asks of a server is done here, with the SDK's own parts: the
 * headers are held against the body, an answer becomes JSON or a stream, and errors get their status.
 */

import type { RequestListener } from 'node:http';
import type { StdioClientTransport } from '@modelcontextprotocol/client/stdio';
import { toNodeHandler } from '@modelcontextprotocol/node';
import {
  classifyInboundRequest,
  isJSONRPCResponse,
  type JSONRPCRequest,
  PerRequestHTTPServerTransport,
} from '@modelcontextprotocol/server';
import type { Command } from '../bridge.ts';
import { type Endpoint, openEndpoint } from '../http/endpoint.ts';
import { Lanes } from './lanes.ts';

/** [MCP 2026-07-28, Streamable HTTP: errors of the protocol itself] */
const STATUS: Readonly<Record<number, number>> = { [-32601]: 404, [-32020]: 400, [-32021]: 400, [-32022]: 400 };

export function openModernFront(command: Command): Promise<Endpoint> {
  const lanes = new Lanes(command);
  const handler = toNodeHandler({ fetch: (request) => serve(request, lanes) });
  // The SDK's types are not written for exactOptionalPropertyTypes.
  return openEndpoint(handler as RequestListener, () => lanes.close());
}

async function serve(request: Request, lanes: Lanes): Promise<Response> {
  if (request.method !== 'POST') return new Response(null, { status: 405, headers: { allow: 'POST' } });
  const body: unknown = await request.json();
  const header = (name: string) => request.headers.get(name);
  const [protocolVersionHeader, mcpMethodHeader, mcpNameHeader] = [
    header('mcp-protocol-version'),
    header('mcp-method'),
    header('mcp-name'),
  ];
  const route = classifyInboundRequest({
    httpMethod: request.method,
    ...(protocolVersionHeader !== null && { protocolVersionHeader }),
    ...(mcpMethodHeader !== null && { mcpMethodHeader }),
    ...(mcpNameHeader !== null && { mcpNameHeader }),
    body,
  });
  if (route.kind !== 'modern' || route.messageKind !== 'request') {
    const { code, data, httpStatus, message } = route.kind === 'reject' ? route : NOT_MODERN;
    const id = (body as Partial<JSONRPCRequest>).id ?? null;
    return Response.json({ jsonrpc: '2.0', id, error: { code, message, data } }, { status: httpStatus });
  }
  const exchange = new PerRequestHTTPServerTransport({ classification: route.classification, keepAliveMs: 0 });
  await join(exchange, lanes);
  return withStatus(await exchange.handleMessage(route.message, { request }));
}

const NOT_MODERN = {
  httpStatus: 400,
  code: -32600,
  message: 'Only requests of 2026-07-28 are served.',
  data: undefined,
};

/** Has a lane answer the one request of an exchange. */
async function join(exchange: PerRequestHTTPServerTransport, lanes: Lanes): Promise<void> {
  const lane = await lanes.take();
  let request: JSONRPCRequest | undefined;
  exchange.onmessage = (message) => {
    request = message as unknown as JSONRPCRequest;
    lane.send(message).catch(() => exchange.close());
  };
  exchange.onclose = () => {
    if (request !== undefined) void giveUp(request, lane, lanes);
  };
  lane.onmessage = async (message) => {
    if (isJSONRPCResponse(message)) {
      request = undefined;
      lanes.release(lane);
      await exchange.send(message);
    } else if (request !== undefined) {
      await exchange.send(message, { relatedRequestId: request.id });
    }
  };
  await exchange.start();
}

/** The client has gone: what HTTP says by that, stdio has a message for. */
async function giveUp({ id }: JSONRPCRequest, lane: StdioClientTransport, lanes: Lanes): Promise<void> {
  lane.onmessage = () => {};
  await lane.send({ jsonrpc: '2.0', method: 'notifications/cancelled', params: { requestId: id } });
  await lanes.retire(lane);
}

async function withStatus(response: Response): Promise<Response> {
  if (response.headers.get('content-type') !== 'application/json') return response;
  const body = (await response.json()) as { error?: { code: number } };
  const status = body.error === undefined ? response.status : (STATUS[body.error.code] ?? response.status);
  return Response.json(body, { status });
}
