import { USAGE } from '../problems.ts';
import type { Kind } from './kind.ts';
import { isOneLine } from './one-line.ts';

/** A program with its arguments. No shell reads it. */
export const COMMAND_LINE: Kind<string> = {
  metavar: 'CMD',
  exit: USAGE,
  isContent: true,
  read: (text) => (isOneLine(text) ? { value: text } : { wrong: 'a command is one line.' }),
};
