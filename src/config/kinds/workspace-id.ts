import { USAGE } from '../problems.ts';
import type { Kind } from './kind.ts';

/** Numeric id of a workspace, as its pages have it in their address (`?o=`). */
export const WORKSPACE_ID: Kind<string> = {
  metavar: 'ID',
  exit: USAGE,
  read: (text) => (/^\d{1,20}$/.test(text) ? { value: text } : { wrong: 'the id of a workspace consists of digits.' }),
};
