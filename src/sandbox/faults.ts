/**
 * Every refusal that is known of a workspace, by name, to be switched on for a call. What stands before a slash is the
 * kind of fault, what stands behind it one of the forms in which it comes. [facts/databricks.md, sections 2, 3 and 7]
 */

import type { Answer } from './answer.ts';
import type { Connection } from './connections.ts';
import type { ExternalCall } from './external-call.ts';
import {
  connectionMissing,
  endpointNotFound,
  failedRequest,
  invalidParameter,
  invalidPath,
  invalidToken,
  noCredential,
  PlatformError,
  requestTooLarge,
} from './platform-error.ts';

/** What a refusal has to know of the call that it refuses. */
export type Refusable = Pick<ExternalCall, 'connection' | 'text'>;

export interface FaultPreset {
  /** Whether such an answer of a real workspace is on record, or documented, or how we think that it looks. */
  readonly known: 'observed' | 'documented' | 'assumed';
  reply(call: Refusable): Answer;
}

const UPSTREAM = 'https://api.githubcopilot.com/mcp';
const REQUEST_ID = '6e1b2a9c-0d3f-4f57-9c7e-2b1f0a5d8e44';

/** By name. */
export const FAULTS: Readonly<Record<string, FaultPreset>> = {
  'not-logged-in': observed((call) => new PlatformError(401, 'UNAUTHENTICATED', notLoggedIn(call))),
  'not-logged-in/jsonrpc': observed((call) => inRpc(call, -32600, coded('UNAUTHENTICATED', notLoggedIn(call)))),
  'not-logged-in/jsonrpc-relayed': observed((call) =>
    inRpc(call, -32001, `Failed request to ${UPSTREAM}. Error: ${coded('UNAUTHENTICATED', notLoggedIn(call))}`),
  ),
  'service-login': observed(() => ({
    status: 401,
    headers: {
      'www-authenticate': 'Bearer resource_metadata="https://evil.example/.well-known/oauth-protected-resource"',
    },
    body: '',
  })),
  'login-revoked': observed(() => new PlatformError(400, 'BAD_REQUEST', exchangeFailed('invalid_grant'))),
  'login-revoked/client': observed(() => new PlatformError(401, 'BAD_REQUEST', exchangeFailed('invalid_client'))),
  'login-revoked/jsonrpc': assumed((call) =>
    inRpc(call, -32600, coded('BAD_REQUEST', exchangeFailed('invalid_grant'))),
  ),
  'privilege-missing': observed(
    ({ connection }) =>
      new PlatformError(
        403,
        'PERMISSION_DENIED',
        `Failed request to ${UPSTREAM}. Error: User is missing USE CONNECTION on ${connection}`,
      ),
  ),
  'privilege-missing/schema': observed(
    () =>
      new PlatformError(
        403,
        'PERMISSION_DENIED',
        `User does not have USE CONNECTION on SCHEMA_CONNECTION '1f6c3a52-5c1e-4e0e-9f10-6f1f5f6d7c11'`,
      ),
  ),
  'privilege-missing/jsonrpc': assumed((call) =>
    inRpc(call, -32600, coded('PERMISSION_DENIED', `User is missing USE CONNECTION on ${call.connection}`)),
  ),
  'privilege-missing/service': assumed(
    ({ connection }) =>
      new PlatformError(403, 'PERMISSION_DENIED', `User does not have EXECUTE on MCP service '${connection}'.`),
  ),
  'scope-missing': observed(() => text(403, 'Invalid scope, required scopes: unity-catalog')),
  'scope-missing/oauth': documented(() =>
    text(403, 'Provided OAuth token does not have required scopes: unity-catalog'),
  ),
  'scope-missing/access': documented(() => text(403, 'Provided access token does not have required scopes: sql')),
  'ip-blocked': documented(
    () =>
      new PlatformError(
        403,
        'PERMISSION_DENIED',
        'Source IP address: 192.0.2.1 is blocked by Databricks IP ACL for workspace: 1234567890123456',
      ),
  ),
  'ip-blocked/words': assumed(
    () => new PlatformError(403, 403, 'Request from IP address 192.0.2.1 is not allowed by the IP access list.'),
  ),
  'network-policy': assumed(() =>
    failedRequest(UPSTREAM, 'Access to api.githubcopilot.com is denied by the serverless network policy.'),
  ),
  'network-policy/jsonrpc': assumed((call) =>
    inRpc(
      call,
      -32600,
      coded('PERMISSION_DENIED', 'Egress to api.githubcopilot.com was blocked by network policy restricted-access.'),
    ),
  ),
  'private-link': documented(() => redirect('/login.html?error=private-link-validation-error:1234567890123456')),
  'login-redirect': documented(() => redirect('/login.html?next_url=%2Fapi%2F2.0')),
  moved: assumed(() => redirect('https://mcp.example/mcp/?key=canary')),
  'credential-unsupported': observed(() => noCredential(REQUEST_ID)),
  'token-refused': observed(() => invalidToken(REQUEST_ID)),
  'token-refused/gateway': documented(() => text(400, 'Invalid Token')),
  'token-refused/forbidden': documented(() => text(403, 'Forbidden: Invalid Token')),
  'token-refused/page': documented(() =>
    page(403, 'Error 403 Invalid access token', '<pre>Invalid access token</pre>'),
  ),
  'token-refused-unsaid': assumed(() => new PlatformError(401, 'UNAUTHENTICATED', 'Request is unauthenticated.')),
  'login-page': documented(() => page(200, 'Databricks', '<h1>Sign in to Databricks</h1>')),
  'workspace-missing': assumed(
    () => new PlatformError(404, 'RESOURCE_DOES_NOT_EXIST', 'Workspace 1234567890123456 could not be found.'),
  ),
  'connection-missing': assumed(({ connection }) => connectionMissing(connection)),
  'connection-missing/words': assumed(
    ({ connection }) => new PlatformError(404, 'NOT_FOUND', `Connection '${connection}' does not exist.`),
  ),
  'connection-missing/jsonrpc': assumed((call) =>
    inRpc(call, -32600, coded('NOT_FOUND', `Connection '${call.connection}' does not exist.`)),
  ),
  'endpoint-missing': documented(() => endpointNotFound('POST', '/api/2.0/external-function')),
  'path-refused': observed(() => invalidPath('/..')),
  'too-large': assumed(() => requestTooLarge(4 * 1024 * 1024)),
  'rate-limited': assumed(
    () => new PlatformError(429, 'REQUEST_LIMIT_EXCEEDED', 'Too many requests.', { 'retry-after': '60' }),
  ),
  'rate-limit-zero': observed(
    () =>
      new PlatformError(
        403,
        'PERMISSION_DENIED',
        'PERMISSION_DENIED: The endpoint is temporarily disabled due to a Databricks-set rate limit of 0.',
      ),
  ),
  'service-rate-limit': assumed(
    () =>
      new PlatformError(429, 'REQUEST_LIMIT_EXCEEDED', 'Exceeded the rate limit of the MCP service.', {
        'retry-after': '60',
      }),
  ),
  'service-rate-limit/qpm': assumed(() => ({
    ...text(429, 'Rate limit exceeded: 20 QPM for user.'),
    headers: { 'content-type': 'text/plain', 'retry-after': '60' },
  })),
  'not-mcp': observed(() => text(404, '404 page not found')),
  'not-mcp/flag': assumed(
    ({ connection }) =>
      new PlatformError(400, 'INVALID_PARAMETER_VALUE', `Connection '${connection}' is not an MCP connection.`),
  ),
  'upstream-down': assumed(() => failedRequest(UPSTREAM, 'connect timed out')),
  'upstream-down/jsonrpc': assumed((call) =>
    inRpc(call, -32600, `Failed request to ${UPSTREAM}. Error: connect timed out`),
  ),
  'credential-scope': observed(() => ({
    status: 403,
    headers: { 'www-authenticate': 'Bearer error="insufficient_scope", scope="repo"' },
    body: 'Forbidden: insufficient scopes',
  })),
  'credential-refused': observed(() => text(401, 'bad request: missing required Authorization header')),
  'url-refused': assumed(() => text(401, 'Unauthorized')),
  refused: documented(() => invalidParameter('The connection cannot be used in this way.')),
  'workspace-failed': documented(() => new PlatformError(500, 'INTERNAL_ERROR', 'An internal error occurred.')),
};

