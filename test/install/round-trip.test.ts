import { describe, expect, it } from 'vitest';
import { BROKEN, HEALTHY, LINUX_CLIENTS, PLACES } from './files.ts';
import { home } from './home.ts';

const ARGS = ['--connection', 'github_u2m_connection', '--profile', 'my work'];

function text(files: Readonly<Record<string, string>>, file: string): string {
  return Buffer.from(files[file] ?? '', 'latin1').toString();
}

function linesOf(content: string): string[] {
  const lines = content.replace('\ufeff', '').split(/\r?\n/);
  return lines.map((line) => line.replace(/,(?=\s*(?:\/\/.*)?$)/, '').trimEnd());
}

describe.each(Object.entries(HEALTHY))('files %s', (special, texts) => {
  it('get the entry, are left alone by a second run, and come back byte for byte', async () => {
    const { files, folder, read, run, write } = home();
    for (const { at, file, kind } of Object.values(PLACES)) write(file, texts[kind].replaceAll('"@"', `"${at}"`));
    const before = files();

    const installed = await run(['install', '--yes', ...ARGS]);
    expect(installed.stderr).toBe('');
    expect(installed.code).toBe(0);
    for (const name of LINUX_CLIENTS) {
      const { file } = PLACES[name];
      expect(read(file), name).toMatch(/main\.js.*github_u2m_connection/s);
      expect(installed.stdout).toContain(`: ${folder}/${file}\n`);
      // Each line of before is there still, but for a comma or for braces that have been opened.
      const lines = linesOf(read(file));
      if (!/line|list|anything/.test(special))
        expect(lines, name).toEqual(expect.arrayContaining(linesOf(text(before, file))));
      if (text(before, file).startsWith('\ufeff')) expect(read(file)).toMatch(/^\ufeff[^\ufeff]/);
      if (before[file]?.includes('\r\n')) expect(read(file)).not.toMatch(/[^\r]\n/);
    }

    const between = files();
    const again = await run(['install', '--yes', ...ARGS]);
    expect(again.code).toBe(0);
    expect(again.stdout).toMatch(/There is nothing to change\.\n$/);
    expect(files()).toEqual(between);

    const gone = await run(['uninstall', '--yes']);
    expect(gone.code).toBe(0);
    expect(files()).toEqual(before);
  });
});

it('files that cannot be read are left alone and named with their line, and the others are written all the same', async () => {
  const { files, folder, read, run, write } = home();
  for (const [name, { at, file, kind }] of Object.entries(PLACES)) {
    write(file, name === 'cursor' ? '{}' : BROKEN[kind][0].replaceAll('"@"', `"${at}"`));
  }
  const before = files();
  const { code, stderr, stdout } = await run(['install', '--yes', ...ARGS]);
  expect(stderr).toBe('');
  expect(code).toBe(78);
  expect(read(PLACES.cursor.file)).toContain('github_u2m_connection');
  for (const name of LINUX_CLIENTS) {
    const { file, kind } = PLACES[name];
    if (name === 'cursor') continue;
    expect(stdout).toContain(`: left alone. ${folder}/${file}:${BROKEN[kind][1]} is not valid `);
    expect(read(file)).toBe(text(before, file));
  }
  expect((await run(['uninstall', '--yes'])).code).toBe(78);
  expect(files()).toEqual(before);
});

it('where a client has no file, it gets one of its own, and after that has none again', async () => {
  const { files, run, read } = home();
  const all = LINUX_CLIENTS.flatMap((name) => ['--client', name]);
  const { code } = await run(['install', '--yes', ...all, ...ARGS]);
  expect(code).toBe(0);
  for (const name of LINUX_CLIENTS) expect(read(PLACES[name].file), name).toContain('github_u2m_connection');
  expect((await run(['uninstall', '--yes'])).code).toBe(0);
  expect(files()).toEqual({});
});

it('what others have written since is kept when the entry goes', async () => {
  const { files, read, run, write } = home();
  for (const { at, file, kind } of Object.values(PLACES)) {
    write(file, (HEALTHY['with other servers']?.[kind] ?? '').replaceAll('"@"', `"${at}"`));
  }
  const before = files();
  await run(['install', '--yes', ...ARGS]);
  const names = Object.values(PLACES).map(({ file }) => file);
  for (const file of names) write(file, `${read(file)}${/toml|yaml/.test(file) ? '\n# later\n' : '\n\n'}`);
  expect((await run(['uninstall', '--yes'])).code).toBe(0);
  for (const file of names) {
    const tail = /toml|yaml/.test(file) ? '\n# later\n' : '\n\n';
    expect(read(file)).toBe(`${text(before, file)}${tail}`);
  }
  expect(Object.keys(files()).sort()).toEqual(Object.keys(before).sort());
});
