/** How a command that a person typed ends when it fails: what is wrong and what to do, on stderr. */

import { print } from '../node/stdio.ts';
import { Problem } from '../protocol/problem.ts';

/** [requirements.md, section 6] */
export const EXIT = { ok: 0, failed: 1, usage: 64, bug: 70, noCredential: 77, configuration: 78 } as const;

/**
 * Says what went wrong.
 *
 * @param scrub - takes secrets out of a text
 * @returns the exit code
 * @throws what is no Problem: a bug
 */
export function failed(thrown: unknown, scrub: (text: string) => string): number {
  if (!(thrown instanceof Problem)) throw thrown;
  const { details, hint, kind, message } = thrown;
  const page = details.url === undefined || hint.includes(details.url) ? '' : `\n${details.url}`;
  print(process.stderr, `uc-mcp-bridge: ${scrub(message)}\n${scrub(hint)}${page}\n`);
  if (kind === 'badMessage') return EXIT.usage;
  if (details.misconfigured) return EXIT.configuration;
  return kind === 'auth' && thrown.outcome === 'not_sent' ? EXIT.noCredential : EXIT.failed;
}
