import { isAbsolute } from 'node:path';
import { CONFIGURATION } from '../problems.ts';
import { FILE } from './file.ts';
import type { Kind } from './kind.ts';

/** A program: its full path, `~` included, or its name to be found on PATH. Never one of the working directory. [T184] */
export const PROGRAM: Kind<string> = {
  metavar: 'FILE',
  exit: CONFIGURATION,
  read: (text, place) => {
    if (/^[\w.-]+$/.test(text)) return { value: text };
    if (!isAbsolute(text) && !/^~[/\\]/.test(text)) return { wrong: 'give the full path of the program.' };
    return FILE.read(text, place);
  },
};
