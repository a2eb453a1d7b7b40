import { isAbsolute, join } from 'node:path';
import type { Scope } from '../../config/commands.ts';
import { FileRefused } from '../../config/problems.ts';
import { homeDirectory, workingDirectory } from '../../node/surroundings.ts';

/** What decides where things are. A value, so that every platform can be looked at from every other. */
export interface Machine {
  readonly platform: NodeJS.Platform;
  /** Absolute. */
  readonly home: string;
  /** Where a project's configuration goes. Absolute. */
  readonly cwd: string;
  readonly env: Readonly<Record<string, string | undefined>>;
}

/**
 * The machine on which this runs.
 *
 * @throws FileRefused without a home folder, or without a working directory where a project may be meant
 */
export function thisMachine(scope: Scope | undefined): Machine {
  const home = homeDirectory();
  if (home === undefined) {
    throw new FileRefused('The home folder is unknown, so the files of clients cannot be found. Set HOME to it.');
  }
  const cwd = workingDirectory();
  if (cwd === undefined && scope !== 'user') {
    throw new FileRefused('The working directory was deleted. Change to another one, or give --scope user.');
  }
  return { platform: process.platform, home, cwd: cwd ?? home, env: process.env };
}

/** The folder for configuration, `~/.config` where nothing else is said. [XDG Base Directory Specification] */
export function configFolder({ env, home }: Machine): string {
  return absoluteOr(env['XDG_CONFIG_HOME'], join(home, '.config'));
}

/** Where desktop applications keep theirs: each platform has its own. */
export function applicationFolder(machine: Machine): string {
  switch (machine.platform) {
    case 'darwin':
      return join(machine.home, 'Library', 'Application Support');
    case 'win32':
      return absoluteOr(machine.env['APPDATA'], join(machine.home, 'AppData', 'Roaming'));
    default:
      return configFolder(machine);
  }
}

export function localFolder({ env, home }: Machine): string {
  return absoluteOr(env['LOCALAPPDATA'], join(home, 'AppData', 'Local'));
}

/**
 * Where a copy of the program can stay. On macOS too not in `Application Support`: some clients take a path with a
 * blank apart.
 */
export function dataFolder(machine: Machine): string {
  if (machine.platform === 'win32') return join(localFolder(machine), 'uc-mcp-bridge');
  return join(absoluteOr(machine.env['XDG_DATA_HOME'], join(machine.home, '.local', 'share')), 'uc-mcp-bridge');
}

/** A relative path means nothing, says the specification, and to Windows neither. */
export function absoluteOr(folder: string | undefined, otherwise: string): string {
  return folder !== undefined && isAbsolute(folder) ? folder : otherwise;
}
