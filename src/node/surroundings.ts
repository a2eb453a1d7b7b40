/** The user's folders, which a container or a deleted directory may lack. Neither is needed where all paths are absolute. */

import { homedir } from 'node:os';

/** @returns undefined without HOME and without an entry for the user in passwd */
export function homeDirectory(): string | undefined {
  return orUndefined(homedir);
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
