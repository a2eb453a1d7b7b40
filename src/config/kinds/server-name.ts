import { USAGE } from '../problems.ts';
import type { Kind } from './kind.ts';

/** The name of a server in the configuration of a client. As narrow as the narrowest of them. */
export const SERVER_NAME: Kind<string> = {
  metavar: 'SERVERNAME',
  exit: USAGE,
  read: (text) =>
    /^[A-Za-z0-9_-]{1,64}$/.test(text)
      ? { value: text }
      : { wrong: 'the name of a server is made of A-Z, a-z, 0-9, "_" and "-", at most 64 of them.' },
};
