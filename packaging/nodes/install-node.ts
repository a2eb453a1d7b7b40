/** Other versions of Node, as the npm registry has them: one program without an install script. */

import { execFileSync } from 'node:child_process';
import { existsSync, mkdirSync } from 'node:fs';
import { join, resolve } from 'node:path';

const CACHE = join('node_modules', '.cache', 'uc-mcp-bridge', 'nodes');

export interface System {
  readonly platform: NodeJS.Platform;
  readonly arch: string;
}

/** The package that holds Node for a system, and the program in it. */
export function nodePackage({ arch, platform }: System): { readonly name: string; readonly file: string } {
  const system = platform === 'win32' ? 'win' : platform;
  return { name: `node-${system}-${arch}`, file: platform === 'win32' ? 'bin/node.exe' : 'bin/node' };
}

/**
 * Installs it once, in a cache of the project.
 *
 * @param version - such as `26`, `20.18.1`
 * @returns the absolute path of the program
 */
export function installNode(version: string, system: System = process): string {
  const { file, name } = nodePackage(system);
  const folder = resolve(CACHE, version);
  const program = join(folder, 'node_modules', name, file);
  if (!existsSync(program)) {
    mkdirSync(folder, { recursive: true });
    const words = ['install', '--prefix', folder, '--no-save', '--no-audit', '--no-fund', '--ignore-scripts'];
    execFileSync('npm', [...words, `${name}@${version}`], {
      stdio: ['ignore', 'ignore', 'inherit'],
      shell: system.platform === 'win32',
    });
  }
  return program;
}
