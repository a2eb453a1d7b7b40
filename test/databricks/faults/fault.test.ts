import { describe, expect, it } from 'vitest';
import { faultInError, faultOf } from '../../../src/databricks/faults/fault.ts';
import type { Place } from '../../../src/databricks/faults/place.ts';
import { rows } from '../../../src/databricks/faults/table.ts';
import { connectionTarget, endpointTarget, serviceTarget } from '../../../src/databricks/targets.ts';
import { FAULTS } from '../../../src/sandbox/faults.ts';
import { head, heardOf, placeOf } from './example.ts';
import { MEANINGS, meaningOf, onlyOf } from './meaning.ts';

const PLACE = placeOf(connectionTarget('github_u2m'));
const PAGE = 'https://ws.example/explore/connections/github_u2m?o=42';
const json = (error_code: string | number, message: string) => JSON.stringify({ error_code, message });
const NOT_LOGGED_IN = json(
  'UNAUTHENTICATED',
  "Credential for user identity('123') is not found for the connection 'github_u2m'. Please login first to the connection by visiting https://evil.example/explore/connections/x",
);

function placeFor(name: string): Place {
  switch (onlyOf(name)) {
    case 'service':
      return placeOf(serviceTarget('system.ai.github'));
    case 'endpoint':
      return placeOf(endpointTarget('/api/2.0/mcp/genie/1'));
    default:
      return PLACE;
  }
}

describe('the table', () => {
  it('has an example of each row, and each example has a row', () => {
    const kinds = new Set(Object.keys(FAULTS).map((name) => name.split('/')[0]));
    expect([...kinds].sort()).toEqual(
      rows()
        .map(({ name }) => name)
        .sort(),
    );
    expect(Object.keys(MEANINGS).sort()).toEqual([...kinds].sort());
  });

  it.each(Object.keys(FAULTS))('knows "%s" for what it is, by the platform\'s own answer', (name) => {
    const { hasPage = false, hint, kind, outcome, says, tokenRefused = false } = meaningOf(name);
    const fault = heardOf(name, placeFor(name));
    expect(fault).toMatchObject({ tokenRefused, problem: { kind, outcome } });
    expect(fault?.problem.message).toMatch(says);
    expect(fault?.problem.hint).toMatch(hint);
    expect(fault?.problem.details.url !== undefined).toBe(hasPage);
  });

  it('takes time in proportion to what it reads, whatever that is (T192)', () => {
    const pieces = [
      'Credential for user identity(',
      'Failed request to ',
      'connection ',
      'workspace ',
      ' Error: ',
      '{"message":"',
      'sign ',
    ];
    const started = performance.now();
    for (const piece of pieces) {
      for (const status of [200, 302, 400, 401, 404, 500]) {
        faultOf(head(status), piece.repeat(64 * 1024), PLACE);
        faultOf(head(status), json('X', piece.repeat((60 * 1024) / piece.length)), PLACE);
        faultInError(head(200), piece.repeat((60 * 1024) / piece.length), PLACE);
      }
    }
    expect(performance.now() - started).toBeLessThan(2_000);
  });
});

