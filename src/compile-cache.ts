// Node's own cache of compiled code, in a folder of the user: V8 runs what it finds there. As a part of the first file, this
// one is in words that any Node reads.

import type { Stats } from 'node:fs';

type EnableCompileCache = (folder: string) => unknown;

/** Enables the cache where Node has one (22.8 and newer) and the user a folder that no one else can write to. */
export function enableCompileCache(env: NodeJS.ProcessEnv): void {
  const { enableCompileCache: enable } = require('node:module') as { enableCompileCache?: EnableCompileCache };
  if (enable === undefined || env['NODE_DISABLE_COMPILE_CACHE']) return;
  try {
    const base = baseFolder(env);
    const folder = base === undefined ? undefined : privateFolder(base);
    if (folder !== undefined) enable(folder);
  } catch (error) {
    // No permission, no room, a file in the way: then Node compiles at each start.
    if (!(error instanceof Error)) throw error;
  }
}

/** @returns undefined where the user has none; a shared temporary folder is not used */
function baseFolder(env: NodeJS.ProcessEnv): string | undefined {
  const { homedir } = require('node:os') as typeof import('node:os');
  const { isAbsolute, join } = require('node:path') as typeof import('node:path');
  const named = process.platform === 'win32' ? env['LOCALAPPDATA'] : env['XDG_CACHE_HOME'];
  const isNamed = process.platform !== 'darwin' && isAbsolute(named || '');
  if (isNamed) return named;
  if (process.platform === 'win32') return undefined;
  return join(homedir(), process.platform === 'darwin' ? 'Library/Caches' : '.cache');
}

/** Makes the folder where it is missing, but never below a folder of another user, as a home is that `sudo` leaves in place. */
function privateFolder(base: string): string | undefined {
  const { lstatSync, mkdirSync, statSync } = require('node:fs') as typeof import('node:fs');
  const { dirname, join } = require('node:path') as typeof import('node:path');
  const folder = join(base, 'uc-mcp-bridge');
  const parent = statSync(dirname(base));
  if (lstatSync(base, { throwIfNoEntry: false }) === undefined && isPrivate(parent)) mkdirSync(base, 0o700);
  if (!isPrivate(statSync(base))) return undefined;
  if (lstatSync(folder, { throwIfNoEntry: false }) === undefined) mkdirSync(folder, 0o700);
  // Of a link, this is the link itself.
  return isPrivate(lstatSync(folder)) ? folder : undefined;
}

/** True if it is a folder that no other user can write to. Windows has no such numbers, and the folder there is the user's. */
function isPrivate(status: Stats): boolean {
  if (!status.isDirectory()) return false;
  return process.getuid === undefined || (status.uid === process.getuid() && (status.mode & 0o022) === 0);
}
