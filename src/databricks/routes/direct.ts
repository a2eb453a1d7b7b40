/** What the routes have in common whose address is itself an MCP endpoint: the call goes as HTTP has it, no envelope. */

import type { Access, HttpCall, McpCall, Route } from '../../ports.ts';
import { bytesOf } from '../../protocol/message-bytes.ts';
import { faultInError, faultOf } from '../faults/fault.ts';
import type { Target } from '../targets.ts';
import { remembered } from './remembered.ts';

/** The bridge's own limit for a line: the workspace names none, and the servers behind it refuse with 413. */
const LIMIT_BYTES = 64 * 1024 * 1024;

export interface DirectOptions {
  readonly name: string;
  readonly target: Target;
  readonly userAgent: string;
  /** @throws Problem where the access must not be used for this address */
  readonly address: (access: Access) => { readonly origin: string; readonly path: string };
}

export function direct({ name, target, userAgent, address }: DirectOptions): Route {
  const headersFor = remembered((access: Access) =>
    remembered((headers: McpCall['headers']) => headersOf(headers, access, userAgent)),
  );
  return {
    name,
    streams: true,
    limitBytes: LIMIT_BYTES,

    wrap(call: McpCall, access: Access): HttpCall {
      const { origin, path } = address(access);
      const headers = headersFor(access)(call.headers);
      return { origin, path, method: call.method, headers, body: bytesOf(call) ?? call.text };
    },

    fault: (reply, text, access) => faultOf(reply, text, { target, ...access }),
    faultInError: (reply, message, access) => faultInError(reply, message, { target, ...access }),
  };
}

function headersOf(
  headers: McpCall['headers'],
  { token, workspaceId }: Access,
  userAgent: string,
): Record<string, string> {
  const own: Record<string, string> = {};
  for (const [key, value] of Object.entries(headers)) own[key.toLowerCase()] = value;
  own['authorization'] = `Bearer ${token}`;
  // Bodies have come compressed without a word of it. [live observation of the connections proxy, 2026-08]
  own['accept-encoding'] = 'identity';
  own['user-agent'] = userAgent;
  if (workspaceId !== undefined) own['x-databricks-workspace-id'] = workspaceId;
  return own;
}
