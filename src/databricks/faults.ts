/**
 * What Databricks says when it refuses, in a person's words. Its answers come as JSON with an `error_code` (a word, or
 * the HTTP status as a number), as plain text, as HTML, or as such JSON inside the message of a JSON-RPC error.
 */

import type { Access, Fault, HttpHead } from '../ports.ts';
import { excerpt } from '../protocol/excerpt.ts';
import { type Kind, type Outcome, Problem } from '../protocol/problem.ts';

/** The words of an answer. */
interface Said {
  /** `error_code` as a word; empty where there is none. */
  readonly code: string;
  /** `message` of the JSON, or the text itself. */
  readonly message: string;
}

/** What an answer shows of itself. */
interface Signs extends Said {
  readonly status: number;
  /** Where a redirect points. */
  readonly location: string;
  readonly realm: string;
}

/** What stands between the workspace and the MCP server. */
export interface Target {
  /** As a sentence names it: `connection github_u2m`, `MCP service system.ai.github`. */
  readonly name: string;
  /** The privilege that it takes, and the statement by which its owner gives it. */
  readonly privilege: string;
  readonly grant: string;
  /** Path of the page on which a person logs in to it. */
  readonly page: string;
  /** The option that selects it. */
  readonly option: string;
}

/** What the sentences need to know. */
interface Place extends Pick<Access, 'origin' | 'workspaceId'> {
  readonly target: Target;
}

interface Row {
  readonly when: (signs: Signs) => boolean;
  readonly kind: Kind;
  readonly says: (place: Place, signs: Signs) => string;
  readonly hint: (place: Place) => string;
  /** By default the call was turned away before it ran. */
  readonly outcome?: Outcome;
  readonly tokenRefused?: boolean;
  /** Whether the page of the connection helps. */
  readonly withPage?: boolean;
}

/** First match counts: the particular stands before the general. */
const TABLE: readonly Row[] = [
  {
    when: ({ message }) =>
      /Credential for user identity\(.*?\) is not found|login first to the connection/is.test(message),
    kind: 'connectionLogin',
    says: ({ target }) => `You are not logged in to the ${target.name}.`,
    hint: (place) => `Open ${pageOf(place)} and log in, then call again.`,
    withPage: true,
  },
  {
    when: ({ message }) => /\b(?:invalid_grant|invalid_client|invalid_refresh_token)\b/.test(message),
    kind: 'connectionLogin',
    says: ({ target }) => `Your login to the ${target.name} has expired or was revoked.`,
    hint: (place) => `Open ${pageOf(place)} and log in again, then call again.`,
    withPage: true,
  },
  {
    when: ({ message }) => /USE[ _]CONNECTION|does not have EXECUTE/.test(message),
    kind: 'auth',
    says: ({ target }) => `You may not use the ${target.name}: the privilege ${target.privilege} is missing.`,
    hint: ({ target }) => `Ask its owner for: ${target.grant}`,
  },
  {
    when: ({ message }) => /scopes?\b/i.test(message) && /required|invalid scope/i.test(message),
    kind: 'auth',
    says: (_, { message }) => `The token lacks a scope: ${excerpt(message)}`,
    hint: () => 'Use a token with the scope all-apis, or with the one that is named.',
  },
  {
    when: ({ message }) => /IP (?:access list|ACL)/i.test(message),
    kind: 'auth',
    says: (_, { message }) => `The workspace does not accept calls from this network: ${excerpt(message)}`,
    hint: () => 'Connect to the company network or VPN, or have the address put on the IP access list.',
  },
  {
    when: ({ location }) => location.includes('private-link'),
    kind: 'auth',
    says: () => 'The workspace can be reached by private link only.',
    hint: () => 'Connect to the network that has the private link.',
  },
  {
    when: ({ status, location }) => status >= 300 && status < 400 && location.includes('login'),
    kind: 'auth',
    says: ({ origin }) => `The workspace ${origin} did not accept the token and asks for a login.`,
    hint: () => 'Replace DATABRICKS_TOKEN or the token in the profile; check that the host is the right workspace.',
    tokenRefused: true,
  },
  {
    when: ({ message, status, code }) =>
      (status === 401 || status === 403 || status === 400) &&
      (/invalid (?:access )?token|token (?:is |has )?expired/i.test(message) || (status === 401 && code !== '')),
    kind: 'auth',
    says: ({ origin }) => `The workspace ${origin} did not accept the token.`,
    hint: () => 'It is wrong or has expired: replace DATABRICKS_TOKEN or the token in the profile.',
    tokenRefused: true,
  },
  {
    when: ({ status, realm }) => status === 401 && /databricks/i.test(realm),
    kind: 'auth',
    says: ({ origin }) => `The workspace ${origin} did not accept the token.`,
    hint: () => 'It is wrong or has expired: replace DATABRICKS_TOKEN or the token in the profile.',
    tokenRefused: true,
  },
  {
    when: ({ status, message }) => status === 200 && /^\s*</.test(message) && /\b(?:log|sign)[ -]?in\b/i.test(message),
    kind: 'auth',
    says: ({ origin }) => `${origin} answered with a web page, probably that of a login.`,
    hint: () => 'Check that the host is the address of the workspace itself.',
  },
  {
    when: ({ code, message }) =>
      code === 'CONNECTION_DOES_NOT_EXIST' || /connection\b.{0,200}does not exist/is.test(message),
    kind: 'upstreamHttp',
    says: ({ target, origin }) => `The workspace ${origin} has no ${target.name}.`,
    hint: ({ target }) => `Check ${target.option}, and that the host is the right workspace.`,
  },
  {
    when: ({ code }) => code === 'ENDPOINT_NOT_FOUND',
    kind: 'upstreamHttp',
    says: ({ origin }) => `${origin} does not know the address that the calls go to.`,
    hint: () => 'Check that the host is the address of a workspace, not of an account.',
  },
  {
    when: ({ code }) => code === 'INVALID_HTTP_REQUEST_PATH',
    kind: 'upstreamHttp',
    says: () => 'The workspace refused the path.',
    hint: () => 'Check --path: it is appended to the base path of the connection.',
  },
  {
    when: ({ status, code }) => status === 413 || code === 'MAX_REQUEST_SIZE_EXCEEDED',
    kind: 'tooLarge',
    says: () => 'The workspace refused the message as too large.',
    hint: () => 'Send less at a time.',
  },
  {
    when: ({ status, code }) => status === 429 && code !== '',
    kind: 'rateLimited',
    says: () => 'The workspace has had too many calls.',
    hint: () => 'Wait before the next call.',
  },
  {
    // The connection was used: whether the server behind it acted on the call cannot be told.
    when: ({ code, message }) => code !== '' && /Failed request to /i.test(message),
    kind: 'upstreamHttp',
    says: ({ target }, { message }) => `The ${target.name} did not reach its server: ${excerpt(message)}`,
    hint: () => 'Check its host and base path in the workspace, and that its server is up.',
    outcome: 'unknown',
  },
  {
    when: ({ status, code }) => status === 401 && code === '',
    kind: 'auth',
    says: ({ target }) => `The server behind the ${target.name} did not accept the credential that is stored for it.`,
    hint: (place) => `Open ${pageOf(place)} and log in again, or have the owner renew its credential.`,
    withPage: true,
  },
  {
    when: ({ status, code }) => code !== '' && status < 500,
    kind: 'upstreamHttp',
    says: ({ target }, { code, message }) =>
      `The workspace refused the call through the ${target.name} with ${excerpt(code)}: ${excerpt(message)}`,
    hint: () => 'Look at what the workspace says.',
  },
];

