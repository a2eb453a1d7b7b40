import { CONFIGURATION } from '../problems.ts';
import type { Kind } from './kind.ts';

/**
 * Narrower than Unity Catalog, which takes any letter of any script: a name becomes one segment of a URL, and no name of
 * this form needs encoding there or can leave its place. `.` and `..` are out by the first character. [T178]
 */
const NAME = /^[A-Za-z0-9_][A-Za-z0-9_.-]{0,254}$/;

/** Name of a Unity Catalog connection. */
export const CONNECTION: Kind<string> = {
  metavar: 'NAME',
  isPlace: true,
  exit: CONFIGURATION,
  read: (text) =>
    NAME.test(text)
      ? { value: text }
      : {
          wrong:
            'a connection name is made of A-Z, a-z, 0-9, "_", "-" and ".", begins with none of the last two, and has at ' +
            'most 255 characters.',
        },
};
