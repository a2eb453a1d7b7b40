import { USAGE } from '../problems.ts';
import type { Kind } from './kind.ts';

/** A secret of somebody else's making. */
export const SECRET: Kind<string> = {
  metavar: 'SECRET',
  exit: USAGE,
  read: (text) => (/\p{Cc}/u.test(text) ? { wrong: 'a secret is one line.' } : { value: text }),
};
