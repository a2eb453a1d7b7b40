/**
 * What Unity Catalog tells of the ways that lead out of a workspace: its HTTP connections and its MCP services, what the
 * person may do with them, and whether a login is due. [facts of 2026-08; the paths marked (inferred) may not be there]
 *
 * Nothing here is needed to relay a message: what cannot be known stays unknown.
 */

import { isRecord } from '../protocol/json.ts';
import type { RestReply } from './rest.ts';

const ROOT = '/api/2.1/unity-catalog';
/** Pages of a list that are read. */
const PAGES = 100;

/** Asks the workspace; throws only where it gave no answer at all. */
export type Ask = (path: string) => Promise<RestReply>;
/** The JSON of an answer that is a success; throws where there is none. */
export type AskForJson = (path: string) => Promise<unknown>;

export type Known = 'yes' | 'no' | 'unknown';

export interface CatalogConnection {
  readonly name: string;
  /** Whether it is marked as leading to an MCP server. A mark that is absent says nothing. */
  readonly isMcp: Known;
  /** `BEARER_TOKEN`, `OAUTH_U2M_MAPPING`, ...; undefined where the workspace does not say. */
  readonly credentialType: string | undefined;
  readonly owner: string | undefined;
  /** `HTTP`, or what else it is. */
  readonly type: string | undefined;
  readonly host: string | undefined;
  readonly basePath: string | undefined;
}

export interface CatalogService {
  /** `catalog.schema.name` */
  readonly name: string;
  readonly owner: string | undefined;
  /** The connection behind it. */
  readonly connection: string | undefined;
}

/** Who asks. */
export interface Me {
  readonly id: string | undefined;
  readonly userName: string | undefined;
}

/** The connections of type HTTP, in order of their names. @throws what `ask` throws */
export async function listConnections(ask: AskForJson, mostPages: number = PAGES): Promise<CatalogConnection[]> {
  const items = await pages(ask, `${ROOT}/connections?max_results=0`, 'connections', mostPages);
  const all = distinct(items.flatMap((item) => connectionIn(item) ?? []));
  return all.filter(({ type }) => type === undefined || type === 'HTTP').sort(byName);
}

/** The MCP services of a schema, in order of their names. @param schema - `catalog.schema` */
export async function listServices(
  ask: AskForJson,
  schema: string,
  mostPages: number = PAGES,
): Promise<CatalogService[]> {
  const path = `${ROOT}/mcp-services?parent=schemas/${encodeURIComponent(schema)}`;
  const items = await pages(ask, path, 'mcp_services', mostPages);
  return distinct(items.flatMap((item) => serviceIn(item) ?? [])).sort(byName);
}

/** @returns undefined where the answer says nothing of a connection */
export function connectionIn(json: unknown): CatalogConnection | undefined {
  const name = textAt(json, 'name');
  if (!isRecord(json) || name === undefined) return undefined;
  const options = isRecord(json['options']) ? json['options'] : {};
  return {
    name,
    isMcp: markIn(options),
    credentialType: textAt(json, 'credential_type'),
    owner: textAt(json, 'owner'),
    type: textAt(json, 'connection_type'),
    host: textAt(options, 'host'),
    basePath: textAt(options, 'base_path'),
  };
}

export const connectionPath = (name: string): string => `${ROOT}/connections/${encodeURIComponent(name)}`;

/** Whether the privilege is among those that hold for a person. (inferred) */
export async function hasPrivilege(
  ask: Ask,
  securable: 'connection' | 'mcp_service',
  name: string,
  { userName }: Me,
): Promise<Known> {
  const principal = userName === undefined ? '' : `?principal=${encodeURIComponent(userName)}`;
  const reply = await asked(ask, `${ROOT}/effective-permissions/${securable}/${encodeURIComponent(name)}${principal}`);
  if (reply?.status !== 200 || !isRecord(reply.json)) return 'unknown';
  const assignments = reply.json['privilege_assignments'];
  if (!Array.isArray(assignments)) return 'no';
  const privileges = assignments.flatMap((assignment) => {
    const held: unknown = isRecord(assignment) ? assignment['privileges'] : undefined;
    return Array.isArray(held) ? held.map((one) => (isRecord(one) ? one['privilege'] : one)) : [];
  });
  const needed = securable === 'connection' ? 'USE_CONNECTION' : 'EXECUTE';
  const held = privileges.map((privilege) => String(privilege).toUpperCase().replaceAll(' ', '_'));
  return held.some((privilege) => privilege === needed || privilege === 'ALL_PRIVILEGES') ? 'yes' : 'no';
}

export type LoginState = 'not needed' | 'logged in' | 'due' | 'unknown';

/**
 * Whether a person has logged in to a connection that wants that. Of the answer only the state is read: the rest may hold
 * the credential itself. (undocumented)
 */
export async function loginState(
  ask: Ask,
  { credentialType, name }: CatalogConnection,
  { id }: Me,
): Promise<LoginState> {
  if (credentialType === undefined) return 'unknown';
  if (!/U2M_MAPPING|DCR/.test(credentialType)) return 'not needed';
  if (id === undefined) return 'unknown';
  const reply = await asked(ask, `${connectionPath(name)}/user-credentials/${encodeURIComponent(id)}`);
  if (reply?.status === 404 && textAt(reply.json, 'error_code') !== 'ENDPOINT_NOT_FOUND') return 'due';
  if (reply?.status !== 200 || !isRecord(reply.json)) return 'unknown';
  const { connection_user_credential: credential, provisioning_info: provisioning } = reply.json as Record<
    string,
    unknown
  >;
  const state = textAt(credential, 'state') ?? textAt(provisioning, 'state');
  if (state === undefined) return 'unknown';
  return state === 'ACTIVE' ? 'logged in' : 'due';
}

const MARKS = ['is_mcp_connection', 'is_mcp', 'mcp', 'mcp_enabled', 'enable_mcp'];

function markIn(options: Readonly<Record<string, unknown>>): Known {
  const mark = MARKS.filter((key) => Object.hasOwn(options, key)).map((key) => String(options[key]).toLowerCase())[0];
  if (mark === undefined) return 'unknown';
  return mark === 'true' ? 'yes' : 'no';
}

/** @returns undefined where the answer says nothing of a service */
export function serviceIn(json: unknown): CatalogService | undefined {
  const name = textAt(json, 'full_name') ?? textAt(json, 'name');
  if (!isRecord(json) || name === undefined) return undefined;
  const config = isRecord(json['config']) ? json['config'] : {};
  return { name, owner: textAt(json, 'owner'), connection: textAt(config['source_connection'], 'name') };
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

/** Pages may repeat what an earlier one had. */
function distinct<T extends { readonly name: string }>(items: readonly T[]): T[] {
  return [...new Map(items.map((item) => [item.name, item])).values()];
}

/** What only helps may fail. */
async function asked(ask: Ask, path: string): Promise<RestReply | undefined> {
  try {
    return await ask(path);
  } catch {
    return undefined;
  }
}

function textAt(json: unknown, key: string): string | undefined {
  const value = isRecord(json) && Object.hasOwn(json, key) ? json[key] : undefined;
  return typeof value === 'string' ? value : undefined;
}

function byName(one: { readonly name: string }, other: { readonly name: string }): number {
  return one.name < other.name ? -1 : 1;
}
