/** The workspace, who is signed in to it, and the connection: what REST tells before a message is sent. */

import { ROUTES } from '../../config/config.ts';
import type { SignInSource } from '../../databricks/auth/sign-in.ts';
import { type CatalogConnection, connectionIn, connectionPath } from '../../databricks/catalog.ts';
import type { RestReply } from '../../databricks/rest.ts';
import { connectionTarget } from '../../databricks/targets.ts';
import { hasPrivilege, loginState, type Me } from '../../databricks/user-access.ts';
import { excerpt } from '../../protocol/excerpt.ts';
import { isRecord } from '../../protocol/json.ts';
import { Problem } from '../../protocol/problem.ts';
import { askMe, type Questions } from '../questions.ts';
import { type Finding, failure, failureOf, note, ok, skipped } from './finding.ts';

/** Tokens and certificates take a difference of some minutes; more is worth a word. */
const SKEW_MS = 60_000;

export interface Known {
  me: Me;
  connection: CatalogConnection | undefined;
  /** What time it is at the workspace, as its last answer said. */
  date: string | undefined;
}

/** A credential, its way, and what can be seen of it. Asks nobody but the way itself. */
export async function examineSignIn(source: SignInSource, nowMs: number): Promise<Finding> {
  let token: string;
  let origin: string;
  try {
    ({ origin, token } = await source.access());
  } catch (thrown) {
    if (!(thrown instanceof Problem)) throw thrown;
    return failureOf(thrown);
  }
  const current = source.current();
  const leftMs = source.leftMs();
  const claims = claimsOf(token);
  const way = current?.choice.way ?? 'pat';
  const endsMs = leftMs ?? (claims.expMs === undefined ? undefined : claims.expMs - nowMs);
  const life = endsMs === undefined ? '' : `, ${lifeOf(endsMs)}`;
  const scopes = claims.scope === undefined ? '' : `, scopes ${claims.scope}`;
  const data = { host: origin, way, because: current?.choice.because, leftMs: endsMs, scopes: claims.scope };
  const says = `${way}, since ${current?.choice.because ?? 'a token is set'}${life}${scopes}`;
  // A token that is set was asked of no server yet.
  if (way === 'pat' && (endsMs === undefined || endsMs > 0)) {
    return skipped(`${says}; the step "identity" shows whether it is accepted`, data);
  }
  if (endsMs === undefined || endsMs > 0) return ok(says, data);
  return note(says, 'Replace the token: it says of itself that it has expired.', data);
}

function lifeOf(leftMs: number): string {
  const minutes = Math.round(Math.abs(leftMs) / 60_000);
  return leftMs > 0 ? `${minutes} min left` : `expired ${minutes} min ago`;
}

/** What an OAuth token of Databricks shows of itself. A personal access token shows nothing. [RFC 7519] */
function claimsOf(token: string): { readonly scope: string | undefined; readonly expMs: number | undefined } {
  const [, payload = ''] = token.split('.');
  try {
    const claims: unknown = JSON.parse(Buffer.from(payload, 'base64url').toString());
    const scope = isRecord(claims) ? (claims['scope'] ?? claims['scp']) : undefined;
    const words = Array.isArray(scope) ? scope.join(' ') : scope;
    const exp = isRecord(claims) ? claims['exp'] : undefined;
    return {
      scope: typeof words === 'string' ? excerpt(words) : undefined,
      expMs: typeof exp === 'number' ? 1000 * exp : undefined,
    };
  } catch {
    return { scope: undefined, expMs: undefined };
  }
}

/** Who the workspace takes us for, and which workspace it is. One that does not say so may work all the same. */
export async function examineIdentity(questions: Questions, known: Known): Promise<Finding> {
  try {
    const { me, reply } = await askMe(questions);
    known.me = me;
    const workspaceId = reply.header('x-databricks-org-id');
    const id = workspaceId === undefined ? '' : `, workspace ${excerpt(workspaceId)}`;
    return ok(`${excerpt(me.userName ?? me.id ?? 'somebody without a name')}${id}`, { ...me, workspaceId });
  } catch (thrown) {
    if (!(thrown instanceof Problem) || thrown.kind !== 'upstreamHttp') throw thrown;
    return note(
      `not told: ${thrown.message}`,
      'This alone hinders nothing; check that the host is the workspace itself.',
    );
  }
}