/**
 * Finds what the platform says in the body of an answer.
 *
 * @returns undefined where the answer is the MCP server's own, or a gateway's that says nothing of itself
 */
export function faultOf(reply: HttpHead, text: string, place: Place): Fault | undefined {
  const said = saidBy(text);
  if (said === undefined || (said.code === '' && !saysWithoutCode(reply.status, text))) return undefined;
  return firstMatch(TABLE, reply, said, place);
}

/**
 * Whether an answer without `error_code` can be the platform's: it refuses credentials in plain words, redirects to a
 * login, or shows its page. Under any other status such words are a gateway's, or the server's own.
 */
function saysWithoutCode(status: number, text: string): boolean {
  return [400, 401, 403].includes(status) || (status >= 300 && status < 400) || (status === 200 && /^\s*</.test(text));
}

/**
 * Finds what the platform says in the message of a JSON-RPC error. Errors of the server pass: only what names one of
 * the platform's own words counts. [observed of /api/2.0/mcp/external by third parties, 2025-09 to 2026-08]
 */
export function faultInError(reply: HttpHead, message: string, place: Place): Fault | undefined {
  if (!/"error_code"|Credential for user identity\(|Failed request to /.test(message)) return undefined;
  const said = saidBy(message);
  return (
    said &&
    firstMatch(
      TABLE.filter(({ withPage }) => withPage),
      reply,
      said,
      place,
    )
  );
}

function firstMatch(rows: readonly Row[], { status, header }: HttpHead, said: Said, place: Place): Fault | undefined {
  const signs: Signs = {
    status,
    ...said,
    location: header('location') ?? '',
    realm: header('www-authenticate') ?? '',
  };
  const row = rows.find((candidate) => candidate.when(signs));
  if (row === undefined) return undefined;
  const problem = new Problem(row.kind, row.says(place, signs), {
    outcome: row.outcome ?? 'rejected',
    httpStatus: status,
    hint: row.hint(place),
    requestId: header('x-request-id') ?? /\[ReqId: ([\w-]{1,80})\]/.exec(said.message)?.[1],
    url: row.withPage ? pageOf(place) : undefined,
  });
  return { tokenRefused: row.tokenRefused ?? false, problem };
}

/** Where a person logs in. Built from what was configured, never from what a server wrote. */
function pageOf({ origin, target, workspaceId }: Place): string {
  return `${origin}${target.page}${workspaceId === undefined ? '' : `?o=${workspaceId}`}`;
}

/** Longer bodies are not refusals. */
const LONGEST_REFUSAL = 64 * 1024;

/** The words in a body; undefined where it is an MCP message, or too long to be a refusal. */
function saidBy(text: string): Said | undefined {
  if (text.length > LONGEST_REFUSAL) return undefined;
  if (text.trimStart().startsWith('[')) return undefined;
  if (!text.trimStart().startsWith('{')) return { code: '', message: text };
  let json: unknown;
  try {
    json = JSON.parse(text);
  } catch {
    return { code: '', message: text };
  }
  const body = json as { jsonrpc?: unknown; error_code?: unknown; message?: unknown };
  if (body.jsonrpc !== undefined) return undefined;
  return {
    code: body.error_code === undefined ? '' : String(body.error_code),
    message: typeof body.message === 'string' ? body.message : text,
  };
}
