import { USAGE } from '../problems.ts';
import type { Kind } from './kind.ts';

const LIMIT_CHARS = 2048;

/** One word of printable ASCII: an id, a name, an address that others judge. */
export const WORD: Kind<string> = {
  metavar: 'WORD',
  exit: USAGE,
  read: (text) =>
    text.length <= LIMIT_CHARS && /^[\x21-\x7e]+$/.test(text)
      ? { value: text }
      : { wrong: `give one word of printable ASCII, at most ${LIMIT_CHARS} characters.` },
};
