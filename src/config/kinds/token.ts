import { USAGE } from '../problems.ts';
import type { Kind, Parsed } from './kind.ts';

/** A bearer token. Wider than the grammar of RFC 6750: whether it is good is for the workspace to say. */
export const TOKEN: Kind<string> = { metavar: 'TOKEN', exit: USAGE, read };

function read(text: string): Parsed<string> {
  if (/^bearer\s/i.test(text)) return { wrong: 'give the token alone, without the word "Bearer".' };
  if (!/^[\x21-\x7e]+$/.test(text)) return { wrong: 'a token is one word of printable ASCII.' };
  return { value: text };
}
