import { type Connections, connectionNamed, upstreamUrl } from '../connections.ts';
import { METHODS } from '../envelope.ts';
import { type PassThroughOptions, passThrough } from './pass-through.ts';
import type { Route } from './route.ts';

const ADDRESS = /^\/api\/2\.0\/unity-catalog\/connections\/([^/?]+)\/proxy((?:[/?].*)?)$/;

/**
 * `/api/2.0/unity-catalog/connections/{name}/proxy[/{sub-path}]`: every method, with the path appended to the
 * connection's. A query string becomes part of the path, for which servers answer 404. [facts/databricks.md, section 7]
 */
export function connectionProxy(options: PassThroughOptions & { readonly connections: Connections }): Route {
  return passThrough(options, ({ method, url: address = '' }) => {
    const [, connection, path = ''] = ADDRESS.exec(address) ?? [];
    if (connection === undefined || !METHODS.some((known) => known === method)) return undefined;
    const url = upstreamUrl(connectionNamed(options.connections, connection), path);
    return { route: 'connection-proxy', connection, path, url };
  });
}
