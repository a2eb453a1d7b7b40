/** What an MCP server on HTTP needs that an SDK does not bring: a port, and a look at who asks. */

import type { RequestListener } from 'node:http';
import { localhostHostValidation, localhostOriginValidation } from '@modelcontextprotocol/node';
import { listenOnLoopback } from '../../../src/sandbox/loopback.ts';

/** An MCP server of the conformance tests. */
export interface Endpoint {
  readonly url: string;
  close(): Promise<void>;
}

/**
 * @param handle - sees only requests that come from this machine by their `Host` and `Origin`
 * @param end - what else ends with the endpoint
 */
export async function openEndpoint(handle: RequestListener, end: () => Promise<unknown>): Promise<Endpoint> {
  const [validHost, validOrigin] = [localhostHostValidation(), localhostOriginValidation()];
  const { close, origin } = await listenOnLoopback((request, response) => {
    if (validHost(request, response) && validOrigin(request, response)) handle(request, response);
  });
  return {
    url: `${origin}/mcp`,
    async close() {
      await Promise.all([end(), close()]);
    },
  };
}
