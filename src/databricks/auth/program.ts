/** Programs that hand out tokens: how they are run, and what their output is worth. */

import type { ProgramEnd } from '../../ports.ts';
import { excerpt } from '../../protocol/excerpt.ts';
import { Problem } from '../../protocol/problem.ts';
import type { Tools } from './mint.ts';

/** Longest time for one run, in milliseconds. */
const LIMIT_MS = 15_000;

/** Prefixes of Databricks tokens and JSON web tokens. */
const TOKEN = /\b(?:eyJ|dapi|dose|dkea)[\w.~+/=-]{8,}/g;
/** A run of characters of base64. */
const RUN = /[\w+=-]{32,}/g;
const UUID = /^[+=-]*[\da-f]{8}(?:-[\da-f]{4}){3}-[\da-f]{12}[+=-]*$/;

export interface Run {
  readonly file: string;
  readonly args: readonly string[];
  readonly variables?: Readonly<Record<string, string | undefined>>;
  /** As a sentence names it: `databricks auth token`. */
  readonly name: string;
}

/** Runs a program. An exit code that is not 0 is for the caller to judge. */
export async function runFor(
  { args, file, name, variables }: Run,
  tools: Tools,
  signal: AbortSignal,
): Promise<ProgramEnd> {
  let end: ProgramEnd;
  try {
    end = await tools.programs.run({ file, args, limitMs: LIMIT_MS, ...(variables && { variables }) }, signal);
  } catch (cause) {
    if (signal.aborted) throw signal.reason;
    const code = cause instanceof Error && 'code' in cause ? cause.code : cause;
    throw new Problem('auth', `${file} cannot be run (${code}).`, { hint: 'Install it anew.' }, cause);
  }
  // It is quoted when it fails, and loses what must not be shown while that is still in one piece.
  if (!end.timedOut) return { ...end, stderr: withoutTokens(tools.secrets.scrub(end.stderr)) };
  throw new Problem('auth', `\`${name}\` did not end within ${LIMIT_MS / 1000} s and was stopped.`, {
    hint: `Run it in a terminal to see what it waits for.`,
  });
}

/**
 * Takes out anything that looks like a token: programs print what they should not. By how it begins, or as a run that is
 * not a word, a name or a UUID. Each run is judged once, so that the time is linear in the length of the text.
 */
function withoutTokens(text: string): string {
  return text
    .replace(TOKEN, '[redacted]')
    .replace(RUN, (run) => (/\d/.test(run) && !UUID.test(run) ? '[redacted]' : run));
}

/** The object that a program has written, which has to be JSON and nothing else. */
export function objectFrom({ stdout }: ProgramEnd, name: string): Readonly<Record<string, unknown>> {
  let json: unknown;
  try {
    json = stdout === undefined ? undefined : JSON.parse(stdout);
  } catch {
    json = undefined;
  }
  if (typeof json === 'object' && json !== null && !Array.isArray(json)) return json as Record<string, unknown>;
  // What it wrote instead is not shown: a token may be among it.
  throw new Problem('auth', `\`${name}\` wrote something other than one JSON object.`, {
    hint: 'Run it in a terminal: a wrapper or a banner of your own must not write to its standard output.',
  });
}

/** The token among the members of an object. */
export function tokenOf(
  object: Readonly<Record<string, unknown>>,
  member: string,
  name: string,
  login: string,
): string {
  const token = object[member];
  if (typeof token === 'string' && token.trim() !== '') return token.trim();
  throw new Problem('auth', `\`${name}\` ended well, but gave no token.`, { hint: `Run ${login}.` });
}

/** What a program said when it failed, in one line. */
export function wordsOf({ exitCode, stderr }: ProgramEnd): string {
  const said = excerpt(stderr.replace(/^\s*error:\s*/i, ''));
  const code = exitCode === undefined ? 'a signal' : `exit code ${exitCode}`;
  return said === '' ? `${code}, without a word` : `${code}: ${said}`;
}
