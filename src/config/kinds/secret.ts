import { USAGE } from '../problems.ts';
import type { Kind } from './kind.ts';
import { isOneLine } from './one-line.ts';

/** A secret of somebody else's making. */
export const SECRET: Kind<string> = {
  metavar: 'SECRET',
  exit: USAGE,
  read: (text) => (isOneLine(text) ? { value: text } : { wrong: 'a secret is one line.' }),
};
