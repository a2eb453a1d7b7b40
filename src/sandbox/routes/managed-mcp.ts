import { type Connections, connectionNamed, upstreamUrl } from '../connections.ts';
import { methodNotAllowed } from '../platform-error.ts';
import { type PassThroughOptions, passThrough } from './pass-through.ts';
import type { Route } from './route.ts';

const ADDRESS = /^\/api\/2\.0\/mcp\/external\/([^/?]+)$/;

export interface ManagedMcpOptions extends PassThroughOptions {
  readonly connections: Connections;
  /**
   * What becomes of a GET: 405, or a standing stream of the server's. Both have been observed.
   * [databricks-ai-bridge PR 441 and 442]
   *
   * @defaultValue 'refused'
   */
  readonly managedGet?: 'refused' | 'open' | undefined;
}

/** `/api/2.0/mcp/external/{connection}`: MCP alone, at the connection's own path. */
export function managedMcp(options: ManagedMcpOptions): Route {
  const methods = new Set(['POST', 'DELETE', ...(options.managedGet === 'open' ? ['GET'] : [])]);
  return passThrough(options, ({ method = '', url: address = '' }) => {
    const [, connection] = ADDRESS.exec(address) ?? [];
    if (connection === undefined) return undefined;
    const url = upstreamUrl(connectionNamed(options.connections, connection), '');
    if (!methods.has(method)) throw methodNotAllowed(method, [...methods]);
    return { route: 'managed-mcp', connection, path: '', url };
  });
}
