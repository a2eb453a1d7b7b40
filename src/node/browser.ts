/** The browser of the user, if this process can open one. */

import type { Programs } from '../ports.ts';

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
    for (const line of platform === 'win32' ? [chosen] : chosen.split(':')) {
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
