import { CONFIGURATION } from '../problems.ts';
import type { Kind } from './kind.ts';

const NAME = /^[A-Za-z0-9_-]{1,255}\.[A-Za-z0-9_-]{1,255}$/;

/** Schemas of Unity Catalog, each with its catalog. */
export const SCHEMAS: Kind<readonly string[]> = {
  metavar: 'CATALOG.SCHEMA',
  exit: CONFIGURATION,
  read: (text) =>
    NAME.test(text) ? { value: [text] } : { wrong: 'a schema has a name of two parts, as in "system.ai".' },
  join: (all) => [...new Set(all.flat())],
};
