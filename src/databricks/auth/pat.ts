/** A personal access token, or any other bearer token that was given to us: used as it is, read again when refused. */

import type { Access, TokenSource } from '../../ports.ts';
import { type ResolvedAccess, resolveAccess, type WorkspaceSettings } from '../workspace.ts';

/** @param onChange - told of each credential before it is used for the first time */
export function patSource(settings: WorkspaceSettings, onChange: (resolved: ResolvedAccess) => void): TokenSource {
  let current: Access | undefined;
  let reading: Promise<Access> | undefined;

  async function read(): Promise<Access> {
    const resolved = await resolveAccess(settings);
    const isSame = current?.token === resolved.access.token && current.origin === resolved.access.origin;
    if (current !== undefined && isSame) return current;
    onChange(resolved);
    current = resolved.access;
    return current;
  }

  return {
    async access(refused) {
      if (current !== undefined && current !== refused) return current;
      // One reading for everybody who waits.
      reading ??= read().finally(() => {
        reading = undefined;
      });
      return reading;
    },
  };
}
