/** The folders of PATH in which programs are looked for, without those that a project can fill. */

import { realpathSync } from 'node:fs';
import { delimiter, isAbsolute, join, parse, sep } from 'node:path';

const IS_WINDOWS = process.platform === 'win32';

export interface SearchOptions {
  readonly env: Readonly<Record<string, string | undefined>>;
  /** Working directory; undefined where it was deleted. */
  readonly cwd: string | undefined;
  readonly home: string | undefined;
}

/**
 * Folders of PATH, in its order. Left out are relative ones, the working directory and what is in it, and every
 * `node_modules/.bin`, which npx and npm put first. What is in a root or in the home folder counts, even where that is the
 * working directory: there are the user's own programs.
 *
 * @param usual - absolute folders to look in after those of PATH
 */
export function searchFolders({ cwd, env, home }: SearchOptions, usual: readonly string[] = []): readonly string[] {
  const path = Object.entries(env).find(([name]) => (IS_WINDOWS ? name.toUpperCase() : name) === 'PATH')?.[1] ?? '';
  const here = namesOf(cwd);
  const homes = namesOf(home);
  const isProject = !here.some((name) => name === parse(name).root || homes.includes(name));
  return [...path.split(delimiter), ...usual].filter((folder) => {
    if (!isAbsolute(folder)) return false;
    const names = namesOf(folder);
    return !names.some(
      (name) => MODULES.test(name) || here.some((project) => (isProject ? isIn(project, name) : project === name)),
    );
  });
}

const MODULES = /[/\\]node_modules[/\\]\.bin$/i;

/** A folder by the name that it was given, and by its real path: a link can lead into a project or out of it. */
function namesOf(folder: string | undefined): readonly string[] {
  if (folder === undefined) return [];
  const name = join(folder, '.').replace(/(?<=[^/\\:])[/\\]+$/, '');
  try {
    return [name, realpathSync(name)].map(folded);
  } catch {
    return [folded(name)];
  }
}

/** File systems of Windows and macOS take upper and lower case as one. */
function folded(name: string): string {
  return IS_WINDOWS || process.platform === 'darwin' ? name.toLowerCase() : name;
}

function isIn(project: string, name: string): boolean {
  return name === project || name.startsWith(project + sep);
}
