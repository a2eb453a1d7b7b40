/** A program of the user's own that prints a token: text, or JSON with `access_token` and `expiry`. */

import { Problem } from '../../protocol/problem.ts';
import { lifetimeOfSeconds, lifetimeUntil } from './lifetime.ts';
import type { Mint } from './mint.ts';
import { runFor, wordsOf } from './program.ts';

/** Quotes hold words with blanks together. Nothing else is special, since no shell reads it. */
const WORD = /"([^"]*)"|'([^']*)'|(\S+)/g;

export const mint: Mint = async ({ values }, tools, { signal }) => {
  const { from, text } = values.get('tokenCommand') ?? { from: '--token-command', text: '' };
  const [name = '', ...args] = Array.from(text.matchAll(WORD), ([, one, two, three]) => one ?? two ?? three ?? '');
  const file = tools.programs.find(name);
  if (file === undefined) {
    throw new Problem('auth', `${from} names a program that is not found, or cannot be run without a shell.`, {
      hint: 'Give its full path.',
      misconfigured: true,
    });
  }
  const end = await runFor({ name: from, file, args }, tools, signal);
  if (end.exitCode !== 0) {
    throw new Problem('auth', `${from} failed with ${wordsOf(end)}`, { hint: 'Run the command in a terminal.' });
  }
  const output = end.stdout?.trim() ?? '';
  if (/^[\x21-\x7e]+$/.test(output) && !output.startsWith('{')) return { token: output, lifetimeMs: undefined };
  const { access_token: token, expires_in: seconds, expiry } = objectIn(output);
  if (typeof token !== 'string' || token === '') {
    // Its output is not shown: a token may be in it.
    throw new Problem('auth', `${from} printed neither one token nor JSON with access_token.`, {
      hint: 'Let it print the token alone, or {"access_token": "...", "expiry": "..."}.',
    });
  }
  if (typeof expiry === 'string') return { token, lifetimeMs: lifetimeUntil(Date.parse(expiry), tools.clock.date()) };
  return { token, lifetimeMs: seconds === undefined ? undefined : lifetimeOfSeconds(seconds) };
};

function objectIn(text: string): Readonly<Record<string, unknown>> {
  try {
    const json: unknown = JSON.parse(text);
    return typeof json === 'object' && json !== null ? (json as Record<string, unknown>) : {};
  } catch {
    return {};
  }
}
