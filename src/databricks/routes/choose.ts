/** From what was configured to the one route that is used. */

import type { Route } from '../../ports.ts';
import { endpointTarget, serviceTarget } from '../targets.ts';
import { connectionProxy } from './connection-proxy.ts';
import { type EndpointAddress, endpoint } from './endpoint.ts';
import { externalFunction } from './external-function.ts';
import { managedMcp } from './managed-mcp.ts';

export interface Destination {
  /** Of these three, one is given. */
  readonly connection: string | undefined;
  readonly url: EndpointAddress | undefined;
  readonly service: string | undefined;
  /** The way through the connection. */
  readonly route: 'external-function' | 'connection-proxy' | 'managed-mcp';
  readonly path: string;
}

/** @param userAgent - product and version, for the workspace's audit trail */
export function chooseRoute({ connection = '', path, route, service, url }: Destination, userAgent: string): Route {
  if (url !== undefined) return endpoint(url, endpointTarget(url.path), userAgent);
  if (service !== undefined) {
    const address = { origin: undefined, path: `/ai-gateway/mcp-services/${service}` };
    return endpoint(address, serviceTarget(service), userAgent);
  }
  switch (route) {
    case 'external-function':
      return externalFunction(connection, path, userAgent);
    case 'connection-proxy':
      return connectionProxy(connection, path, userAgent);
    case 'managed-mcp':
      return managedMcp(connection, userAgent);
  }
}
