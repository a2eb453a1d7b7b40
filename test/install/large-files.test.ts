import { chmodSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { JSON_FORMAT, JSONC } from '../../src/commands/clients/formats/json.ts';
import { TOML } from '../../src/commands/clients/formats/toml.ts';
import { YAML } from '../../src/commands/clients/formats/yaml.ts';
import { PLACES } from './files.ts';
import { home } from './home.ts';

const FILE = PLACES.cursor.file;
const INSTALL = ['install', '--client', 'cursor', '--connection', 'c', '--yes'];

/** A text of about so many characters, as JSON on one line. */
const ONE_LINE: Readonly<Record<string, (length: number) => string>> = {
  'one text': (length) => `{"a":"${'x'.repeat(length)}","mcpServers":{"x":{"command":"y"}}}`,
  'many lists': (length) => `{"a":[${'[[1,{"b":2}]],'.repeat(length / 14)}0],"mcpServers":{"x":{"command":"y"}}}`,
  'many members': (length) => {
    const members = Array.from({ length: length / 20 }, (_, at) => `"member ${at}":{"a":1}`);
    return `{"a":{${members.join(',')}},"mcpServers":{"x":{"command":"y"}}}`;
  },
  'many blanks': (length) => `{"mcpServers":{"x":{"command":"y"}${' '.repeat(length)}}${' '.repeat(length)}}`,
};

/** Processor time of the quickest of five runs, in milliseconds: whatever else happens only adds to it. */
function quickest(work: () => void): number {
  const times = Array.from({ length: 5 }, () => {
    const since = process.cpuUsage();
    work();
    const { system, user } = process.cpuUsage(since);
    return (system + user) / 1000;
  });
  return Math.min(...times);
}

/** Expects less than half of the 64 times that quadratic work takes for a size that is eight times as large. */
function expectLinear(work: (size: number) => () => void, size: number): void {
  const [small, large] = [work(size), work(8 * size)];
  const growths: number[] = [];
  // Garbage of other tests is collected within one of them.
  do growths.push(quickest(large) / Math.max(quickest(small), 1));
  while (growths.length < 3 && Math.min(...growths) > 32);
  expect(Math.min(...growths)).toBeLessThan(32);
}

describe('a long line takes linear time (T253)', () => {
  const entry = { command: 'node', args: ['main.js'] };
  const edits = (format: typeof JSONC, path: readonly [string, ...string[]], text: string) => () => {
    // What has been read is remembered.
    const fresh = `${text}\n${'\n'.repeat(Math.floor(Math.random() * 1000))}`;
    const put = format.put(fresh, path, entry);
    expect(format.take(put, path).length).toBeGreaterThan(0);
  };

  it.each(Object.entries(ONE_LINE))('of JSON with %s', (_, text) => {
    const work = (format: typeof JSONC) => (size: number) => edits(format, ['mcpServers', 'github'], text(size));
    expectLinear(work(JSON_FORMAT), 50_000);
    expectLinear(work(JSONC), 50_000);
  });

  it.each<[string, typeof JSONC, (length: number) => string]>([
    ['TOML with one text', TOML, (length) => `a = "${'x'.repeat(length)}"\n[extensions.x]\ncommand = "y"`],
    ['TOML with blanks', TOML, (length) => `[extensions.x]\ncommand = "y"${' '.repeat(length)}# x`],
    ['YAML with one text', YAML, (length) => `a: ${'x'.repeat(length)}\nextensions:\n  x:\n    cmd: y`],
    [
      'YAML with many members',
      YAML,
      (length) =>
        `a: {${Array.from({ length: length / 12 }, (_, at) => `m${at}: 1`).join(', ')}}\nextensions:\n  x:\n    cmd: y`,
    ],
  ])('of %s', (_, format, text) => {
    const work = (size: number) => edits(format, ['extensions', 'github'], text(size));
    expectLinear(work, 20_000);
  });
});

describe('install', () => {
  it('writes and restores a file of 8 MB in one line within its time', async () => {
    const { read, run, write } = home();
    const text = ONE_LINE['many members']?.(8_000_000) ?? '';
    write(FILE, text);
    expect(await run(INSTALL)).toMatchObject({ code: 0, stderr: '' });
    expect(read(FILE)).toContain('"--connection","c"');
    expect(await run(['uninstall', '--yes'])).toMatchObject({ code: 0, stderr: '' });
    expect(read(FILE) === text).toBe(true);
  }, 60_000);

  it('leaves a file alone that is nested too deeply', async () => {
    const { read, run, write } = home();
    const text = `{"a":${'['.repeat(200_000)}${']'.repeat(200_000)},}`;
    write(FILE, text);
    const { code, stderr, stdout } = await run(INSTALL);
    expect({ code, stderr }).toEqual({ code: 78, stderr: '' });
    expect(stdout).toContain('is nested too deeply.');
    expect(read(FILE)).toBe(text);
  });

  it('does not replace a read-only file, and prints no change of it', async () => {
    const { files, folder, read, run, write } = home();
    write(FILE, '{"mcpServers":{"x":{"command":"y"}}}\n', 0o444);
    const before = files();
    for (const args of [INSTALL, [...INSTALL, '--dry-run']]) {
      const { code, stdout } = await run(args);
      expect(code).toBe(78);
      expect(stdout).toContain(`is read-only: make ${folder}/${FILE} writable, or leave this client out`);
      expect(stdout).not.toMatch(/^[+-] /m);
    }
    expect(files()).toEqual(before);
    chmodSync(join(folder, FILE), 0o644);
    expect(await run(INSTALL)).toMatchObject({ code: 0 });
    chmodSync(join(folder, FILE), 0o444);
    expect(await run(['uninstall', '--yes'])).toMatchObject({ code: 78 });
    expect(read(FILE)).toContain('github');
  });

  it.each([
    ['broken', '{"mcpServers":{'],
    ['with a list of servers', '{"mcpServers":[]}'],
    ['with another program under that name', '{"mcpServers":{"github":{"command":"docker"}}}'],
  ])('prints no change of a file that it leaves alone: %s', async (_, text) => {
    const { read, run, write } = home();
    write(FILE, text);
    const { code, stdout } = await run(INSTALL);
    expect(code).toBe(78);
    expect(stdout).toContain('left alone');
    expect(stdout).not.toMatch(/^[+-] /m);
    expect(read(FILE)).toBe(text);
  });

  it('leaves a file over the limit to the program of the client', async () => {
    const { program, run, read, write, folder } = home();
    const file = PLACES['claude-code'].file;
    write(file, `{"a":"${'x'.repeat(19_700_000)}"}`);
    const args = ['install', '--client', 'claude-code', '--connection', 'c', '--yes'];
    const without = await run(args);
    expect(without.code).toBe(78);
    expect(without.stdout).toContain('is 19.7 MB, larger than the 16 MB limit.');
    expect(without.stdout).not.toMatch(/^[+-] /m);
    program('claude', 'printf \'%s\\n\' "$@" > "$HOME/told"');
    const { code, stdout } = await run(args);
    expect(code).toBe(0);
    expect(stdout).toContain(`Done by ${folder}/bin/claude.`);
    expect(read('told').split('\n').slice(0, 3)).toEqual(['mcp', 'add-json', 'github']);
    program('claude', 'exit 1');
    expect(await run(args)).toMatchObject({
      code: 78,
      stdout: expect.stringMatching(/claude failed, and .* left alone/),
    });
  });
});
