import { type WorkspaceHost, workspaceHost } from '../../databricks/host.ts';
import { CONFIGURATION } from '../problems.ts';
import type { Kind } from './kind.ts';

/** Host of a Databricks workspace. */
export const WORKSPACE: Kind<WorkspaceHost> = {
  metavar: 'URL',
  isPlace: true,
  exit: CONFIGURATION,
  read: (text) => {
    const host = workspaceHost(text);
    return typeof host === 'string' ? { wrong: host } : { value: host };
  },
};
