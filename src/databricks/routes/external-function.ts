/**
 * The way of the public recipe (`serving_endpoints.http_request`): every call is a POST to one address, and what it asks
 * of the MCP server stands in the body. The answer comes back whole, under a content type that says nothing; the
 * server's session id comes as a header of the outer answer, its status perhaps as the outer status.
 *
 * [databricks-sdk-py 0.133, mixins/open_ai_client.py]
 */

import type { Access, HttpCall, McpCall, Route } from '../../ports.ts';
import { faultInError, faultOf } from '../faults/fault.ts';
import { connectionTarget } from '../targets.ts';
import { remembered } from './remembered.ts';

/** `maxRequestPayloadSizeExternalFunctions` of a workspace that has not raised it. [documented default, 4 MiB] */
const LIMIT_BYTES = 4 * 1024 * 1024;

/**
 * @param connection - name of the Unity Catalog connection
 * @param path - appended to the connection's base path
 * @param userAgent - product and version, for the workspace's audit trail
 */
export function externalFunction(connection: string, path: string, userAgent: string): Route {
  const target = connectionTarget(connection);
  const beforeMethod = `{"connection_name":${JSON.stringify(connection)},"method":"`;
  const beforeHeaders = `","path":${JSON.stringify(path)},"headers":`;
  const outerHeaders = remembered(({ token, workspaceId }: Access) => {
    const outer: Record<string, string> = {
      authorization: `Bearer ${token}`,
      'content-type': 'application/json',
      // With application/json, the answer was once wrapped in an object of its own. [databricks-sdk-py PR 857, 876]
      accept: 'text/plain',
      'accept-encoding': 'identity',
      'user-agent': userAgent,
    };
    if (workspaceId !== undefined) outer['x-databricks-workspace-id'] = workspaceId;
    return outer;
  });
  const innerHeaders = remembered((headers: McpCall['headers']) => JSON.stringify(JSON.stringify(headers)));
  return {
    name: 'external-function',
    streams: false,
    limitBytes: LIMIT_BYTES,

    wrap({ method, headers, text }: McpCall, access: Access): HttpCall {
      // `headers` and `json` are strings that hold JSON: encoding the client's text as a string carries it unchanged.
      const json = text === undefined ? 'null' : JSON.stringify(text);
      const body = `${beforeMethod}${method}${beforeHeaders}${innerHeaders(headers)},"json":${json},"params":null}`;
      const { origin } = access;
      return { origin, method: 'POST', path: '/api/2.0/external-function', headers: outerHeaders(access), body };
    },

    fault: (reply, text, access) => faultOf(reply, text, { target, ...access }),
    faultInError: (reply, message, access) => faultInError(reply, message, { target, ...access }),
  };
}
