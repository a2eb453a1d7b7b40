import { USAGE } from '../problems.ts';
import type { Kind } from './kind.ts';

/** OAuth scopes, separated by blanks or commas. [RFC 6749, section 3.3] */
export const SCOPES: Kind<string> = {
  metavar: 'SCOPES',
  exit: USAGE,
  read: (text) => {
    const scopes = text.split(/[\s,]+/).filter((scope) => scope !== '');
    return scopes.length > 0 && scopes.every((scope) => /^[\x21\x23-\x5b\x5d-\x7e]{1,128}$/.test(scope))
      ? { value: scopes.join(' ') }
      : { wrong: "give OAuth scopes, such as 'offline_access all-apis'." };
  },
};
