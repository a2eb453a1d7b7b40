import { execFile } from 'node:child_process';
import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { basename, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import manifest from '../package.json' with { type: 'json' };

const run = promisify(execFile);
const ROOT = fileURLToPath(new URL('..', import.meta.url));
/** What npm unpacks and downloads, and what serve has to load, in bytes. */
const BUDGET = { unpacked: 1_200_000, archive: 350_000, serve: 450_000 };

/** Chunks that `serve` does not load unless an option or a message asks for them. */
const ON_DEMAND: ReadonlySet<string> = new Set([
  'demo',
  'help',
  'recorder',
  'refuse',
  'sandbox',
  'tool-policy',
  'translation',
]);

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
      'dist/package.json',
      'package.json',
    ]);
  });

  it('stays within its size', () => {
    expect(packed.unpackedSize).toBeLessThan(BUDGET.unpacked);
    expect(packed.size).toBeLessThan(BUDGET.archive);
    // Everything else is loaded on demand: a command, a complaint, the help, the sandbox, the translation.
    const served = packed.files.filter(({ path }) => path.endsWith('.js') && !ON_DEMAND.has(basename(path, '.js')));
    expect(served.map(({ path }) => path)).toContain('dist/bridge.js');
    expect(served.reduce((sum, { size }) => sum + size, 0)).toBeLessThan(BUDGET.serve);
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
    expect(names).toEqual(
      expect.arrayContaining(['@modelcontextprotocol/sdk', 'eventsource-parser', 'pino', 'undici', 'zod']),
    );
    expect([...licences.matchAll(/^License: (.+)$/gm)].map(([, licence]) => licence)).toHaveLength(names.length);
    expect(licences).not.toMatch(/^License: (?:null|undefined|.*GPL.*)$/m);
  });

  it('runs by npx from its archive', async () => {
    const env = { ...process.env, npm_config_cache: join(folder, 'cache'), npm_config_offline: 'true' };
    const { stdout } = await run('npx', ['--yes', `./${packed.filename}`, '--version'], { cwd: folder, env });
    expect(stdout).toBe(`${manifest.version}\n`);
  });
});
