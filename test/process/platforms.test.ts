import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { describe, expect, it } from 'vitest';
import { home } from '../install/home.ts';
import { AS_MACOS, AS_WINDOWS } from '../support/preload.ts';

const ROOT = fileURLToPath(new URL('../..', import.meta.url));
const DOCUMENT = readFileSync(join(ROOT, 'docs/platforms.md'), 'utf8');
const DRY_RUN = ['install', '--dry-run', '--connection', 'c'];

describe('a program of a client', () => {
  it.each<{ system: string; preload: readonly string[]; file: string; isFound: boolean }>([
    { system: 'Linux', preload: [], file: 'gemini', isFound: true },
    { system: 'Linux', preload: [], file: 'gemini.exe', isFound: false },
    { system: 'macOS', preload: AS_MACOS, file: 'gemini', isFound: true },
    { system: 'Windows', preload: AS_WINDOWS, file: 'gemini.exe', isFound: true },
    { system: 'Windows', preload: AS_WINDOWS, file: 'gemini', isFound: false },
    { system: 'Windows', preload: AS_WINDOWS, file: 'gemini.cmd', isFound: false },
  ])('named $file is found on $system: $isFound', async ({ file, isFound, preload }) => {
    const { program, run } = home();
    program(file, 'exit 0');
    const { stdout } = await run(DRY_RUN, { env: { NODE_OPTIONS: preload.join(' ') } });
    expect(/^Gemini CLI: /m.test(stdout)).toBe(isFound);
  });
});

describe('a profile that every user can change', () => {
  const WARNING = /Every user of this machine can change/;
  it.each<{ system: string; preload: readonly string[]; isWarned: boolean }>([
    { system: 'Linux', preload: [], isWarned: true },
    { system: 'macOS', preload: AS_MACOS, isWarned: true },
    { system: 'Windows', preload: AS_WINDOWS, isWarned: false },
  ])('is warned about on $system: $isWarned', async ({ isWarned, preload }) => {
    const { run, write } = home();
    write('.databrickscfg', '[DEFAULT]\nhost = http://127.0.0.1:1\ntoken = dapi-of-a-test-0123456789\n', 0o666);
    const env = { NODE_OPTIONS: preload.join(' '), HTTPS_PROXY: '' };
    const { stderr, stdout } = await run(['--connection', 'c'], { env });
    expect(WARNING.test(stdout + stderr)).toBe(isWarned);
  });
});

it('every file that asks for the platform is listed in docs/platforms.md', () => {
  const files = readdirSync(join(ROOT, 'src'), { recursive: true, encoding: 'utf8' })
    .filter((file) => file.endsWith('.ts'))
    .map((file) => `src/${file.replaceAll('\\', '/')}`)
    .filter((file) => /\bplatform [!=]== '/.test(readFileSync(join(ROOT, file), 'utf8')));
  expect(files.length).toBeGreaterThan(5);
  const listed = (file: string) => DOCUMENT.includes(file) || DOCUMENT.includes(`\`${file.split('/').at(-1)}\``);
  expect(files.filter((file) => !listed(file))).toEqual([]);
});

it('every file that docs/platforms.md names exists', () => {
  for (const [, file = ''] of DOCUMENT.matchAll(/`((?:src|test)\/[^`]+)`/g)) {
    expect(() => readdirSync(join(ROOT, file, '..')), file).not.toThrow();
    if (file.endsWith('.ts')) expect(readdirSync(join(ROOT, file, '..')), file).toContain(file.split('/').at(-1));
  }
});
