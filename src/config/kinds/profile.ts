import { USAGE } from '../problems.ts';
import type { Kind } from './kind.ts';
import { isOneLine } from './one-line.ts';

const LIMIT_CHARS = 255;

/**
 * Name of a section of the Databricks configuration file. Nearly any text can be one, dashes, dots, quotes and `$(id)`
 * included: whoever hands it on does so without a shell. [T182]
 */
export const PROFILE: Kind<string> = {
  metavar: 'NAME',
  isPlace: true,
  exit: USAGE,
  read: (text) =>
    text.length <= LIMIT_CHARS && isOneLine(text)
      ? { value: text }
      : { wrong: `the name of a profile is one line of at most ${LIMIT_CHARS} characters.` },
};
