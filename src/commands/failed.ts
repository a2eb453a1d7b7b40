/** How a command that a person typed ends when it fails: what is wrong and what to do, on stderr. */

import { FileRefused } from '../config/problems.ts';
import { Problem } from '../protocol/problem.ts';
import { show } from './terminal.ts';

/** [requirements.md, section 6] */
export const EXIT = {
  ok: 0,
  failed: 1,
  usage: 64,
  bug: 70,
  noCredential: 77,
  configuration: 78,
  interrupted: 130,
} as const;

export function exitCodeFor({ details, kind, outcome }: Problem): number {
  if (kind === 'badMessage') return EXIT.usage;
  if (details.misconfigured) return EXIT.configuration;
  return kind === 'auth' && outcome === 'not_sent' ? EXIT.noCredential : EXIT.failed;
}

export interface Ending {
  /** Takes secrets out of a text. */
  readonly scrub: (text: string) => string;
  /** Whether a program reads stdout, and is to find JSON there in any case. */
  readonly json: boolean;
}

/**
 * Says what went wrong.
 *
 * @returns the exit code
 * @throws what is no Problem: a file that is refused, or a bug
 */
export function failed(thrown: unknown, { json, scrub }: Ending): number {
  const isKnown = thrown instanceof Problem || thrown instanceof FileRefused;
  if (json && isKnown) show(process.stdout, `${scrub(JSON.stringify({ error: errorOf(thrown) }))}\n`);
  if (!(thrown instanceof Problem)) throw thrown;
  const { details, hint, message } = thrown;
  const page = details.url === undefined || hint.includes(details.url) ? '' : `\n${details.url}`;
  show(process.stderr, `uc-mcp-bridge: ${scrub(message)}\n${scrub(hint)}${page}\n`);
  return exitCodeFor(thrown);
}

function errorOf(thrown: Problem | FileRefused): object {
  if (thrown instanceof FileRefused) return { kind: 'configuration', message: thrown.message };
  const { details, hint, kind, message, outcome } = thrown;
  const { httpStatus, requestId, url } = details;
  return { kind, message, hint, outcome, httpStatus, requestId, url };
}
