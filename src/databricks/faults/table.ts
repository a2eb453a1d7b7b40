/** What Databricks says when it refuses, and what a person has to know of it: one row for each. */

import { bareAddress, excerpt } from '../../protocol/excerpt.ts';
import type { Kind, Outcome } from '../../protocol/problem.ts';
import { type Place, pageOf } from './place.ts';
import type { Said } from './said.ts';

/** What an answer shows of itself. */
export interface Signs extends Said {
  /** HTTP status; under a 2xx, the one that the `error_code` stands for. */
  readonly status: number;
  /** Where a redirect points. */
  readonly location: string;
  /** What an answer of status 401 or 403 asks for. */
  readonly challenge: string;
}

export interface Row {
  /** Stable, for tests and for the sandbox, which has an example of each. */
  readonly name: string;
  readonly when: (signs: Signs, place: Place) => boolean;
  readonly kind: Kind;
  readonly says: (place: Place, signs: Signs) => string;
  readonly hint: (place: Place, signs: Signs) => string;
  /** By default the call was turned away before it ran. */
  readonly outcome?: Outcome;
  /** The workspace did not accept our token, or may not have: another one may do. */
  readonly tokenRefused?: boolean | ((signs: Signs) => boolean);
  /** Whether the page of the connection helps. */
  readonly withPage?: boolean;
  /** Whether it is said of the use of the connection, which the managed endpoints do inside a JSON-RPC error. */
  readonly isOfUse?: boolean;
  /** Without an `error_code`, the same may be the server's own word about a session or a method. */
  readonly isGuess?: boolean;
  /** What the workspace can be asked so that the hint says more. */
  readonly advice?: 'near-names' | 'grantee';
}

const REPLACE_TOKEN = 'It is wrong or has expired: replace DATABRICKS_TOKEN or the token in the profile.';

