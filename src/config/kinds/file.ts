import { isAbsolute, join, resolve } from 'node:path';
import { CONFIGURATION } from '../problems.ts';
import type { Kind } from './kind.ts';
import { isOneLine } from './one-line.ts';

/** A file, which need not exist: read into an absolute path, with `~` at the beginning for the home directory. */
export const FILE: Kind<string> = {
  metavar: 'FILE',
  exit: CONFIGURATION,
  read: (text, { cwd, home }) => {
    if (!isOneLine(text)) return { wrong: 'the name of a file has no control characters.' };
    // No shell has seen the values of a client's configuration file, so that nobody else expands them.
    if (/^~(?:[/\\]|$)/.test(text)) {
      return home === undefined
        ? { wrong: 'there is no home directory: give an absolute path.' }
        : { value: join(home, text.slice(1)) };
    }
    if (isAbsolute(text)) return { value: resolve(text) };
    return cwd === undefined
      ? { wrong: 'there is no working directory: give an absolute path.' }
      : { value: resolve(cwd, text) };
  },
};
