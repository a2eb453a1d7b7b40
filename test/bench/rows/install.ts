/** What an installation fetches and unpacks. */

import { execFile, spawn } from 'node:child_process';
import { readdir, readFile, stat } from 'node:fs/promises';
import { join } from 'node:path';
import { text } from 'node:stream/consumers';
import { promisify } from 'node:util';
import type { Program } from '../child.ts';
import { atMost, type Measure } from '../measure.ts';
import type { Setting } from '../setting.ts';
import { hello } from '../talk.ts';
import type { TargetName } from '../targets.ts';

const run = promisify(execFile);

interface Installation {
  readonly packages: number;
  readonly unpacked: number;
  readonly archive: number | undefined;
  readonly entry: number | undefined;
}

export async function install({ peers, program }: Setting): Promise<Measure[]> {
  const found = new Map<TargetName, Installation>([['bridge', await ours(program('bridge') as Program)]]);
  for (const [name, { folder }] of Object.entries(peers)) found.set(name as TargetName, await installed(folder));
  const samples = (of: (found: Installation) => number | undefined) =>
    new Map(
      [...found].flatMap(([target, each]) => {
        const value = of(each);
        return value === undefined ? [] : [[target, [[value]]] as const];
      }),
    );
  const kb = (bytes: number | undefined) => bytes && bytes / 1_000;
  return [
    { what: 'packages', unit: '', samples: samples(({ packages }) => packages), budgets: [atMost(1, '')] },
    { what: 'unpacked', unit: 'KB', samples: samples((each) => kb(each.unpacked)), budgets: [atMost(1_500, 'KB')] },
    { what: 'archive', unit: 'KB', samples: samples((each) => kb(each.archive)), budgets: [atMost(460, 'KB')] },
    { what: 'what serve loads', unit: 'KB', samples: samples(({ entry }) => kb(entry)), budgets: [atMost(500, 'KB')] },
  ];
}

async function ours(program: Program): Promise<Installation> {
  const { stdout } = await run('npm', ['pack', '--ignore-scripts', '--dry-run', '--json']);
  const [packed] = JSON.parse(stdout);
  const { dependencies = {}, optionalDependencies = {} } = JSON.parse(await readFile('package.json', 'utf8'));
  const packages = 1 + Object.keys({ ...dependencies, ...optionalDependencies }).length;
  return { packages, unpacked: packed.unpackedSize, archive: packed.size, entry: await loaded(program) };
}

/** Tells in its last words which files were loaded. */
const REPORT = `import { createRequire } from 'node:module';
process.on('exit', () => process.stderr.write('\\nloaded ' + JSON.stringify(Object.keys(createRequire('/').cache))));`;

/** @returns bytes of all files of ours that are loaded for a handshake */
async function loaded({ args, command, env }: Program): Promise<number> {
  const child = spawn(command, ['--import', `data:text/javascript,${encodeURIComponent(REPORT)}`, ...args], { env });
  const { id, line } = hello();
  child.stdin.end(line);
  const [said, answered] = await Promise.all([text(child.stderr), text(child.stdout)]);
  if (!answered.includes(`"id":${id}`)) throw new Error(`no answer to initialize: ${said}`);
  const files: string[] = JSON.parse(/^loaded (.*)$/m.exec(said)?.[1] ?? '[]');
  const sizes = await Promise.all(files.map(async (file) => (await stat(file)).size));
  return sizes.reduce((sum, size) => sum + size, 0);
}

async function installed(folder: string): Promise<Installation> {
  let packages = 0;
  let unpacked = 0;
  for (const entry of await readdir(folder, { recursive: true, withFileTypes: true })) {
    if (!entry.isFile()) continue;
    const file = join(entry.parentPath, entry.name);
    unpacked += (await stat(file)).size;
    if (/node_modules[\\/](?:@[^\\/]+[\\/])?[^\\/]+[\\/]package\.json$/.test(file)) packages++;
  }
  return { packages, unpacked, archive: undefined, entry: undefined };
}
