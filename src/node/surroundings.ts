/** The user's folders, which a container or a deleted directory may lack. Neither is needed where all paths are absolute. */

import { homedir } from 'node:os';
import { isAbsolute } from 'node:path';

/** @returns undefined without HOME and without an entry for the user in passwd, or if HOME is not an absolute path */
export function homeDirectory(): string | undefined {
  const home = orUndefined(homedir);
  return home !== undefined && isAbsolute(home) ? home : undefined;
}

/** @returns undefined where it was deleted */
export function workingDirectory(): string | undefined {
  return orUndefined(process.cwd);
}

function orUndefined(find: () => string): string | undefined {
  try {
    return find();
  } catch {
    return undefined;
  }
}
