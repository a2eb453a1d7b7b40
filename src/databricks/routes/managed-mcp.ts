/**
 * The workspace's own MCP endpoint for a connection. It takes POST; what it does with the GET of a standing stream has
 * been seen to differ: 405, or a stream that stays open. [databricks-ai-bridge PR 441 and 442, 2026-06]
 */

import type { Route } from '../../ports.ts';
import { connectionTarget } from '../targets.ts';
import { direct } from './direct.ts';

export function managedMcp(connection: string, userAgent: string): Route {
  return direct({
    name: 'managed-mcp',
    target: connectionTarget(connection),
    userAgent,
    address: ({ origin }) => ({ origin, path: `/api/2.0/mcp/external/${connection}` }),
  });
}
