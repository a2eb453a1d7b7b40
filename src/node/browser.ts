/** The browser of the user, if this process can open one. */

import type { Programs } from '../ports.ts';
import { openPrograms } from './programs.ts';
import { homeDirectory, workingDirectory } from './surroundings.ts';

export interface Browser {
  /** @returns whether it was started; a page may still not appear */
  open(address: string): Promise<boolean>;
}

export interface BrowserOptions {
  readonly env: Readonly<Record<string, string | undefined>>;
  readonly programs: Programs;
  readonly platform: NodeJS.Platform;
}

/** @returns undefined if there is no browser on the user's own screen */
export function findBrowser({ env, platform, programs }: BrowserOptions): Browser | undefined {
  const chosen = env['BROWSER'];
  if (chosen === 'none') return undefined;
  if (chosen) {
    for (const line of platform === 'win32' ? [chosen] : chosen.split(':').filter((one) => one !== '')) {
      const [name = '', ...args] = line.split(' ').filter((word) => word !== '');
      const file = programs.find(name);
      if (file !== undefined) return opener(programs, file, args);
    }
  }
  const isRemote = env['SSH_CONNECTION'] !== undefined || env['SSH_TTY'] !== undefined;
  if (platform === 'win32') return named(programs, 'rundll32', ['url.dll,FileProtocolHandler']);
  if (platform === 'darwin') return isRemote ? undefined : named(programs, '/usr/bin/open', []);
  return env['DISPLAY'] || env['WAYLAND_DISPLAY'] ? named(programs, 'xdg-open', []) : undefined;
}

/** Variables that openers and browsers need. The environment may hold tokens besides these. */
const NEEDED =
  /^(?:PATH|HOME|USER|LOGNAME|SHELL|LANG|LC_\w+|TZ|DISPLAY|WAYLAND_DISPLAY|XAUTHORITY|XDG_\w+|DBUS_SESSION_BUS_ADDRESS|DESKTOP_SESSION|BROWSER|TMPDIR|TEMP|TMP|SYSTEMROOT|WINDIR|USERPROFILE|APPDATA|LOCALAPPDATA|PROGRAMFILES\w*|COMSPEC|PATHEXT)$/i;

/** Opens a file of this machine. @returns whether a browser was started */
export async function openPage(address: string): Promise<boolean> {
  const { env, platform } = process;
  const places = { cwd: workingDirectory(), home: homeDirectory() };
  const programs = openPrograms({ env, ...places, isSecret: (name) => !NEEDED.test(name) });
  return (await findBrowser({ env, platform, programs })?.open(address)) ?? false;
}

function named(programs: Programs, name: string, args: readonly string[]): Browser | undefined {
  const file = programs.find(name);
  return file === undefined ? undefined : opener(programs, file, args);
}

function opener(programs: Programs, file: string, args: readonly string[]): Browser {
  return {
    open(address) {
      const placed = args.map((word) => word.replaceAll('%s', address));
      return programs.start(file, args.some((word) => word.includes('%s')) ? placed : [...args, address]);
    },
  };
}
