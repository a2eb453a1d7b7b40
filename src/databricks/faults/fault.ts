/** From an answer to the fault in it, if it is the platform's and not the MCP server's own. */

import type { Enquire, Fault, HttpHead } from '../../ports.ts';
import { Problem } from '../../protocol/problem.ts';
import { soundRequestId } from '../../protocol/request-id.ts';
import { type Place, pageOf } from './place.ts';
import { type Said, saidIn } from './said.ts';
import { type Row, rows, type Signs } from './table.ts';

/**
 * Finds what the platform says in the body of an answer.
 *
 * @returns undefined where the answer is the MCP server's own, or a gateway's that says nothing of itself
 */
export function faultOf(head: HttpHead, text: string, place: Place): Fault | undefined {
  const said = saidIn(text) ?? (isRedirect(head) ? WORDLESS : undefined);
  if (said === undefined) return undefined;
  const signs = signsOf(head, said);
  const isUncoded = said.code === '' && !said.relayed;
  return firstMatch(isUncoded ? rows().filter((row) => mayBeUncoded(row, signs)) : rows(), head, signs, place);
}

/** A redirect says where it leads in its head, however long its page is. */
const WORDLESS: Said = { code: '', message: '', relayed: false, page: '' };

function isRedirect({ status }: HttpHead): boolean {
  return status >= 300 && status < 400;
}

/**
 * Finds what the platform says in the message of a JSON-RPC error. Errors of the server pass: only what is the platform's
 * form as a whole counts, and only what it has to say of the use of the connection: whatever else it refuses, it refuses
 * at the door, in HTTP. [observed of /api/2.0/mcp/external by third parties,
 * 2025-09 to 2026-08]
 */
export function faultInError(head: HttpHead, message: string, place: Place): Fault | undefined {
  const said = saidIn(message);
  if (said === undefined || !isPlatforms(message, said) || isAboutAnother(said, place)) return undefined;
  const ofUse = rows().filter(({ isOfUse }) => isOfUse);
  return firstMatch(ofUse, head, signsOf(head, said), place);
}

/**
 * Whether an answer without `error_code` can be the platform's: it refuses credentials in plain words, redirects to a
 * login, or shows its page. Under any other status such words are a gateway's, or the server's own.
 */
function mayBeUncoded({ isGuess = false }: Row, { page, status }: Signs): boolean {
  if (status === 404 || status === 405) return isGuess;
  return [400, 401, 403, 429].includes(status) || (status >= 300 && status < 400) || (status === 200 && page !== '');
}

function isPlatforms(message: string, { code, relayed }: Said): boolean {
  return (
    code !== '' ||
    (relayed && /^\s*Failed request to https?:/.test(message)) ||
    /^Credential for user identity\('/.test(message)
  );
}

/** Words about another connection than ours are those of a server that uses one itself. */
function isAboutAnother({ message }: Said, { target }: Place): boolean {
  const [, named] = /\bfor the connection\s+'([^']{1,255})'/.exec(message) ?? [];
  // The platform may call a connection in a schema by its last part.
  return target.sort === 'connection' && named !== undefined && named !== target.id && !target.id.endsWith(`.${named}`);
}

function signsOf({ header, status }: HttpHead, said: Said): Signs {
  return {
    ...said,
    status: status >= 200 && status < 300 ? (statusOf(said.code) ?? status) : status,
    location: header('location') ?? '',
    challenge: header('www-authenticate') ?? '',
  };
}

/** The status that an `error_code` stands for, where it came under a 2xx. */
function statusOf(code: string): number | undefined {
  if (/^[45]\d\d$/.test(code)) return Number(code);
  return STATUS_OF.get(code);
}

const STATUS_OF: ReadonlyMap<string, number> = new Map([
  ['BAD_REQUEST', 400],
  ['UNAUTHENTICATED', 401],
  ['PERMISSION_DENIED', 403],
  ['NOT_FOUND', 404],
  ['RESOURCE_DOES_NOT_EXIST', 404],
  ['REQUEST_LIMIT_EXCEEDED', 429],
  ['RESOURCE_EXHAUSTED', 429],
  ['INTERNAL_ERROR', 500],
  ['TEMPORARILY_UNAVAILABLE', 503],
]);

function firstMatch(rows: readonly Row[], { header, status }: HttpHead, signs: Signs, place: Place): Fault | undefined {
  const row = rows.find(({ when }) => when(signs, place));
  if (row === undefined) return undefined;
  const isGuess = row.isGuess === true && signs.code === '';
  const problem = new Problem(row.kind, row.says(place, signs), {
    outcome: row.outcome ?? 'rejected',
    httpStatus: status,
    hint: row.hint(place, signs),
    requestId: soundRequestId(header('x-request-id')) ?? /\[ReqId: ([\w-]{1,80})\]/.exec(signs.message)?.[1],
    url: row.withPage ? pageOf(place) : undefined,
    isWorkspaces: !isGuess,
  });
  const { advice } = row;
  return {
    tokenRefused: typeof row.tokenRefused === 'function' ? row.tokenRefused(signs) : row.tokenRefused === true,
    isGuess,
    problem,
    ...(advice && { advised: (enquire: Enquire) => advised(advice, problem, place, enquire) }),
  };
}

/** Loaded only when it is needed: nobody waits for it who has no fault. */
async function advised(
  advice: NonNullable<Row['advice']>,
  problem: Problem,
  place: Place,
  enquire: Enquire,
): Promise<Problem> {
  try {
    const { adviceOn } = await import('./advice.ts');
    return problem.with({ hint: (await adviceOn[advice](place, enquire)) ?? problem.hint });
  } catch {
    // The workspace says no more: the fault is as clear as it was.
    return problem;
  }
}
