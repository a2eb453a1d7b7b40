/** What a person types to log in again with the databricks CLI. */

import type { Workspace } from '../workspace.ts';

export function loginCommand({ origin, profile }: Workspace): string {
  const plain = profile && /^[\w.-]+$/.test(profile.name) ? profile.name : undefined;
  const name = profile && (plain ?? `'${profile.name.replaceAll("'", "'\\''")}'`);
  return `databricks auth login --host ${origin}${profile?.isOfHost ? ` --profile ${name}` : ''}`;
}
