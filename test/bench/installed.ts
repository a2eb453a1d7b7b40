/** What is fetched from npm to measure beside or with: kept outside the project, for the next time. */

import { execFile } from 'node:child_process';
import { existsSync } from 'node:fs';
import { mkdir, readFile, rename, rm } from 'node:fs/promises';
import { homedir } from 'node:os';
import { dirname, join } from 'node:path';
import { promisify } from 'node:util';

const run = promisify(execFile);
const CACHE = join(process.env['XDG_CACHE_HOME'] ?? join(homedir(), '.cache'), 'uc-mcp-bridge', 'bench');

/** Newest of each line that was measured. */
const NODES: Readonly<Record<string, string>> = { '22': '22.23.3', '24': '24.21.0', '26': '26.12.1' };

/** @returns path of a Node of that line */
export async function installNode(major: string): Promise<string> {
  const version = NODES[major];
  if (version === undefined) throw new Error(`--node takes ${Object.keys(NODES).join(' or ')}, not ${major}`);
  // The package `node` chooses one of these in an install script, and scripts may be switched off.
  const platform = process.platform === 'win32' ? 'win' : process.platform;
  const name = `node-${platform}-${process.arch}`;
  return join(await install(name, version), 'node_modules', name, platform === 'win' ? 'bin/node.exe' : 'bin/node');
}

export interface Installed {
  /** With everything that was fetched for it. */
  readonly folder: string;
  readonly script: string;
}

/** @returns where it is, and the script that its bin names */
export async function installPeer(name: string, version: string): Promise<Installed> {
  const folder = await install(name, version);
  const home = join(folder, 'node_modules', name);
  const { bin } = JSON.parse(await readFile(join(home, 'package.json'), 'utf8'));
  return { folder, script: join(home, typeof bin === 'string' ? bin : bin[name]) };
}

async function install(name: string, version: string): Promise<string> {
  const folder = join(CACHE, `${name}@${version}`);
  if (existsSync(folder)) return folder;
  process.stderr.write(`installing ${name}@${version} into ${folder}\n`);
  // Complete or not there: an install that was interrupted is begun again.
  const partial = join(CACHE, 'partial', `${name}@${version}`);
  await rm(partial, { recursive: true, force: true });
  await mkdir(partial, { recursive: true });
  const quietly = ['--no-audit', '--no-fund', '--loglevel', 'error'];
  await run('npm', ['install', '--prefix', partial, ...quietly, `${name}@${version}`]);
  await mkdir(dirname(folder), { recursive: true });
  await rename(partial, folder);
  return folder;
}