/** First match counts: the particular stands before the general. Made when something is refused, and not at every start. */
export const rows = (): readonly Row[] => [
  {
    name: 'not-logged-in',
    when: ({ message }) =>
      /^Credential for user identity\([^)]{0,200}\) is not found\b|Please login first to the connection\b/i.test(
        withoutRelay(message),
      ),
    kind: 'connectionLogin',
    says: ({ target }) => `You are not logged in to the ${target.name}.`,
    hint: (place) => `Open ${pageOf(place)} and log in, then call again.`,
    withPage: true,
    isOfUse: true,
  },
  {
    // [RFC 9728] Unity Gateway asks like this for the login behind a service. [third-party observation, 2026-08]
    name: 'service-login',
    when: ({ status, code, challenge }, { target }) =>
      target.sort === 'service' && status === 401 && code === '' && /\bresource_metadata=/i.test(challenge),
    kind: 'connectionLogin',
    says: ({ target }) => `You are not logged in to the connection behind the ${target.name}.`,
    hint: (place) => `Open ${pageOf(place)} and log in, then call again.`,
    withPage: true,
  },
  {
    name: 'login-revoked',
    when: ({ code, message }) =>
      (code !== '' || /token exchange failed/i.test(message)) &&
      /\b(?:invalid_grant|invalid_client|invalid_refresh_token)\b/.test(message),
    kind: 'connectionLogin',
    says: ({ target }) => `Your login to the ${target.name} has expired or was revoked.`,
    hint: (place) => `Open ${pageOf(place)} and log in again, then call again.`,
    withPage: true,
    isOfUse: true,
  },
  {
    name: 'privilege-missing',
    when: ({ message }) => /\bUSE[ _]CONNECTION\b|\b(?:does not have|is missing) EXECUTE\b/.test(message),
    kind: 'auth',
    says: ({ target }) => `You may not use the ${target.name}: the privilege ${target.privilege} is missing.`,
    hint: ({ target }) => `Ask its owner for: ${target.grant('<you>')}`,
    advice: 'grantee',
    isOfUse: true,
  },
  {
    name: 'scope-missing',
    when: ({ message }) =>
      /^(?:Forbidden: )?(?:Invalid scope, required scopes:|Provided \w+ token does not have required scopes)/i.test(
        message,
      ),
    kind: 'auth',
    says: (_, { message }) => `The token lacks a scope: ${excerpt(message)}`,
    hint: () => 'Use a token with the scope all-apis, or with the one that is named.',
  },
  {
    name: 'ip-blocked',
    when: ({ message, relayed }) =>
      !relayed &&
      /\bIP (?:access list|ACL)\b|\bIP address\b[^.]{0,120}\b(?:blocked|not allowed|not permitted)\b|^Unauthorized network access to workspace/i.test(
        message,
      ),
    kind: 'auth',
    says: (_, { message }) => `The workspace does not accept calls from this network: ${excerpt(message)}`,
    hint: (_, { message }) =>
      `Connect to the company network or VPN, or ask an administrator to put ${addressIn(message)} on the IP access list of the workspace.`,
  },
  {
    // The workspace reached the limits of its own network, not of the user's.
    name: 'network-policy',
    when: ({ code, message, relayed }) =>
      (code !== '' || relayed) &&
      /\b(?:serverless )?(?:network|egress) polic(?:y|ies)\b|\begress\b[^.]{0,80}\b(?:blocked|denied|not allowed)\b/i.test(
        message,
      ),
    kind: 'upstreamHttp',
    says: ({ target }, { message }) =>
      `A network policy of the workspace blocks the server behind the ${target.name}: ${excerpt(message)}`,
    hint: () =>
      'Ask an administrator of the account to add the name of the server to the allowed domains of the serverless network policy.',
    isOfUse: true,
  },
  {
    name: 'private-link',
    when: ({ status, location }) => isRedirect(status) && location.includes('private-link'),
    kind: 'auth',
    says: ({ origin }) => `The workspace ${origin} can be reached by private link only.`,
    hint: () => 'Connect to the network that has the private link.',
  },
  {
    name: 'login-redirect',
    when: ({ status, location }) => isRedirect(status) && /login|signin|\/oidc\//i.test(location),
    kind: 'auth',
    says: ({ origin }) => `The workspace ${origin} did not accept the token and asks for a login.`,
    hint: ({ remedy = REPLACE_TOKEN }) =>
      `${remedy} If that does not help, check that the host is the right workspace, with its id (?o=...) where several share the host.`,
    tokenRefused: true,
  },
  {
    name: 'moved',
    when: ({ location, status }) => isRedirect(status) && location !== '',
    kind: 'upstreamHttp',
    says: (_, { location, status }) =>
      `The answer is a redirect (status ${status}) to ${bareAddress(location)}, which is not followed.`,
    hint: ({ target }) =>
      target.option === '--connection'
        ? 'Check the workspace host, the host and base path of the connection, and --path: put the new address there.'
        : `Check the workspace host and ${target.option}: put the new address there.`,
  },
  {
    name: 'credential-unsupported',
    when: ({ message }) => /^Credential was not sent or was of an unsupported type\b/i.test(message),
    kind: 'auth',
    says: ({ origin }) => `The workspace ${origin} did not accept the token: it takes no credential of this type here.`,
    hint: () => 'Use a personal access token or an OAuth token of this workspace.',
    tokenRefused: true,
  },
  {
    name: 'token-refused',
    when: ({ code, message, status }) =>
      [400, 401, 403].includes(status) &&
      (/^(?:Forbidden: |Error \d{3}:? )?Invalid (?:access )?token\b/i.test(message) ||
        (code !== '' && /\binvalid (?:access )?token\b|\btoken (?:is |has )?expired\b/i.test(message))),
    kind: 'auth',
    says: ({ origin }) => `The workspace ${origin} did not accept the token.`,
    hint: ({ remedy = REPLACE_TOKEN }) => remedy,
    tokenRefused: true,
  },
  {
    name: 'token-refused-unsaid',
    when: ({ challenge, code, relayed, status }) =>
      status === 401 && !relayed && (code !== '' || /realm="?Databricks/i.test(challenge)),
    kind: 'auth',
    says: ({ origin }) => `The workspace ${origin} did not accept the token.`,
    hint: ({ remedy = REPLACE_TOKEN }) => remedy,
    tokenRefused: true,
  },
  {
    name: 'login-page',
    when: ({ page, status }) => status === 200 && /\b(?:log|sign)[ -]?in\b/i.test(page),
    kind: 'auth',
    says: ({ origin }) => `${origin} answered with a web page, probably that of a login.`,
    hint: () =>
      'Check that the host is the address of the workspace itself, with its id (?o=...) where several share the host.',
  },
  {
    name: 'workspace-missing',
    when: ({ code, message }) =>
      code !== '' && /\bworkspace\b[^.]{0,120}\b(?:not found|not be found|does not exist)\b/i.test(message),
    kind: 'upstreamHttp',
    says: ({ origin }) => `There is no such workspace at ${origin}.`,
    hint: () => 'Check the host, and the workspace id where several workspaces share the host.',
  },
  {
    name: 'connection-missing',
    when: ({ code, message }) =>
      code === 'CONNECTION_DOES_NOT_EXIST' ||
      /^(?:HTTP )?(?:connection|MCP service)\b.{0,300}\b(?:does not exist|not found)\b/i.test(withoutRelay(message)),
    kind: 'upstreamHttp',
    says: ({ target, origin }) => `The workspace ${origin} has no ${target.name}.`,
    hint: ({ target }) => `Check ${target.option}, and that the host is the right workspace.`,
    advice: 'near-names',
    isOfUse: true,
  },
  {
    name: 'endpoint-missing',
    when: ({ code }) => code === 'ENDPOINT_NOT_FOUND',
    kind: 'upstreamHttp',
    says: ({ origin }) => `${origin} does not know the address that the calls go to.`,
    hint: () => 'Check that the host is the address of a workspace, not of an account.',
  },
  {
    name: 'path-refused',
    when: ({ code }) => code === 'INVALID_HTTP_REQUEST_PATH',
    kind: 'upstreamHttp',
    says: () => 'The workspace refused the path.',
    hint: () => 'Check --path: it is appended to the base path of the connection.',
  },
  {
    name: 'too-large',
    when: ({ code, status }) =>
      (status === 413 && code !== '') || /^(?:MAX_REQUEST_SIZE_EXCEEDED|REQUEST_ENTITY_TOO_LARGE)$/.test(code),
    kind: 'tooLarge',
    says: () => 'The workspace refused the message as too large.',
    hint: () => 'Send less at a time.',
  },
  {
    // Waiting does not help. Trial workspaces have such limits. [community.databricks.com, 2026]
    name: 'rate-limit-zero',
    when: ({ code, message }) => code !== '' && /\brate limit of 0\b/i.test(message),
    kind: 'auth',
    says: ({ target }) => `Databricks has set the rate limit of the ${target.name} to 0.`,
    hint: () =>
      'Ask an administrator of the account: workspaces on trial have such limits until the account is verified.',
    isOfUse: true,
  },
  {
    name: 'service-rate-limit',
    when: ({ code, message, status }, { target }) =>
      /\bQPM\b|\bquer(?:y|ies) per minute\b/i.test(message) ||
      (target.sort === 'service' && code !== '' && status === 429 && /\brate.?limit/i.test(message)),
    kind: 'rateLimited',
    says: ({ target }) => `The ${target.name} has reached its limit of calls per minute.`,
    hint: ({ target }) =>
      `Wait a minute before the next call, or ask the owner of the ${target.name} to raise its rate limit (QPM).`,
    isOfUse: true,
  },
  {
    name: 'rate-limited',
    when: ({ code, status }) =>
      (status === 429 && code !== '') || code === 'REQUEST_LIMIT_EXCEEDED' || code === 'RESOURCE_EXHAUSTED',
    kind: 'rateLimited',
    says: () => 'The workspace has had too many calls.',
    hint: () => 'Wait before the next call.',
  },
  {
    // The words are assumed; a server that is no MCP server answers in words of its own, under these statuses.
    name: 'not-mcp',
    when: ({ code, message, status }) =>
      code === ''
        ? status === 404 || status === 405
        : /\bnot (?:an? |enabled (?:as|for) )?MCP\b|\bMCP is not enabled\b|\bis_mcp_connection\b/i.test(message),
    kind: 'upstreamHttp',
    says: ({ target }, { message, status }) =>
      `What is behind the ${target.name} does not answer as an MCP server does (status ${status}): ${excerpt(message) || 'no words'}`,
    hint: ({ target }) =>
      target.sort === 'connection'
        ? 'Check base_path and is_mcp_connection of the connection, and --path: together they have to lead to the MCP server.'
        : `Check ${target.option}: it has to lead to an MCP server.`,
    isGuess: true,
    isOfUse: true,
  },
  {
    // The connection was used: whether the server behind it acted on the call cannot be told.
    name: 'upstream-down',
    when: ({ relayed, status }) => relayed && status !== 401,
    kind: 'upstreamHttp',
    says: ({ target }, { message }) => `The ${target.name} did not reach its server: ${excerpt(message)}`,
    hint: () => 'Check its host and base path in the workspace, and that its server is up.',
    outcome: 'unknown',
    isOfUse: true,
  },
  {
    name: 'credential-scope',
    when: ({ challenge, code, message, status }) =>
      status === 403 &&
      code === '' &&
      (/error="insufficient_scope"/.test(challenge) || /^Forbidden: insufficient scopes?\b/i.test(message)),
    kind: 'auth',
    says: ({ target }) => `The credential of the ${target.name} may not do this on the server: it lacks a scope.`,
    hint: ({ target }) => `Have the owner of the ${target.name} add the scope, then log in to it again.`,
  },
  {
    // Nothing is stored for an address of its own: what it was shown is our token. Apps, for one, take OAuth tokens alone.
    name: 'url-refused',
    when: ({ code, status }, { target }) => target.sort === 'endpoint' && status === 401 && code === '',
    kind: 'auth',
    says: ({ target }) => `The ${target.name} did not accept the token.`,
    hint: ({ remedy = REPLACE_TOKEN }) => `${remedy} A Databricks App takes OAuth tokens alone.`,
    tokenRefused: true,
  },
  {
    name: 'credential-refused',
    when: ({ code, relayed, status }) => status === 401 && (code === '' || relayed),
    kind: 'auth',
    says: ({ target }) => `The server behind the ${target.name} did not accept the credential that is stored for it.`,
    hint: (place) =>
      `Re-authorise the ${place.target.name}: open ${pageOf(place)} and log in again, or have its owner renew the credential.`,
    withPage: true,
    // Where nobody signs the refusal it may be that of our token: a fresh one is tried, once a minute at most.
    tokenRefused: ({ challenge, relayed }) => challenge === '' && !relayed,
  },
  {
    name: 'refused',
    when: ({ code, status }) => code !== '' && status < 500,
    kind: 'upstreamHttp',
    says: ({ target }, { code, message }) =>
      `The workspace refused the call through the ${target.name} with ${excerpt(code)}: ${excerpt(message)}`,
    hint: () => 'Ask an administrator of the workspace, with the code and the request id.',
  },
  {
    name: 'workspace-failed',
    when: ({ code }) => code !== '',
    kind: 'upstreamHttp',
    says: ({ target }, { code, message }) =>
      `The workspace failed at the call through the ${target.name} with ${excerpt(code)}: ${excerpt(message)}`,
    hint: () => 'If this goes on, give the request id to the support of the workspace.',
    outcome: 'unknown',
  },
];

/** The address that a refusal names, so that the user need not look for it. */
function addressIn(message: string): string {
  return /(?<![\w.])(?:\d{1,3}\.){3}\d{1,3}(?![\w.]*\w)/.exec(message)?.[0] ?? 'the address';
}

function isRedirect(status: number): boolean {
  return status >= 300 && status < 400;
}

/** The words behind `Failed request to ... Error: `. */
function withoutRelay(message: string): string {
  return message.replace(/^Failed request to \S{1,2048}? Error: /, '');
}
