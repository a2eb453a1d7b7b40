import { execFile } from 'node:child_process';
import { cpSync, mkdirSync, readdirSync, readFileSync, symlinkSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import { expect, it } from 'vitest';
import { temporaryDirectory } from '../support/temporary.ts';

const run = promisify(execFile);
const ROOT = fileURLToPath(new URL('../..', import.meta.url));
const SOURCES = ['LICENSE', 'package.json', 'packaging', 'rolldown.config.js', 'src', 'tsconfig.json'];

/** Builds a copy of the sources in the given folder. */
async function built(folder: string): Promise<Readonly<Record<string, string>>> {
  mkdirSync(folder, { recursive: true });
  for (const name of SOURCES) cpSync(join(ROOT, name), join(folder, name), { recursive: true });
  symlinkSync(join(ROOT, 'node_modules'), join(folder, 'node_modules'), 'junction');
  const tool = join(ROOT, 'node_modules', 'rolldown', 'bin', 'cli.mjs');
  await run(process.execPath, [tool, '-c', '--log-level', 'warn'], { cwd: folder });
  const dist = join(folder, 'dist');
  return Object.fromEntries(
    readdirSync(dist)
      .sort()
      .map((name) => [name, readFileSync(join(dist, name), 'latin1')]),
  );
}

it('two builds from two folders are the same, byte for byte', async () => {
  const folder = temporaryDirectory();
  const one = await built(join(folder, 'one'));
  const two = await built(join(folder, 'deeper', 'second clone'));
  expect(Object.keys(one)).toEqual(expect.arrayContaining(['main.js', 'serve.js', 'LICENSES.txt', 'build.json']));
  expect(Object.keys(two)).toEqual(Object.keys(one));
  for (const [name, bytes] of Object.entries(one)) expect(two[name] === bytes, name).toBe(true);
  for (const bytes of Object.values(one)) expect(bytes).not.toContain(folder);
}, 120_000);
