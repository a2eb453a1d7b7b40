import { WORKSPACE_ID as FORM } from '../../databricks/host.ts';
import { USAGE } from '../problems.ts';
import type { Kind } from './kind.ts';

/** Id of a workspace, as its pages have it in their address (`?o=`, `?w=`). */
export const WORKSPACE_ID: Kind<string> = {
  metavar: 'ID',
  exit: USAGE,
  read: (text) =>
    FORM.test(text)
      ? { value: text }
      : { wrong: 'the id of a workspace consists of digits or letters, as in "?o=ID" of its pages.' },
};
