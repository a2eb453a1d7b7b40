/** What the sandbox's examples of refusals have to be told as. */

export interface Meaning {
  readonly kind: string;
  /** Whether the call may have run. */
  readonly outcome: 'rejected' | 'unknown';
  readonly says: RegExp;
  readonly hint: RegExp;
  readonly tokenRefused?: boolean;
  /** Whether there is a page to open. */
  readonly hasPage?: boolean;
}

const LOGIN = { kind: 'connectionLogin', outcome: 'rejected', hasPage: true } as const;
const AUTH = { kind: 'auth', outcome: 'rejected' } as const;
const HTTP = { kind: 'upstreamHttp', outcome: 'rejected' } as const;
const TOKEN = { ...AUTH, tokenRefused: true };

/** By what stands before the slash of an example's name. */
export const MEANINGS: Readonly<Record<string, Meaning>> = {
  'not-logged-in': { ...LOGIN, says: /You are not logged in to the (?:connection|MCP service) /, hint: /Open http/ },
  'service-login': { ...LOGIN, says: /connection behind the MCP service/, hint: /Open http/ },
  'login-revoked': { ...LOGIN, says: /expired or was revoked/, hint: /log in again/ },
  'privilege-missing': { ...AUTH, says: /the privilege (?:USE CONNECTION|EXECUTE) is missing/, hint: /GRANT|EXECUTE/ },
  'scope-missing': { ...AUTH, says: /lacks a scope: .*(?:unity-catalog|sql)/, hint: /all-apis/ },
  'ip-blocked': { ...AUTH, says: /this network: .*192\.0\.2\.1/, hint: /VPN.* put 192\.0\.2\.1 on the IP access list/ },
  'network-policy': {
    ...HTTP,
    says: /network policy of the workspace.*api\.githubcopilot\.com/,
    hint: /allowed domains/,
  },
  'private-link': { ...AUTH, says: /private link only/, hint: /private link/ },
  'login-redirect': { ...TOKEN, says: /asks for a login/, hint: /\?o=/ },
  moved: { ...HTTP, says: /redirect .* to https:\/\/mcp\.example\/mcp\/\?…, which is not/, hint: /workspace host/ },
  'credential-unsupported': { ...TOKEN, says: /no credential of this type/, hint: /OAuth token/ },
  'token-refused': { ...TOKEN, says: /did not accept the token\./, hint: /DATABRICKS_TOKEN/ },
  'token-refused-unsaid': { ...TOKEN, says: /did not accept the token\./, hint: /DATABRICKS_TOKEN/ },
  'login-page': { ...AUTH, says: /web page/, hint: /\?o=/ },
  'workspace-missing': { ...HTTP, says: /no such workspace/, hint: /workspace id/ },
  'connection-missing': { ...HTTP, says: /has no (?:connection|MCP service) \S+\./, hint: /--(?:connection|service)/ },
  'endpoint-missing': { ...HTTP, says: /does not know the address/, hint: /not of an account/ },
  'path-refused': { ...HTTP, says: /refused the path/, hint: /--path/ },
  'too-large': { kind: 'tooLarge', outcome: 'rejected', says: /too large/, hint: /less/ },
  'rate-limited': { kind: 'rateLimited', outcome: 'rejected', says: /too many calls/, hint: /Wait/ },
  'rate-limit-zero': { ...AUTH, says: /rate limit of the .* to 0/, hint: /administrator of the account/ },
  'service-rate-limit': {
    kind: 'rateLimited',
    outcome: 'rejected',
    says: /limit of calls per minute/,
    hint: /Wait a minute.* raise its rate limit/,
  },
  'not-mcp': { ...HTTP, says: /does not answer as an MCP server does/, hint: /MCP server\./ },
  'upstream-down': { kind: 'upstreamHttp', outcome: 'unknown', says: /did not reach its server/, hint: /server is up/ },
  'credential-scope': { ...AUTH, says: /lacks a scope/, hint: /owner/ },
  'credential-refused': { ...TOKEN, says: /credential that is stored for it/, hint: /Re-authorise/, hasPage: true },
  'url-refused': { ...TOKEN, says: /The MCP endpoint \S+ did not accept the token\./, hint: /OAuth/ },
  refused: { ...HTTP, says: /INVALID_PARAMETER_VALUE: The connection cannot/, hint: /./ },
  'workspace-failed': { kind: 'upstreamHttp', outcome: 'unknown', says: /INTERNAL_ERROR: An/, hint: /support/ },
};

export function meaningOf(name: string): Meaning {
  const meaning = MEANINGS[name.split('/')[0] ?? ''];
  if (meaning === undefined) throw new Error(`nothing is said of ${name}`);
  return meaning;
}

/** What has to be called for an answer to mean this, where that is not any of them. */
export function onlyOf(name: string): 'service' | 'endpoint' | undefined {
  if (name.startsWith('url-')) return 'endpoint';
  return /\bservice\b/.test(name) ? 'service' : undefined;
}
