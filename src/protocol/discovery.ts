/** What answers to the first message of a client say about the eras that the far end speaks. [MCP 2026-07-28, Versioning] */

import { editMember, isObject } from './edit.ts';
import type { Answer } from './incoming.ts';
import { rawAt } from './json.ts';
import type { Problem } from './problem.ts';
import { areModernOnly } from './versions.ts';

/** The server found that headers and body do not say the same; it ran nothing. [MCP 2026-07-28, basic, Error codes] */
export const HEADER_MISMATCH = -32020;
const UNSUPPORTED_VERSION = -32022;
const METHOD_NOT_FOUND = -32601;
const INVALID_PARAMS = -32602;
const INTERNAL_ERROR = -32603;

/** What a server says of itself in a DiscoverResult. Raw texts of the members' values, but for the versions. */
export interface Discovery {
  readonly versions: readonly string[];
  readonly capabilities: string | undefined;
  readonly instructions: string | undefined;
  readonly serverInfo: string | undefined;
}

/** @returns undefined where the answer is no DiscoverResult */
export function readDiscovery({ text }: Answer): Discovery | undefined {
  const result = rawAt(text, 'result');
  const versions = isObject(result) ? strings(rawAt(result, 'supportedVersions')) : undefined;
  if (!isObject(result) || versions === undefined) return undefined;
  return {
    versions,
    capabilities: rawAt(result, 'capabilities'),
    instructions: rawAt(result, 'instructions'),
    serverInfo: rawAt(result, '_meta', 'io.modelcontextprotocol/serverInfo'),
  };
}

/**
 * Whether an answer to `server/discover` shows that modern messages do not get through: the server is a legacy one, or
 * the path drops the headers that they need. An unsupported version is the word of a modern server, and an internal
 * error says nothing about eras.
 */
export function refusesModern({
  answer: { error },
  status = 200,
}: {
  answer: Answer;
  status?: number | undefined;
}): boolean {
  if (error === undefined || CALLER_REFUSED.has(status) || status === 429 || status >= 500) return false;
  return error.code !== UNSUPPORTED_VERSION && error.code !== INTERNAL_ERROR;
}

const LEGACY_HINT =
  'The bridge sets these headers from the message, so a gateway on the way drops or changes them: start uc-mcp-bridge with --protocol legacy.';

/**
 * Adds what to do to a refusal of headers that the bridge has set: they were lost on the way.
 *
 * @param response - text of a response with an error
 */
export function withLegacyHint(response: string): string {
  return editMember(response, 'error', (error = '{}') =>
    editMember(error, 'message', (raw) => {
      const message: unknown = raw === undefined ? '' : JSON.parse(raw);
      return JSON.stringify(`${message} ${LEGACY_HINT}`.trim());
    }),
  );
}

/** Statuses about who calls, not about what is called. */
const CALLER_REFUSED: ReadonlySet<number | undefined> = new Set([401, 402, 403, 407]);

/** Kinds in which a legacy server's refusal shows when it is not said in JSON-RPC. */
const REFUSALS: ReadonlySet<string> = new Set(['upstreamHttp', 'invalidUpstream', 'methodNotFound']);

/** The same for a `server/discover` that got no answer in JSON-RPC. An outage, or the workspace, shows nothing. */
export function failureRefusesModern({ kind, outcome, details }: Problem): boolean {
  return (
    outcome === 'rejected' && !details.isWorkspaces && REFUSALS.has(kind) && !CALLER_REFUSED.has(details.httpStatus)
  );
}

/**
 * Whether an answer to a legacy `initialize` may be that of a server that speaks the modern era only; what it says to
 * `server/discover` decides. A server that names a legacy version as well is left to the client, who can ask for it.
 */
export function suggestsModernOnly(answer: Answer): boolean {
  switch (answer.error?.code) {
    case UNSUPPORTED_VERSION: {
      const supported = strings(rawAt(answer.text, 'error', 'data', 'supported'));
      return supported === undefined || areModernOnly(supported);
    }
    // It misses a header that only modern messages carry, or the method of the handshake, or the members of `_meta`.
    case HEADER_MISMATCH:
    case METHOD_NOT_FOUND:
      return true;
    case INVALID_PARAMS:
      return /_meta\b|io\.modelcontextprotocol\//.test(answer.error.message);
    default:
      return false;
  }
}

function strings(raw: string | undefined): readonly string[] | undefined {
  const value: unknown = raw === undefined ? undefined : JSON.parse(raw);
  return Array.isArray(value) && value.every((item) => typeof item === 'string') ? value : undefined;
}