describe('faultOf', () => {
  it('shows the statement that gives the missing privilege', () => {
    const problem = heardOf('privilege-missing', PLACE)?.problem;
    expect(problem?.message).toBe(
      'You may not use the connection github_u2m: the privilege USE CONNECTION is missing.',
    );
    expect(problem?.hint).toContain('GRANT USE CONNECTION ON CONNECTION `github_u2m` TO');
  });

  it('takes a redirect to a login for a refused token, and names a private link (T096, T169)', () => {
    expect(faultOf(head(302, { location: '/login.html' }), '', PLACE)).toMatchObject({ tokenRefused: true });
    const fault = faultOf(head(302, { location: '/login.html?error=private-link-validation-error' }), '', PLACE);
    expect(fault?.problem.message).toMatch(/private link/);
    expect(fault?.tokenRefused).toBe(false);
  });

  it('builds the page for the login from what was configured, not from what the server wrote (T174)', () => {
    const problem = faultOf(head(401), NOT_LOGGED_IN, PLACE)?.problem;
    expect(problem?.details.url).toBe(PAGE);
    expect(`${problem?.message} ${problem?.hint}`).toContain(PAGE);
    expect(`${problem?.message} ${problem?.hint}`).not.toContain('evil');
  });

  it.each([
    ['unknown', undefined, 'https://ws.example/explore/connections/github_u2m'],
    ['odd', '1&x=2#y', 'https://ws.example/explore/connections/github_u2m?o=1%26x%3D2%23y'],
  ])(
    'builds it without a workspace id that is unknown, and keeps one that is %s in its place (T174)',
    (_, workspaceId, url) => {
      expect(faultOf(head(401), NOT_LOGGED_IN, { ...PLACE, workspaceId })?.problem.details.url).toBe(url);
    },
  );

  it.each<[string, Place, string]>([
    ['/api/2.0/mcp/external/github_u2m', placeOf(endpointTarget('/api/2.0/mcp/external/github_u2m')), PAGE],
    ['the proxy', placeOf(endpointTarget('/api/2.0/unity-catalog/connections/github_u2m/proxy/mcp')), PAGE],
    ['another endpoint', placeOf(endpointTarget('/api/2.0/mcp/genie/1')), 'https://ws.example/?o=42'],
  ])('knows the page of the connection behind %s', (_, place, url) => {
    expect(faultOf(head(401), NOT_LOGGED_IN, place)?.problem.details.url).toBe(url);
  });

  it('sees through status 200, where a route hides the real one', () => {
    expect(faultOf(head(200), json(403, 'Invalid access token.'), PLACE)).toMatchObject({ tokenRefused: true });
    expect(faultOf(head(200), json('REQUEST_LIMIT_EXCEEDED', 'slow'), PLACE)?.problem.kind).toBe('rateLimited');
    expect(faultOf(head(200), json('INTERNAL_ERROR', 'oh'), PLACE)?.problem.outcome).toBe('unknown');
  });

  it.each([
    ['an object with a message', '{"error":{"message":"Invalid access token"}}'],
    ['API 1.2', '{"error":"Invalid access token"}'],
    ['SCIM', '{"detail":"Invalid access token","scimType":"x"}'],
    ['a code before the words', 'PERMISSION_DENIED: Invalid access token'],
    ['a page with <pre>', '<html><body><h2>Error 403</h2><pre>Invalid access token</pre></body></html>'],
    ['JSON in JSON', json('BAD_REQUEST', json(403, 'Invalid access token'))],
    ['JSON behind a prefix', `Failed request to https://x/mcp. Error: ${json(403, 'Invalid access token')}`],
  ])('reads the words in %s (T100)', (_, text) => {
    expect(faultOf(head(403), text, PLACE)).toMatchObject({ tokenRefused: true });
  });

  it("never takes the refusal of the connection's own credential for one of our token (T082)", () => {
    for (const text of ['Unauthorized', 'token expired', '{"message":"Bad credentials","status":"401"}', '']) {
      const challenge = 'Bearer error="invalid_token", resource_metadata="https://api.githubcopilot.com/.well-known/x"';
      const fault = faultOf(head(401, { 'www-authenticate': challenge }), text, PLACE);
      expect(fault).toMatchObject({ tokenRefused: false, problem: { kind: 'auth' } });
      expect(fault?.problem.hint).toMatch(/^Re-authorise the connection github_u2m/);
    }
    const workspaces = faultOf(head(401, { 'www-authenticate': 'Bearer realm="DatabricksRealm"' }), '', PLACE);
    expect(workspaces).toMatchObject({ tokenRefused: true });
  });

  it('takes what the platform relays of a server for the word of that server (T082)', () => {
    for (const words of ['401 Unauthorized', 'Bad credentials', 'Request is unauthenticated.']) {
      const text = json('UNAUTHENTICATED', `Failed request to https://api.githubcopilot.com/mcp. Error: ${words}`);
      const fault = faultOf(head(401), text, PLACE);
      expect(fault).toMatchObject({ tokenRefused: false, problem: { kind: 'auth', outcome: 'rejected' } });
      expect(fault?.problem.hint).toMatch(/^Re-authorise the connection github_u2m/);
    }
  });

  it.each(['', 'Unauthorized', '{"message":"Bad credentials","status":"401"}'])(
    'has a fresh token tried where 401 and %j do not tell whose credential was refused (T079)',
    (text) => {
      expect(faultOf(head(401), text, PLACE)).toMatchObject({ tokenRefused: true, problem: { kind: 'auth' } });
    },
  );

  it("leaves the MCP server's own answers alone", () => {
    expect(
      faultOf(head(401), '{"jsonrpc":"2.0","id":1,"error":{"code":-32000,"message":"Unauthorized"}}', PLACE),
    ).toBeUndefined();
    expect(faultOf(head(200), '{"jsonrpc":"2.0","id":1,"result":{"text":"invalid_grant"}}', PLACE)).toBeUndefined();
    expect(faultOf(head(502), '<html>Bad Gateway</html>', PLACE)).toBeUndefined();
    expect(faultOf(head(502), '<html>Invalid access token, sign in</html>', PLACE)).toBeUndefined();
    expect(faultOf(head(403), 'the required scopes of repo', PLACE)).toBeUndefined();
    expect(faultOf(head(400), 'invalid_grant', PLACE)).toBeUndefined();
    const exchange = 'OAuth token exchange failed with HTTP status code 400: Map(error -> invalid_grant)';
    expect(faultOf(head(400), exchange, PLACE)).toMatchObject({ problem: { kind: 'connectionLogin' } });
  });

  it('is not sure of what a server may have said of a session or a method', () => {
    expect(faultOf(head(404), 'session not found', PLACE)?.isGuess).toBe(true);
    expect(faultOf(head(404), json('INVALID_PARAMETER_VALUE', 'This is not an MCP connection.'), PLACE)?.isGuess).toBe(
      false,
    );
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

  it.each([
    'invalid_grant',
    'required scopes: repo',
    'Connection x does not exist',
    'Invalid Token',
    'Invalid access token.',
    '404 page not found',
    'Failed request to fetch the issue. Error: timeout',
    'The log says: "error_code" missing',
    `The user pasted: ${NOT_LOGGED_IN}`,
    'He wrote: Please login first to the connection by visiting https://x',
    json('PERMISSION_DENIED', 'You may not merge this.'),
    json('UNAUTHENTICATED', 'Who are you?'),
    json(403, 'Invalid access token.'),
    json('REQUEST_LIMIT_EXCEEDED', 'Too many requests to the warehouse.'),
    NOT_LOGGED_IN.replace('github_u2m', 'another_connection'),
  ])('passes an error of the server on, even if it says %s (T043)', (message) => {
    expect(faultInError(head(200), message, PLACE)).toBeUndefined();
  });
});
