import { describe, expect, it } from 'vitest';
import { faultInError, faultOf } from '../../src/databricks/faults.ts';
import { connectionTarget } from '../../src/databricks/targets.ts';

const PLACE = { origin: 'https://ws.example', workspaceId: '42', target: connectionTarget('github_u2m') };
const PAGE = 'https://ws.example/explore/connections/github_u2m?o=42';
const head = (status: number, headers: Record<string, string> = {}) => ({
  status,
  header: (name: string) => headers[name],
});
const json = (error_code: string | number, message: string) => JSON.stringify({ error_code, message });
const NOT_LOGGED_IN = json(
  'UNAUTHENTICATED',
  "Credential for user identity('123') is not found for the connection 'github_u2m'. Please login first to the connection by visiting https://evil.example/explore/connections/x",
);

describe('faultOf', () => {
  it.each([
    ['bad token', 403, json(403, 'Invalid access token. [ReqId: r-1]'), 'auth', true],
    ['no token', 401, json(401, 'Credential was not sent or was of an unsupported type for this API.'), 'auth', true],
    ['gateway token', 400, 'Invalid Token', 'auth', true],
    [
      'missing USE CONNECTION',
      403,
      json('PERMISSION_DENIED', 'User is missing USE CONNECTION on github_u2m'),
      'auth',
      false,
    ],
    ['missing scope', 403, 'Invalid scope, required scopes: unity-catalog', 'auth', false],
    [
      'IP access list',
      403,
      json('PERMISSION_DENIED', 'Source IP address: 1.2.3.4 is blocked by Databricks IP ACL'),
      'auth',
      false,
    ],
    ['not logged in', 401, NOT_LOGGED_IN, 'connectionLogin', false],
    [
      'refresh revoked',
      400,
      json('BAD_REQUEST', 'Failed request to https://x/mcp. Error: Map(error -> invalid_grant)'),
      'connectionLogin',
      false,
    ],
    [
      'no such connection',
      404,
      json('CONNECTION_DOES_NOT_EXIST', "Connection 'x' does not exist."),
      'upstreamHttp',
      false,
    ],
    ['no such connection, in words', 404, json('NOT_FOUND', "Connection 'x' does not exist."), 'upstreamHttp', false],
    ['no such address', 404, json('ENDPOINT_NOT_FOUND', 'No API found'), 'upstreamHttp', false],
    ['path refused', 400, json('INVALID_HTTP_REQUEST_PATH', 'no'), 'upstreamHttp', false],
    ['too large', 413, json('MALFORMED_REQUEST', 'too large'), 'tooLarge', false],
    ['rate limit', 429, json('REQUEST_LIMIT_EXCEEDED', 'slow down'), 'rateLimited', false],
    [
      'server unreachable',
      400,
      json('BAD_REQUEST', 'Failed request to https://x/mcp. Error: connection refused'),
      'upstreamHttp',
      false,
    ],
    ["connection's own credential", 401, 'bad request: missing required Authorization header', 'auth', false],
    ['login page', 200, '<!DOCTYPE html><html>Sign in</html>', 'auth', false],
    ['any other refusal', 400, json('INVALID_PARAMETER_VALUE', 'no'), 'upstreamHttp', false],
  ])('recognises: %s', (_, status, text, kind, tokenRefused) => {
    const fault = faultOf(head(status), text, PLACE);
    expect(fault).toMatchObject({ tokenRefused, problem: { kind, details: { httpStatus: status } } });
    expect(fault?.problem.hint).not.toBe('');
  });

  it('shows the statement that gives the missing privilege', () => {
    const problem = faultOf(head(403), 'User is missing USE CONNECTION on github_u2m', PLACE)?.problem;
    expect(problem?.message).toBe(
      'You may not use the connection github_u2m: the privilege USE CONNECTION is missing.',
    );
    expect(problem?.hint).toContain('GRANT USE CONNECTION ON CONNECTION `github_u2m` TO');
  });

  it('takes a redirect to a login for a refused token, and names a private link (T096, T169)', () => {
    expect(faultOf(head(302, { location: '/login.html' }), '', PLACE)).toMatchObject({ tokenRefused: true });
    const fault = faultOf(head(302, { location: '/login.html?error=private-link-validation-error' }), '', PLACE);
    expect(fault?.problem.message).toMatch(/private link/);
  });

  it('builds the page for the login from what was configured, not from what the server wrote (T174)', () => {
    const problem = faultOf(head(401), NOT_LOGGED_IN, PLACE)?.problem;
    expect(problem?.details.url).toBe(PAGE);
    expect(`${problem?.message} ${problem?.hint}`).toContain(PAGE);
    expect(`${problem?.message} ${problem?.hint}`).not.toContain('evil');
  });

  it("leaves the MCP server's own answers alone", () => {
    expect(
      faultOf(head(401), '{"jsonrpc":"2.0","id":1,"error":{"code":-32000,"message":"Unauthorized"}}', PLACE),
    ).toBeUndefined();
    expect(faultOf(head(200), '{"jsonrpc":"2.0","id":1,"result":{"text":"invalid_grant"}}', PLACE)).toBeUndefined();
    expect(faultOf(head(404), 'session not found', PLACE)).toBeUndefined();
    expect(faultOf(head(502), '<html>Bad Gateway</html>', PLACE)).toBeUndefined();
  });

  it('says which request it was, for the support of the platform', () => {
    expect(faultOf(head(403), json(403, 'Invalid access token. [ReqId: r-1]'), PLACE)?.problem.details.requestId).toBe(
      'r-1',
    );
    expect(faultOf(head(403, { 'x-request-id': 'h-1' }), json('X', 'y'), PLACE)?.problem.details.requestId).toBe('h-1');
  });
});

describe('faultInError', () => {
  it('finds a login that is due inside a JSON-RPC error', () => {
    expect(faultInError(head(200), NOT_LOGGED_IN, PLACE)).toMatchObject({ problem: { kind: 'connectionLogin' } });
    const prefixed = `Failed request to https://x. Error: ${NOT_LOGGED_IN}`;
    expect(faultInError(head(200), prefixed, PLACE)).toMatchObject({ problem: { kind: 'connectionLogin' } });
  });

  it.each(['invalid_grant', 'required scopes: repo', 'Connection x does not exist', 'Invalid Token'])(
    'passes an error of the server on, even if it says %s (T043)',
    (message) => {
      expect(faultInError(head(200), message, PLACE)).toBeUndefined();
    },
  );
});
