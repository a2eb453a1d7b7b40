import { USAGE } from '../problems.ts';
import type { Kind } from './kind.ts';

/** A TCP port that a program may listen on. */
export const PORT: Kind<number> = {
  metavar: 'N',
  exit: USAGE,
  read: (text) =>
    /^\d{1,5}$/.test(text) && Number(text) >= 1 && Number(text) <= 65_535
      ? { value: Number(text) }
      : { wrong: 'give a port from 1 to 65535.' },
};
