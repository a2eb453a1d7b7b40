/** What the workspace's Unity Catalog API tells of its connections and MCP services. [facts/databricks.md, section 8] */

import type { IncomingMessage } from 'node:http';
import type { Answer } from './answer.ts';
import { type Connection, type Connections, connectionNamed } from './connections.ts';
import { PlatformError } from './platform-error.ts';

export interface CatalogOptions {
  readonly connections: Connections;
  readonly endpoints?: Connections | undefined;
  /** Sees each question by its path, query included, and may answer it instead. */
  readonly onQuestion?: ((path: string) => Promise<Answer | undefined> | Answer | undefined) | undefined;
}

const ROOT = '/api/2.1/unity-catalog/';
const SERVICES = '/ai-gateway/mcp-services/';
/** Where a list asks for no size, or for the server's own by 0. */
const PAGE_SIZE = 100;

/** By the path below the root; the parts that vary are given to the function. */
const QUESTIONS: readonly (readonly [
  path: RegExp,
  answer: (options: CatalogOptions, part: string, query: URLSearchParams) => object,
])[] = [
  [
    /^connections$/,
    ({ connections }, _, query) => page('connections', Object.entries(connections).map(described), query),
  ],
  [/^connections\/([^/]+)$/, ({ connections }, name) => described([name, connectionNamed(connections, name)])],
  [
    /^connections\/([^/]+)\/user-credentials\/[^/]+$/,
    ({ connections }, name) => {
      if (connectionNamed(connections, name).login?.due === true) {
        throw new PlatformError(404, 'NOT_FOUND', `No user credential for connection '${name}'.`);
      }
      return { connection_user_credential: { state: 'ACTIVE' } };
    },
  ],
  [
    /^effective-permissions\/connection\/([^/]+)$/,
    ({ connections }, name) => {
      const { granted = true } = connectionNamed(connections, name);
      const privileges = granted ? [{ privilege: 'USE_CONNECTION' }] : [];
      return { privilege_assignments: [{ principal: 'account users', privileges }] };
    },
  ],
  [
    /^mcp-services$/,
    (options, _, query) => {
      const schema = /^schemas\/(.+)$/.exec(query.get('parent') ?? '')?.[1] ?? '';
      const services = servicesOf(options).filter(({ full_name: name }) => name.startsWith(`${schema}.`));
      return page('mcp_services', services, query);
    },
  ],
  [
    /^mcp-services\/([^/]+)$/,
    (options, name) => {
      const found = servicesOf(options).find(({ full_name: full }) => full === name);
      if (found === undefined) throw new PlatformError(404, 'NOT_FOUND', `MCP service '${name}' does not exist.`);
      return found;
    },
  ],
];

/**
 * @returns undefined where the request is no question to the catalog
 * @throws PlatformError where the workspace refuses
 */
export async function catalogAnswer(
  { method, url: address = '' }: IncomingMessage,
  options: CatalogOptions,
): Promise<Answer | undefined> {
  if (method !== 'GET' || !address.startsWith(ROOT)) return undefined;
  const [path = '', query = ''] = address.slice(ROOT.length).split('?');
  for (const [pattern, answer] of QUESTIONS) {
    const [found, part = ''] = pattern.exec(path) ?? [];
    if (found === undefined) continue;
    const instead = await options.onQuestion?.(address);
    if (instead !== undefined) return instead;
    const body = JSON.stringify(answer(options, decodeURIComponent(part), new URLSearchParams(query)));
    return { status: 200, headers: { 'content-type': 'application/json' }, body };
  }
  return undefined;
}

function described([name, { login, url }]: [string, Connection]): object {
  const { hostname, pathname, port, protocol } = new URL(url);
  return {
    name,
    full_name: name,
    connection_type: 'HTTP',
    credential_type: login === undefined ? 'BEARER_TOKEN' : 'OAUTH_U2M_MAPPING',
    options: {
      host: `${protocol}//${hostname}`,
      port: port === '' ? '443' : port,
      base_path: pathname,
      is_mcp_connection: 'true',
    },
    url: `${url}/`,
    owner: 'owner@sandbox.example',
    read_only: true,
    provisioning_info: { state: 'ACTIVE' },
    securable_type: 'CONNECTION',
    securable_kind: login === undefined ? 'CONNECTION_HTTP_BEARER' : 'CONNECTION_HTTP_OAUTH_U2M_MAPPING',
  };
}

function servicesOf({ connections, endpoints = {} }: CatalogOptions) {
  return Object.entries(endpoints)
    .filter(([path]) => path.startsWith(SERVICES))
    .map(([path, { url }]) => {
      const fullName = path.slice(SERVICES.length);
      const source = Object.entries(connections).find(([, connection]) => connection.url === url)?.[0];
      return {
        name: fullName.split('.').at(-1),
        full_name: fullName,
        config: source === undefined ? {} : { source_connection: { name: source } },
      };
    });
}

function page(member: string, items: readonly object[], query: URLSearchParams): object {
  const size = Number(query.get('max_results')) || PAGE_SIZE;
  const from = Number(query.get('page_token'));
  const next = from + size < items.length ? { next_page_token: String(from + size) } : {};
  return { [member]: items.slice(from, from + size), ...next };
}
