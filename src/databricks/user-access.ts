/** Privileges and logins of the user, as Unity Catalog knows them. Paths marked (inferred) may not exist. */

import { isRecord } from '../protocol/json.ts';
import { type CatalogConnection, connectionPath, type Known, memberOf, ROOT, servicePath, textAt } from './catalog.ts';
import type { RestReply } from './rest.ts';

/** Sends a GET; throws only if the workspace did not answer. */
export type Ask = (path: string) => Promise<RestReply>;

/** The user who asks. */
export interface Me {
  readonly id: string | undefined;
  readonly userName: string | undefined;
}

/** True if the user holds the privilege. (inferred) */
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
 * Login state of the user at a connection with user logins. Only the state is read: the rest of the answer may hold the
 * credential itself. (undocumented; the user is named by user name, and was by id)
 */
export async function loginState(
  ask: Ask,
  { hasUserLogins, name }: CatalogConnection,
  { id, userName }: Me,
): Promise<LoginState> {
  if (hasUserLogins !== 'yes') return hasUserLogins === 'no' ? 'not needed' : 'unknown';
  let state: LoginState = 'unknown';
  for (const user of [userName, id]) {
    if (user === undefined) continue;
    const found = stateIn(await asked(ask, `${connectionPath(name)}/user-credentials/${encodeURIComponent(user)}`));
    if (found === 'logged in') return found;
    if (state === 'unknown') state = found;
  }
  return state;
}

/**
 * Login state of the user at an MCP service. [documented, beta]
 *
 * @param connection - the connection behind it, if the user may see that
 */
export async function serviceLoginState(
  ask: Ask,
  name: string,
  connection: CatalogConnection | undefined,
  me: Me,
): Promise<LoginState> {
  if (connection?.hasUserLogins === 'no') return 'not needed';
  const reply = await asked(ask, `${servicePath(name)}/user-credentials`);
  // For a login that is missing the documentation has a state, so that a 404 means something else.
  const state = reply?.status === 404 ? 'unknown' : stateIn(reply);
  return state === 'unknown' && connection !== undefined ? loginState(ask, connection, me) : state;
}

function stateIn(reply: RestReply | undefined): LoginState {
  if (reply?.status === 404 && textAt(reply.json, 'error_code') !== 'ENDPOINT_NOT_FOUND') return 'due';
  if (reply?.status !== 200) return 'unknown';
  const credential = memberOf(reply.json, 'connection_user_credential');
  const state =
    textAt(memberOf(credential, 'provisioning_info'), 'state') ??
    textAt(credential, 'state') ??
    textAt(memberOf(reply.json, 'provisioning_info'), 'state');
  if (state === undefined) return 'unknown';
  return state === 'ACTIVE' ? 'logged in' : 'due';
}

/** A failed request leaves its fact unknown. */
async function asked(ask: Ask, path: string): Promise<RestReply | undefined> {
  try {
    return await ask(path);
  } catch {
    return undefined;
  }
}
