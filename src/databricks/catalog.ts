/**
 * The connections and MCP services of a workspace, as Unity Catalog lists them. [documented 2026-11]
 *
 * Relaying needs none of it: a fact that the workspace does not give stays unknown.
 */

import { isRecord } from '../protocol/json.ts';

export const ROOT = '/api/2.1/unity-catalog';
/** Schema of the MCP services that Databricks provides. */
export const SYSTEM_SCHEMA = 'system.ai';
/** Maximum pages of a list that are read. */
const PAGES = 100;

/** The JSON of a successful answer; throws otherwise. */
export type AskForJson = (path: string) => Promise<unknown>;

export type Known = 'yes' | 'no' | 'unknown';

export interface CatalogConnection {
  /** The name that `--connection` takes: `catalog.schema.name` of a connection in a schema. */
  readonly name: string;
  /** True if it is marked as leading to an MCP server. An absent mark means nothing. */
  readonly isMcp: Known;
  /** `BEARER_TOKEN`, `OAUTH_U2M_MAPPING`, ...; undefined if the workspace does not say. */
  readonly credentialType: string | undefined;
  /** True if each user logs in to it with an account of their own. */
  readonly hasUserLogins: Known;
  readonly owner: string | undefined;
  /** `HTTP`, `GITHUB`, ... */
  readonly type: string | undefined;
  readonly host: string | undefined;
  readonly basePath: string | undefined;
}

export interface CatalogService {
  /** `catalog.schema.name` */
  readonly name: string;
  readonly owner: string | undefined;
  /** Name of the connection behind it. */
  readonly connection: string | undefined;
  /** True if that connection was deleted. */
  readonly isConnectionDeleted: boolean;
}

/**
 * Connections that may lead to an MCP server, in order of their names.
 *
 * @param schema - `catalog.schema` for the connections in a schema; without it, those of the metastore
 * @throws what `ask` throws
 */
export async function listConnections(
  ask: AskForJson,
  { schema, mostPages = PAGES }: { readonly schema?: string | undefined; readonly mostPages?: number } = {},
): Promise<CatalogConnection[]> {
  const parent = schema === undefined ? '' : `parent=schemas/${encodeURIComponent(schema)}&`;
  const items = await pages(ask, `${ROOT}/connections?${parent}max_results=0`, 'connections', mostPages);
  return (
    distinct(items.flatMap((item) => connectionIn(item) ?? []))
      .filter(mayLeadToMcp)
      // A workspace that does not know the parameter gives those of the metastore.
      .filter(({ name }) => schema === undefined || schemaOf(name) === schema)
      .sort(byName)
  );
}

/** The types whose servers speak HTTP. Databases are connections too, and lead to no MCP server. */
const HTTP_TYPES: ReadonlySet<string> = new Set(['HTTP', 'GITHUB', 'SLACK']);

function mayLeadToMcp({ isMcp, type }: CatalogConnection): boolean {
  return type === undefined || HTTP_TYPES.has(type) || isMcp === 'yes';
}

/** The MCP services of a schema, in order of their names. @param schema - `catalog.schema` */
export async function listServices(
  ask: AskForJson,
  schema: string,
  mostPages: number = PAGES,
): Promise<CatalogService[]> {
  // The default view may leave the connection out, and 100 is the maximum page size.
  const path = `${ROOT}/mcp-services?parent=schemas/${encodeURIComponent(schema)}&page_size=100&view=FULL`;
  const items = await pages(ask, path, 'mcp_services', mostPages);
  return distinct(items.flatMap((item) => serviceIn(item) ?? [])).sort(byName);
}

/** @returns undefined if the answer does not describe a connection */
export function connectionIn(json: unknown): CatalogConnection | undefined {
  const name = textAt(json, 'name');
  if (!isRecord(json) || name === undefined) return undefined;
  const options = isRecord(json['options']) ? json['options'] : {};
  const credentialType = textAt(json, 'credential_type');
  return {
    name: nameWithSchema(name, textAt(json, 'full_name')),
    isMcp: markIn(options),
    credentialType,
    hasUserLogins: userLoginsIn(textAt(json, 'securable_kind'), credentialType),
    owner: textAt(json, 'owner'),
    type: textAt(json, 'connection_type'),
    host: textAt(options, 'host'),
    basePath: textAt(options, 'base_path'),
  };
}

