/**
 * The official suite and the Node that it needs, installed beside the project's own packages: the suite asks for a newer
 * Node than the bridge does, and a normal install should not have to fetch either.
 */

import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { existsSync } from 'node:fs';
import { mkdir, rename, rm } from 'node:fs/promises';
import { dirname, join, resolve } from 'node:path';

/** npm runs scripts in the project's folder. */
export const CACHE: string = resolve('node_modules/.cache/uc-mcp-bridge/conformance');

const NODE_VERSION = '24.21.0';

/** @returns path of a Node that runs the suite */
export function installNode(): Promise<string> {
  return install('node', NODE_VERSION, 'bin/node');
}

/** @returns path of the suite's command line */
export function installSuite(version: string): Promise<string> {
  return install('@modelcontextprotocol/conformance', version, 'dist/index.js');
}

async function install(name: string, version: string, file: string): Promise<string> {
  const folder = join(CACHE, `${name}@${version}`);
  const installed = join(folder, 'node_modules', name, file);
  if (existsSync(installed)) return installed;
  process.stderr.write(`installing ${name}@${version} into ${folder}\n`);
  // Complete or not there: an install that was interrupted is begun again.
  const partial = join(CACHE, 'partial', `${name}@${version}`);
  await rm(partial, { recursive: true, force: true });
  await mkdir(partial, { recursive: true });
  // Only errors: npm warns of a Node that the suite does not run on.
  await npm('install', '--prefix', partial, '--no-audit', '--no-fund', '--loglevel', 'error', `${name}@${version}`);
  await mkdir(dirname(folder), { recursive: true });
  await rename(partial, folder);
  return installed;
}

async function npm(...args: string[]): Promise<void> {
  const child = spawn('npm', args, { stdio: ['ignore', 'ignore', 'inherit'], shell: process.platform === 'win32' });
  const [code] = await once(child, 'close');
  if (code !== 0) throw new Error(`npm ${args.join(' ')} ended with ${code}`);
}
