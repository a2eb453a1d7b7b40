import { startedBy } from '../clients/client.ts';
import { isPortableLaunch } from './launch.ts';

/**
 * Whether a value starts this program: `install` when it is node and our script, in the way in which `install` writes it;
 * `hand` when it is npx, or a link, as a person writes it. In a project, `install` writes npx with a pinned version.
 *
 * @param script - of the program that runs now, whose folder may have any name
 * @param inProject - the file belongs to a project
 */
export function startsBridge(value: unknown, script: string, inProject: boolean): 'install' | 'hand' | undefined {
  const started = startedBy(value);
  if (started === undefined) return undefined;
  if (inProject && isPortableLaunch(started.command, started.args)) return 'install';
  const [first = ''] = started.args;
  const isScript = first === script || /[/\\]uc-mcp-bridge[/\\](?:.*[/\\])?main\.js$/.test(first);
  if (isScript && /^node(?:\.exe)?$/i.test(lastOf(started.command))) return 'install';
  const isNamed = (word: string) => /^uc-mcp-bridge(?:@[^/\\]*)?(?:\.cmd|\.js)?$/.test(lastOf(word));
  const isPackage = (word: string) => /^(?:--package=)?\S*uc-mcp-bridge[^/\\]*\.tgz$/.test(word);
  const words = [started.command, ...started.args];
  return isScript || words.some((word) => isNamed(word) || isPackage(word)) ? 'hand' : undefined;
}

function lastOf(path: string): string {
  return path.split(/[/\\]/).at(-1) ?? '';
}