/** Only a connection in a schema has a full name that differs from its name, and is called by it. */
function nameWithSchema(name: string, fullName: string | undefined): string {
  return fullName?.endsWith(`.${name}`) && schemaOf(fullName) !== undefined ? fullName : name;
}

/** @returns `catalog.schema` of a name of three parts; undefined for other names */
export function schemaOf(name: string): string | undefined {
  const [catalog, schema, ...rest] = name.split('.');
  return rest.length === 1 ? `${catalog}.${schema}` : undefined;
}

/** The kind decides; older workspaces give only the credential type. */
function userLoginsIn(securableKind: string | undefined, credentialType: string | undefined): Known {
  const kind = securableKind?.startsWith('CONNECTION_') ? securableKind : credentialType;
  if (kind === undefined) return 'unknown';
  return /U2M_MAPPING|DCR/.test(kind) ? 'yes' : 'no';
}

export const connectionPath = (name: string): string => `${ROOT}/connections/${encodeURIComponent(name)}`;
export const servicePath = (name: string): string => `${ROOT}/mcp-services/${encodeURIComponent(name)}`;

const MARKS = ['is_mcp_connection', 'is_mcp', 'mcp', 'mcp_enabled', 'enable_mcp'];

function markIn(options: Readonly<Record<string, unknown>>): Known {
  const mark = MARKS.filter((key) => Object.hasOwn(options, key)).map((key) => String(options[key]).toLowerCase())[0];
  if (mark === undefined) return 'unknown';
  return mark === 'true' ? 'yes' : 'no';
}

/** @returns undefined if the answer does not describe a service */
export function serviceIn(json: unknown): CatalogService | undefined {
  const name = textAt(json, 'name');
  if (name === undefined) return undefined;
  const source = memberOf(memberOf(json, 'config'), 'source_connection');
  return {
    name: withoutPrefix(name, 'mcp-services/'),
    // `owner` is write-only.
    owner: textAt(json, 'effective_owner'),
    connection: withoutPrefix(textAt(source, 'name'), 'connections/'),
    isConnectionDeleted: memberOf(source, 'is_deleted') === true,
  };
}

function withoutPrefix<T extends string | undefined>(name: T, prefix: string): T;
function withoutPrefix(name: string | undefined, prefix: string): string | undefined {
  return name?.startsWith(prefix) ? name.slice(prefix.length) : name;
}

async function pages(ask: AskForJson, path: string, member: string, most: number): Promise<readonly unknown[]> {
  const items: unknown[] = [];
  const tokens = new Set<string>();
  let token: string | undefined;
  for (let page = 0; page < most; page++) {
    const list = await ask(token === undefined ? path : `${path}&page_token=${encodeURIComponent(token)}`);
    if (!isRecord(list)) throw new Error(`${path} gives no list`);
    const found = list[member];
    if (Array.isArray(found)) items.push(...found);
    token = textAt(list, 'next_page_token');
    if (token === undefined || token === '' || tokens.has(token)) break;
    tokens.add(token);
  }
  return items;
}

/** Pages may repeat items. */
function distinct<T extends { readonly name: string }>(items: readonly T[]): T[] {
  return [...new Map(items.map((item) => [item.name, item])).values()];
}

export function memberOf(json: unknown, key: string): unknown {
  return isRecord(json) && Object.hasOwn(json, key) ? json[key] : undefined;
}

export function textAt(json: unknown, key: string): string | undefined {
  const value = memberOf(json, key);
  return typeof value === 'string' ? value : undefined;
}

function byName(one: { readonly name: string }, other: { readonly name: string }): number {
  return one.name < other.name ? -1 : 1;
}
