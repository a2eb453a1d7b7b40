/** The workspace's Unity Catalog API for connections and MCP services, in the documented form. [2026-11] */

import type { IncomingMessage } from 'node:http';
import type { Answer } from './answer.ts';
import { type Connection, type Connections, connectionNamed } from './connections.ts';
import type { Principal } from './door.ts';
import { invalidParameter, PlatformError } from './platform-error.ts';

export interface CatalogOptions {
  readonly connections: Connections;
  readonly endpoints?: Connections | undefined;
  /** Sees each question by its path, query included, and may answer it instead. */
  readonly onQuestion?: ((path: string) => Promise<Answer | undefined> | Answer | undefined) | undefined;
}

const ROOT = '/api/2.1/unity-catalog/';
const SERVICES = '/ai-gateway/mcp-services/';
/** The maximum of MCP services, and the size if none or 0 is asked for. */
const PAGE_SIZE = 100;
const OWNER = 'owner@sandbox.example';

type Answering = (options: CatalogOptions, part: string, query: URLSearchParams, user: Principal) => object;

/** By the path below the root; the function gets the part of it that varies. */
const QUESTIONS: readonly (readonly [path: RegExp, answer: Answering])[] = [
  [
    /^connections$/,
    ({ connections }, _, query) => {
      const schema = parentIn(query);
      const found = Object.entries(connections).filter(([name]) => schemaOf(name) === schema);
      return page('connections', found.map(described), query, Number(query.get('max_results')) || PAGE_SIZE);
    },
  ],
  [/^connections\/([^/]+)$/, ({ connections }, name) => described([name, connectionNamed(connections, name)])],
  [
    /^connections\/([^/]+\/user-credentials\/[^/]+)$/,
    ({ connections }, part, _, { userName }) => {
      const [name = '', user] = part.split('/user-credentials/');
      const { login } = connectionNamed(connections, name);
      if (login === undefined || login.due || user !== userName) {
        throw new PlatformError(404, 'NOT_FOUND', `No user credential for connection '${name}'.`);
      }
      return { connection_user_credential: { connection_name: name, provisioning_info: { state: 'ACTIVE' } } };
    },
  ],
  [
    /^effective-permissions\/connection\/([^/]+)$/,
    ({ connections }, name) => permissions('USE_CONNECTION', connectionNamed(connections, name)),
  ],
  [
    /^effective-permissions\/mcp_service\/([^/]+)$/,
    (options, name) => permissions('EXECUTE', serviceNamed(options, name)),
  ],
  [
    /^mcp-services$/,
    (options, _, query) => {
      const size = Number(query.get('page_size') ?? PAGE_SIZE);
      if (!(size >= 0 && size <= PAGE_SIZE)) throw invalidParameter(`page_size must be at most ${PAGE_SIZE}.`);
      const found = Object.keys(servicesOf(options)).filter((name) => schemaOf(name) === parentIn(query));
      const services = found.map((name) => service(options, name, query.get('view') === 'FULL'));
      return page('mcp_services', services, query, size || PAGE_SIZE);
    },
  ],
  [/^mcp-services\/([^/]+)$/, (options, name) => service(options, name, true)],
  [
    /^mcp-services\/([^/]+)\/user-credentials$/,
    (options, name) => {
      const { login } = serviceNamed(options, name);
      return { provisioning_info: { state: login === undefined || login.due ? 'NOT_FOUND' : 'ACTIVE' } };
    },
  ],
];

/**
 * @returns undefined if the request is not for the catalog
 * @throws PlatformError if the workspace refuses
 */
export async function catalogAnswer(
  { method, url: address = '' }: IncomingMessage,
  options: CatalogOptions,
  user: Principal,
): Promise<Answer | undefined> {
  if (method !== 'GET' || !address.startsWith(ROOT)) return undefined;
  const [path = '', query = ''] = address.slice(ROOT.length).split('?');
  for (const [pattern, answer] of QUESTIONS) {
    const [found, part = ''] = pattern.exec(path) ?? [];
    if (found === undefined) continue;
    const instead = await options.onQuestion?.(address);
    if (instead !== undefined) return instead;
    const body = JSON.stringify(answer(options, decodeURIComponent(part), new URLSearchParams(query), user));
    return { status: 200, headers: { 'content-type': 'application/json' }, body };
  }
  return undefined;
}

function described([fullName, { login, type = 'HTTP', url }]: [string, Connection]): object {
  const { hostname, pathname, port, protocol } = new URL(url);
  const schema = schemaOf(fullName);
  return {
    name: schema === undefined ? fullName : fullName.slice(schema.length + 1),
    full_name: fullName,
    connection_type: type,
    credential_type: login === undefined ? 'BEARER_TOKEN' : 'OAUTH_U2M_MAPPING',
    options: {
      host: `${protocol}//${hostname}`,
      port: port === '' ? '443' : port,
      base_path: pathname,
      is_mcp_connection: 'true',
    },
    url: `${url}/`,
    owner: OWNER,
    read_only: true,
    provisioning_info: { state: 'ACTIVE' },
    securable_type: 'CONNECTION',
    securable_kind: login === undefined ? 'CONNECTION_HTTP_BEARER' : 'CONNECTION_HTTP_OAUTH_U2M_MAPPING',
  };
}

/** MCP services by full name. */
function servicesOf({ endpoints = {} }: CatalogOptions): Connections {
  const services = Object.entries(endpoints).filter(([path]) => path.startsWith(SERVICES));
  return Object.fromEntries(services.map(([path, endpoint]) => [path.slice(SERVICES.length), endpoint]));
}

function serviceNamed(options: CatalogOptions, name: string): Connection {
  const services = servicesOf(options);
  const found = Object.hasOwn(services, name) ? services[name] : undefined;
  if (found === undefined) throw new PlatformError(404, 'NOT_FOUND', `MCP service '${name}' does not exist.`);
  return found;
}

/** The basic view has no connection. */
function service(options: CatalogOptions, name: string, isFull: boolean): object {
  const { url } = serviceNamed(options, name);
  const source = Object.entries(options.connections).find(([, connection]) => connection.url === url)?.[0];
  const connection = isFull && source !== undefined ? { name: `connections/${source}`, is_deleted: false } : undefined;
  return {
    name: `mcp-services/${name}`,
    effective_owner: OWNER,
    config: { source_connection: connection, include_tool_selectors: [] },
    rate_limits: [],
    etag: 'c2FuZGJveA',
  };
}

function permissions(privilege: string, { granted = true }: Connection): object {
  return { privilege_assignments: [{ principal: 'account users', privileges: granted ? [{ privilege }] : [] }] };
}

/** `catalog.schema` that a list is asked for; undefined for the metastore. */
function parentIn(query: URLSearchParams): string | undefined {
  return /^schemas\/(.+)$/.exec(query.get('parent') ?? '')?.[1];
}

/** `catalog.schema` of a name of three parts. */
function schemaOf(name: string): string | undefined {
  return /^([^.]+\.[^.]+)\.[^.]+$/.exec(name)?.[1];
}

function page(member: string, items: readonly object[], query: URLSearchParams, size: number): object {
  const from = Number(query.get('page_token'));
  const next = from + size < items.length ? { next_page_token: String(from + size) } : {};
  return { [member]: items.slice(from, from + size), ...next };
}
