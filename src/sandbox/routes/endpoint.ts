import type { Connections } from '../connections.ts';
import { type PassThroughOptions, passThrough } from './pass-through.ts';
import type { Route } from './route.ts';

export interface EndpointOptions extends PassThroughOptions {
  /**
   * Other MCP endpoints of the workspace by path, such as `/ai-gateway/mcp-services/system.ai.github`,
   * `/api/2.0/mcp/functions/main/tools` or `/api/2.0/mcp/genie/1`.
   */
  readonly endpoints?: Connections | undefined;
}

/** The workspace's further endpoints: every method at just their addresses, and a query is passed on. */
export function endpoint({ endpoints = {}, ...options }: EndpointOptions): Route {
  return passThrough(options, ({ url: address = '' }) => {
    const [path = '', query] = address.split(/\?(.*)/s);
    const found = Object.hasOwn(endpoints, path) ? endpoints[path] : undefined;
    if (found === undefined) return undefined;
    const url = new URL(found.url);
    if (query !== undefined) url.search = query;
    return { route: 'endpoint', connection: path, path: '', url };
  });
}
