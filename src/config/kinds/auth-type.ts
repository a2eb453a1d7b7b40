import { isWay, type Way, wayNamed } from '../../databricks/auth/ways.ts';
import { CONFIGURATION } from '../problems.ts';
import type { Kind } from './kind.ts';

/** A way of signing in. One that the SDKs have and this bridge has not is refused with what does instead. */
export const AUTH_TYPE: Kind<Way> = {
  metavar: 'TYPE',
  exit: CONFIGURATION,
  read: (text) => {
    const way = wayNamed(text);
    return isWay(way) ? { value: way } : { wrong: way };
  },
};
