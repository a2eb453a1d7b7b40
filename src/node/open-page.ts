/** Shows a page of this machine in the user's browser, by the system's own opener or the one that BROWSER names. */

import { delimiter } from 'node:path';
import { openPrograms } from './programs.ts';
import { searchFolders } from './search-path.ts';
import { homeDirectory, workingDirectory } from './surroundings.ts';

type Environment = Readonly<Record<string, string | undefined>>;

export interface Opener {
  readonly file: string;
  readonly args: readonly string[];
}

/** Variables that openers and browsers need. Everything else stays here: the environment may hold a token. */
const PASSED =
  /^(?:PATH|HOME|USER|LOGNAME|SHELL|LANG|LC_\w+|TZ|DISPLAY|WAYLAND_DISPLAY|XAUTHORITY|XDG_\w+|DBUS_SESSION_BUS_ADDRESS|DESKTOP_SESSION|BROWSER|TMPDIR|TEMP|TMP|SYSTEMROOT|WINDIR|USERPROFILE|APPDATA|LOCALAPPDATA|PROGRAMFILES\w*|COMSPEC|PATHEXT)$/i;

/** @returns undefined if there is no opener, or the user wants none (`BROWSER=none`) */
export function openerFor(
  env: Environment,
  platform: NodeJS.Platform,
  find: (name: string) => string | undefined,
): Opener | undefined {
  const wanted = env['BROWSER'] ?? '';
  if (wanted === 'none') return undefined;
  // A list of browsers, of which the first that is there counts.
  for (const name of wanted.split(platform === 'win32' ? ';' : ':').filter((one) => one !== '')) {
    const file = find(name);
    if (file !== undefined) return { file, args: [] };
  }
  if (platform === 'win32') {
    const file = find('rundll32');
    return file === undefined ? undefined : { file, args: ['url.dll,FileProtocolHandler'] };
  }
  const file = platform === 'darwin' ? find('/usr/bin/open') : find('xdg-open');
  return file === undefined ? undefined : { file, args: [] };
}

/**
 * Resolves once the opener has started, and does not wait for the browser.
 *
 * @returns whether it has started
 */
export async function openPage(address: string): Promise<boolean> {
  const { env, platform } = process;
  const places = { cwd: workingDirectory(), home: homeDirectory() };
  const { find } = openPrograms({ env, ...places, isSecret: () => false });
  const opener = openerFor(env, platform, find);
  if (opener === undefined) return false;
  const { spawn } = await import('node:child_process');
  const passed = Object.fromEntries(Object.entries(env).filter(([name]) => PASSED.test(name)));
  // Openers are scripts that look for browsers on it.
  passed['PATH'] = searchFolders({ env, ...places }).join(delimiter);
  const child = spawn(opener.file, [...opener.args, address], { env: passed, stdio: 'ignore', detached: true });
  return new Promise((resolve) => {
    child.once('error', () => resolve(false));
    child.once('spawn', () => {
      child.unref();
      resolve(true);
    });
  });
}