/** @throws Error where none is called that */
export function faultNamed(name: string): FaultPreset {
  const preset = Object.hasOwn(FAULTS, name) ? FAULTS[name] : undefined;
  if (preset === undefined) throw new Error(`no fault is called ${name}`);
  return preset;
}

/** What whoever calls meets at a connection that is not theirs to use, or not yet; on each route in its own form. */
export function faultOfUse(
  route: ExternalCall['route'],
  { granted, login }: Partial<Connection> = {},
): string | undefined {
  if (granted === false) return route === 'endpoint' ? 'privilege-missing/service' : 'privilege-missing';
  if (login?.due !== true) return undefined;
  if (route === 'endpoint') return 'service-login';
  return route === 'managed-mcp' ? 'not-logged-in/jsonrpc' : 'not-logged-in';
}

function observed(reply: FaultPreset['reply']): FaultPreset {
  return { known: 'observed', reply };
}

function documented(reply: FaultPreset['reply']): FaultPreset {
  return { known: 'documented', reply };
}

function assumed(reply: FaultPreset['reply']): FaultPreset {
  return { known: 'assumed', reply };
}

/** The address in it must lead nobody anywhere: a client that shows it has taken over a server's word. */
function notLoggedIn({ connection }: Refusable): string {
  return (
    `Credential for user identity('1234567890') is not found for the connection '${connection}'. Please login first to ` +
    `the connection by visiting https://evil.example/explore/connections/${connection}?o=1`
  );
}

function exchangeFailed(error: string): string {
  return (
    `Failed request to ${UPSTREAM}. Error: The OAuth token exchange failed with HTTP status code 400 Bad Request. The ` +
    `returned server response or exception message is: Map(error -> ${error}, error_description -> no longer valid)`
  );
}

function coded(errorCode: string, message: string): string {
  return JSON.stringify({ error_code: errorCode, message });
}

/** As the managed MCP endpoint puts it: an error of JSON-RPC, under status 200. */
function inRpc({ text: request = '{}' }: Refusable, code: number, message: string): Answer {
  const { id = null }: { id?: unknown } = JSON.parse(request);
  const body = JSON.stringify({ jsonrpc: '2.0', id, error: { code, message } });
  return { status: 200, headers: { 'content-type': 'application/json' }, body };
}

function text(status: number, body: string): Answer {
  return { status, headers: { 'content-type': 'text/plain' }, body };
}

function page(status: number, title: string, body: string): Answer {
  const html = `<!DOCTYPE html><html><head><title>${title}</title></head><body>${body}</body></html>`;
  return { status, headers: { 'content-type': 'text/html' }, body: html };
}

function redirect(location: string): Answer {
  return { status: 302, headers: { location }, body: '' };
}
