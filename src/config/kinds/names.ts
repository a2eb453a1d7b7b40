import { CONFIGURATION } from '../problems.ts';
import type { Kind } from './kind.ts';

/**
 * Letters, digits and the punctuation of tool names and globs. Everything else marks another syntax, which would name no
 * tool and so exclude none: quotes, semicolons, variables, escapes. [T217]
 */
const NAME = /^[\w./:@~+*?![\](){}|^-]{1,128}$/;

/**
 * Names, parted by commas.
 *
 * @param metavar - what they are, for the help
 * @param pattern - what each of them looks like
 */
export function names(metavar: string, pattern: RegExp = NAME): Kind<readonly string[]> {
  return {
    metavar,
    exit: CONFIGURATION,
    read: (text) => {
      const all = text.split(',').map((name) => name.trim());
      if (all.some((name) => name === '')) return { wrong: 'give names parted by commas, none of them empty.' };
      if (all.some(isTornApart)) return { wrong: 'a comma parts names within braces too: for a{b,c} write ab,ac.' };
      const odd = all.some((name) => !pattern.test(name) || isOtherSyntax(name));
      return odd ? { wrong: WRITTEN_SO } : { value: [...new Set(all)] };
    },
  };
}

const WRITTEN_SO =
  'write names with commas between them, as in get_me,issue_read: no blanks, semicolons, bars, quotes, brackets around ' +
  'the list, or variables.';

/** A bar outside of a group, and brackets or braces around a whole name, as lists of JSON and YAML have them. */
function isOtherSyntax(name: string): boolean {
  const bare = name.replace(/\([^()]*\)/g, '');
  const isOpen = name.split('[').length !== name.split(']').length;
  return isOpen || bare.includes('|') || /^\[.*\]$/.test(name) || /^\{(?!.*\.\.).*\}$/.test(name);
}

/** A glob whose braces held a comma. */
function isTornApart(name: string): boolean {
  return name.split('{').length !== name.split('}').length;
}
