import { USAGE } from '../problems.ts';
import type { Kind } from './kind.ts';

/** Goes into a header: visible ASCII, without the comma that parts names. */
const NAME = /^[\x21-\x2b\x2d-\x7e]{1,128}$/;

/**
 * Names, parted by commas.
 *
 * @param metavar - what they are, for the help
 * @param pattern - what each of them looks like
 */
export function names(metavar: string, pattern: RegExp = NAME): Kind<readonly string[]> {
  return {
    metavar,
    exit: USAGE,
    read: (text) => {
      const all = text.split(',').map((name) => name.trim());
      if (all.some((name) => name === '')) return { wrong: 'give names parted by commas, none of them empty.' };
      if (all.some(isTornApart)) return { wrong: 'a comma parts names within braces too: for a{b,c} write ab,ac.' };
      const odd = all.some((name) => !pattern.test(name));
      return odd
        ? { wrong: 'a name here is made of letters, digits and punctuation, without blanks.' }
        : { value: [...new Set(all)] };
    },
  };
}

/** A glob whose braces held a comma. */
function isTornApart(name: string): boolean {
  return name.split('{').length !== name.split('}').length;
}
