/**
 * One plain HTTP request through a connection, as the public recipe makes it beside MCP: any API that the connection's
 * credential opens. [databricks-sdk-py 0.133, mixins/open_ai_client.py; docs.databricks.com, rest-api-proxy, 2026-07]
 */

import type { Access, HttpCall } from '../ports.ts';
import { Problem } from '../protocol/problem.ts';

export const METHODS = ['GET', 'POST', 'PUT', 'PATCH', 'DELETE'] as const;

export interface PlainRequest {
  readonly method: (typeof METHODS)[number];
  /** Below the connection's base path, with leading slash. */
  readonly path: string;
  /** Without the question mark. */
  readonly query: string | undefined;
  /** For the server behind the connection. */
  readonly headers: Readonly<Record<string, string>>;
  /** JSON text, to be carried unchanged. */
  readonly data: string | undefined;
}

export interface PlainWay {
  readonly connection: string;
  readonly route: string;
  readonly userAgent: string;
}

/** @throws Problem where the way cannot carry the request */
export function wrapPlain(way: PlainWay, request: PlainRequest, access: Access): HttpCall {
  switch (way.route) {
    case 'external-function':
      return enveloped(way, request, access);
    case 'connection-proxy':
      return proxied(way, request, access);
    default:
      throw new Problem('badMessage', `The route ${way.route} carries MCP messages only.`, {
        hint: 'Use --route external-function or --route connection-proxy.',
      });
  }
}

function enveloped({ connection, userAgent }: PlainWay, request: PlainRequest, access: Access): HttpCall {
  const { data, headers, method, path, query } = request;
  const body = {
    connection_name: connection,
    method,
    path,
    headers: JSON.stringify(headers),
    json: data ?? null,
    params: query === undefined ? null : JSON.stringify(parametersOf(query)),
  };
  return {
    origin: access.origin,
    method: 'POST',
    path: '/api/2.0/external-function',
    headers: { ...outer(access, userAgent), 'content-type': 'application/json', accept: 'text/plain' },
    body: JSON.stringify(body),
  };
}

function proxied({ connection, userAgent }: PlainWay, request: PlainRequest, access: Access): HttpCall {
  const { data, headers, method, path, query } = request;
  if (query !== undefined) {
    throw new Problem(
      'badMessage',
      'The connections proxy takes a query for a part of the path, which no server has.',
      {
        hint: 'Use --route external-function for requests with a query.',
      },
    );
  }
  const own = Object.fromEntries(Object.entries(headers).map(([name, value]) => [name.toLowerCase(), value]));
  return {
    origin: access.origin,
    method,
    path: `/api/2.0/unity-catalog/connections/${connection}/proxy${path}`,
    headers: { ...own, ...outer(access, userAgent) },
    body: data,
  };
}

function outer({ token, workspaceId }: Access, userAgent: string): Record<string, string> {
  const headers: Record<string, string> = {
    authorization: `Bearer ${token}`,
    'accept-encoding': 'identity',
    'user-agent': userAgent,
  };
  if (workspaceId !== undefined) headers['x-databricks-workspace-id'] = workspaceId;
  return headers;
}

/** The envelope holds one value for each name. */
function parametersOf(query: string): Record<string, string> {
  const parameters = new Map<string, string>();
  for (const [name, value] of new URLSearchParams(query)) {
    if (parameters.has(name)) {
      throw new Problem('badMessage', `The query has "${name}" twice, and the workspace carries one of each name.`, {
        hint: 'Leave one of them out.',
      });
    }
    parameters.set(name, value);
  }
  return Object.fromEntries(parameters);
}