/** @param nowMs - the time here, as milliseconds since 1970 */
export function examineClock({ date }: Known, nowMs: number): Finding {
  const theirs = date === undefined ? Number.NaN : Date.parse(date);
  if (Number.isNaN(theirs)) return skipped('the workspace does not say what time it is');
  const skewMs = nowMs - theirs;
  const seconds = Math.abs(Math.round(skewMs / 1000));
  if (Math.abs(skewMs) < SKEW_MS) return ok('right, within a minute', { skewMs });
  const which = skewMs > 0 ? 'ahead' : 'behind';
  return note(
    `${seconds} s ${which} of the workspace`,
    'Let the system set its clock: tokens and certificates have times.',
    { skewMs },
  );
}

export async function examineConnection(name: string, { ask, refuse }: Questions, known: Known): Promise<Finding> {
  const path = connectionPath(name);
  const reply = await ask(path);
  if (reply.status === 403 && !isTokenRefused(reply)) {
    return note(
      `what the workspace knows of ${name} is not for you to see`,
      'The handshake will show whether it works.',
    );
  }
  if (reply.status === 404) {
    const problem = refuse(reply, path);
    return failure(`There is no connection ${name} that you can see.`, hintFor(name), 1, {
      httpStatus: problem.details.httpStatus,
    });
  }
  const connection = reply.status === 200 ? connectionIn(reply.json) : undefined;
  if (connection === undefined) throw refuse(reply, path);
  known.connection = connection;
  const { basePath, credentialType, host, isMcp, owner, type } = connection;
  const data = { ...connection };
  const mark = { yes: 'marked as MCP', no: 'marked as not MCP', unknown: 'not marked as MCP or otherwise' }[isMcp];
  const parts = [mark, credentialType, host && `to ${host}${basePath ?? ''}`, owner && `owner ${owner}`];
  const says = parts.flatMap((part) => (part ? excerpt(part) : [])).join(', ');
  if (type !== undefined && type !== 'HTTP') {
    return note(
      `of type ${excerpt(type)}, ${says}`,
      'The handshake will show whether it works. If not, name an HTTP connection with --connection.',
      data,
    );
  }
  return isMcp === 'no'
    ? note(says, 'Only the route external-function or connection-proxy may work through it.', data)
    : ok(says, data);
}

function hintFor(name: string): string {
  return `Check --connection ${name} and the host; uc-mcp-bridge list shows what you can see.`;
}

function isTokenRefused({ text }: RestReply): boolean {
  return /invalid access token|scope/i.test(text);
}

/**
 * What the catalog says of privileges need not be all: it does not show every group, and not to everybody. The handshake
 * decides.
 */
export async function examinePrivilege(
  name: string,
  { ask }: Questions,
  { me }: Known,
  handshake: () => Promise<unknown>,
): Promise<Finding> {
  const { privilege } = connectionTarget(name);
  const problem = await refusalOf(handshake);
  if (problem !== undefined && /privilege .{1,80} is missing/.test(problem.message)) return failureOf(problem);
  const listed = await hasPrivilege(ask, 'connection', name, me);
  if (listed === 'yes') return ok(privilege);
  const letsThrough = problem === undefined || problem.kind === 'connectionLogin';
  return letsThrough ? ok(`${privilege}: the workspace lets calls through`) : skipped('cannot be told');
}

export async function examineLogin(
  origin: string,
  { ask }: Questions,
  known: Known,
  handshake: () => Promise<unknown>,
): Promise<Finding> {
  const problem = await refusalOf(handshake);
  if (problem?.kind === 'connectionLogin') return failureOf(problem);
  const { connection, me } = known;
  const state = connection === undefined ? 'unknown' : await loginState(ask, connection, me);
  switch (state) {
    case 'not needed':
      return ok('not needed: everybody uses the credential of the connection');
    case 'logged in':
      return ok('you are logged in to the connection');
    case 'due': {
      // A server may answer the handshake, and want the login for the first call.
      const page = `${origin}${connectionTarget(connection?.name ?? '').page}`;
      const says = `You are not logged in to the connection ${connection?.name}.`;
      return failure(says, `Open ${page} and log in.`, 1, { url: page });
    }
    case 'unknown':
      return problem === undefined ? ok('no login is due') : skipped('cannot be told');
  }
}

async function refusalOf(work: () => Promise<unknown>): Promise<Problem | undefined> {
  try {
    await work();
    return undefined;
  } catch (thrown) {
    return thrown instanceof Problem ? thrown : undefined;
  }
}

/** Which of the ways through a connection are tried: all of them, the configured one first. */
export function routesToTry(configured: (typeof ROUTES)[number]): readonly (typeof ROUTES)[number][] {
  return [configured, ...ROUTES.filter((route) => route !== configured)];
}
