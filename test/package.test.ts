import { execFile } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { mkdtemp, readdir, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import manifest from '../package.json' with { type: 'json' };

const run = promisify(execFile);
const ROOT = fileURLToPath(new URL('..', import.meta.url));
/** Limits on what npm unpacks and downloads, in bytes. */
const BUDGET = { unpacked: 1_500_000, archive: 460_000 };

interface Packed {
  readonly filename: string;
  readonly size: number;
  readonly unpackedSize: number;
  readonly files: readonly { readonly path: string; readonly size: number }[];
}

describe('the package', () => {
  let folder: string;
  let packed: Packed;

  beforeAll(async () => {
    folder = await mkdtemp(join(tmpdir(), 'uc-mcp-bridge-'));
    // The tests have built dist already; building it again here would take it away from the others.
    const { stdout } = await run('npm', ['pack', '--ignore-scripts', '--json', '--pack-destination', folder], {
      cwd: ROOT,
    });
    [packed] = JSON.parse(stdout);
  });

  afterAll(() => rm(folder, { recursive: true }));

  it('holds the bundle, the licences, the README and the example, and nothing else (T185)', () => {
    const paths = packed.files.map(({ path }) => path).filter((path) => !/^dist\/[\w-]+\.js$/.test(path));
    expect(paths.sort()).toEqual([
      'LICENSE',
      'README.md',
      'claude_desktop_config.example.json',
      'dist/LICENSES.txt',
      'dist/build.json',
      'dist/package.json',
      'package.json',
    ]);
  });

  it('stays within its size', () => {
    expect(packed.unpackedSize).toBeLessThan(BUDGET.unpacked);
    expect(packed.size).toBeLessThan(BUDGET.archive);
  });

  it('loads its parts by require alone: in code that was kept, import() makes Node warn on stderr', () => {
    const importing = packed.files.filter(
      ({ path }) => path.endsWith('.js') && /(?<![.\w$])import\s*\(/.test(readFileSync(path, 'utf8')),
    );
    expect(importing.map(({ path }) => path)).toEqual([]);
  });

  it('needs no other package at run time and runs nothing when it is installed (T185)', () => {
    expect(manifest).not.toHaveProperty('dependencies');
    expect(manifest).not.toHaveProperty('optionalDependencies');
    expect(manifest).not.toHaveProperty('peerDependencies');
    expect(Object.keys(manifest.scripts).filter((name) => /install|^prepare$/.test(name))).toEqual([]);
  });

  it('names every package that is inside the bundle, with its licence', async () => {
    const licences = await readFile(join(ROOT, 'dist', 'LICENSES.txt'), 'utf8');
    const names = [...licences.matchAll(/^Name: (.+)$/gm)].map(([, name]) => name).sort();
    expect(names).toEqual(expect.arrayContaining(['@modelcontextprotocol/sdk', 'pino', 'undici', 'zod']));
    expect([...licences.matchAll(/^License: (.+)$/gm)].map(([, licence]) => licence)).toHaveLength(names.length);
    const { bundled } = JSON.parse(await readFile(join(ROOT, 'dist', 'build.json'), 'utf8'));
    expect(bundled.map(({ name }: { readonly name: string }) => name).sort()).toEqual(names);
    expect(licences).not.toMatch(/^License: (?:null|undefined|.*GPL.*)$/m);
  });

  it('runs by npx from its archive', async () => {
    const env = { ...process.env, npm_config_cache: join(folder, 'cache'), npm_config_offline: 'true' };
    const { stdout } = await run('npx', ['--yes', `./${packed.filename}`, '--version'], { cwd: folder, env });
    expect(stdout).toBe(`${manifest.version}\n`);
  });

  it('installs by npx from its archive on a fresh machine, as far as a dry run goes', async () => {
    const home = join(folder, 'home');
    const env = {
      ...process.env,
      ...{ HOME: home, USERPROFILE: home, APPDATA: home, LOCALAPPDATA: home, XDG_CONFIG_HOME: join(home, '.config') },
      ...{ npm_config_cache: join(folder, 'cache'), npm_config_offline: 'true' },
    };
    const args = ['--yes', `./${packed.filename}`, 'install', '--client', 'claude-desktop', '--dry-run'];
    const { stdout } = await run('npx', args, { cwd: folder, env });
    expect(stdout).toMatch(/^\+ +"github": \{\n\+ +"command": "\/.*node"/m);
    expect(stdout).toMatch(/\nNothing was written: this was a dry run\.\n$/);
    await expect(readdir(home)).rejects.toThrow(/ENOENT/);
  });
});
