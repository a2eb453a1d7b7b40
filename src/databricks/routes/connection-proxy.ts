/**
 * The connections proxy: any HTTP call, passed through with the connection's credential in place of ours. It strips
 * `Authorization`, `Cookie` and `X-Databricks-*`, and folds a query string into the path, so that none is ever sent.
 *
 * [docs.databricks.com, agents/mcp-tools/rest-api-proxy, 2026-07]
 */

import type { Route } from '../../ports.ts';
import { connectionTarget } from '../targets.ts';
import { direct } from './direct.ts';

/** @param path - appended to the connection's base path; begins with a slash */
export function connectionProxy(connection: string, path: string, userAgent: string): Route {
  const proxied = `/api/2.0/unity-catalog/connections/${connection}/proxy${path}`;
  return direct({
    name: 'connection-proxy',
    target: connectionTarget(connection),
    userAgent,
    address: ({ origin }) => ({ origin, path: proxied }),
  });
}
