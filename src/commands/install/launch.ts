/** The command that a client runs, without the options of the bridge. */

import { VERSION } from '../../version.ts';
import type { Program } from './program.ts';

export interface Launch {
  readonly command: string;
  /** Arguments before the options. */
  readonly args: readonly string[];
  /** The entry is shared with other machines: it holds no path of this one. */
  readonly isPortable: boolean;
}

const PACKAGE = `uc-mcp-bridge@${VERSION}`;

/** For files that are shared: npx with a pinned version. It needs the published package. */
export const PORTABLE: Launch = { command: 'npx', args: ['-y', PACKAGE], isPortable: true };

export const NEEDS_PACKAGE: string = `The entry runs ${PACKAGE} by npx, without paths of this machine. It works once that version is published on npm.`;

/** For this machine: Node and script by absolute paths. */
export function launchOf({ node, script }: Pick<Program, 'node' | 'script'>): Launch {
  return { command: node, args: [script], isPortable: false };
}

/** True if these words are a portable launch of any version, as `install` writes it. */
export function isPortableLaunch(command: string, [flag, name]: readonly string[]): boolean {
  return command === 'npx' && flag === '-y' && /^uc-mcp-bridge@\d+\.\d+\.\d+(?:-[\w.-]+)?$/.test(name ?? '');
}
