import { USAGE } from '../problems.ts';
import type { Kind } from './kind.ts';

const WORDS: ReadonlyMap<string, boolean> = new Map([
  ['1', true],
  ['true', true],
  ['yes', true],
  ['on', true],
  ['0', false],
  ['false', false],
  ['no', false],
  ['off', false],
]);

/** On or off: on by a flag that takes no value, either by a word in the environment. */
export const SWITCH: Kind<boolean> = {
  exit: USAGE,
  read: (text) => {
    const value = WORDS.get(text.toLowerCase());
    return value === undefined ? { wrong: `give one of ${[...WORDS.keys()].join(', ')}.` } : { value };
  },
};
