/** The OAuth client and the token file of a workspace, by what is configured. */

import { Problem } from '../../../protocol/problem.ts';
import type { Workspace } from '../../workspace.ts';
import type { Tools } from '../mint.ts';
import { stateFolder, TokenFile, type TokenOwner } from './token-file.ts';

/** The public client of the Databricks CLI, which the SDKs use for every application. */
const DEFAULT_CLIENT = 'databricks-cli';
const DEFAULT_SCOPES = 'offline_access all-apis';

export function tokenOwner({ origin, values }: Workspace): TokenOwner {
  return {
    origin,
    clientId: values.get('browserClientId')?.text ?? values.get('clientId')?.text ?? DEFAULT_CLIENT,
    scopes: (values.get('scopes')?.text ?? DEFAULT_SCOPES).split(/[\s,]+/).join(' '),
  };
}

/** @throws Problem if the user has no folder for it */
export function tokenFile(workspace: Workspace, { variable }: Pick<Tools, 'variable'>): TokenFile {
  const folder = stateFolder(variable);
  if (folder !== undefined) return new TokenFile(folder, tokenOwner(workspace));
  throw new Problem('auth', 'There is no home directory to keep a sign-in in.', {
    hint: 'Set HOME or XDG_STATE_HOME, or set DATABRICKS_TOKEN.',
  });
}
