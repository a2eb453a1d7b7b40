import { CONFIGURATION } from '../problems.ts';
import type { Kind } from './kind.ts';

/** Each part becomes part of a URL, and none of this form needs encoding there. */
const NAME = /^[A-Za-z0-9_-]{1,255}(?:\.[A-Za-z0-9_-]{1,255}){2}$/;

/** Full name of an MCP service. */
export const SERVICE: Kind<string> = {
  metavar: 'CATALOG.SCHEMA.NAME',
  isPlace: true,
  exit: CONFIGURATION,
  read: (text) =>
    NAME.test(text)
      ? { value: text }
      : { wrong: 'a service has a name of three parts, as in "system.ai.github", made of A-Z, a-z, 0-9, "_" and "-".' },
};
