/** What a person does about a token that the workspace turns away, by the way in which it was got. */

import type { Workspace } from '../workspace.ts';
import { loginCommand } from './login-command.ts';
import type { Way } from './ways.ts';

const MEMBER = 'that it is a member of this workspace, and that the host is the right workspace.';

export function remedyFor(way: Way, workspace: Workspace): string {
  switch (way) {
    case 'pat': {
      const from = workspace.values.get('token')?.from ?? 'DATABRICKS_TOKEN';
      return `It is wrong or has expired: replace ${from.startsWith('the profile') ? `the token of ${from}` : from}.`;
    }
    case 'databricks-cli':
      return `Sign in again: \`${loginCommand(workspace)}\`.`;
    case 'external-browser':
      return `Sign in again: \`uc-mcp-bridge login --host ${workspace.origin}\`.`;
    case 'token-command':
      return `Check the program of --token-command, ${MEMBER}`;
    case 'azure-cli':
      return `Sign in again with \`az login\`; check the account, ${MEMBER}`;
    default:
      return `Check the service principal (${way}): ${MEMBER}`;
  }
}
