import { USAGE } from '../problems.ts';
import type { Kind } from './kind.ts';

/** One of a closed set of words, which are in lower case and are read in any. */
export function choice<T extends string>(metavar: string, words: readonly T[]): Kind<T> {
  return {
    metavar,
    exit: USAGE,
    read: (text) => {
      const word = words.find((candidate) => candidate === text.toLowerCase());
      return word === undefined ? { wrong: `give one of ${words.join(', ')}.` } : { value: word };
    },
  };
}
