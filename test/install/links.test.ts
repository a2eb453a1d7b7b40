import { cpSync, existsSync, lstatSync, mkdirSync, readdirSync, symlinkSync, watch } from 'node:fs';
import { dirname, join } from 'node:path';
import { describe, expect, it, onTestFinished } from 'vitest';
import { BIN } from '../support/bridge.ts';
import { type Home, home } from './home.ts';

const FILE = '.cursor/mcp.json';
const BACKUP = `${FILE}.before-github.uc-mcp-bridge.bak`;
const INSTALL = ['install', '--scope', 'project', '--client', 'cursor', '--yes', '--sandbox'];
const WHERE = { cwd: 'project' };
const DATA = '.local/share/uc-mcp-bridge';

/** A home with files of the user, and a project whose author plants links to them. */
function hostile(): Home & { plant(link: string, to: string): void; outside(): unknown } {
  const there = home();
  there.write('.bashrc', 'alias ls=ls\n');
  there.write('.ssh/authorized_keys', 'ssh-ed25519 AAAA\n');
  mkdirSync(join(there.folder, 'project'));
  return {
    ...there,
    plant: (link, to) => {
      const file = join(there.folder, link);
      mkdirSync(dirname(file), { recursive: true });
      symlinkSync(join(there.folder, to), file);
    },
    outside: () => Object.entries(there.files()).filter(([file]) => !file.startsWith('project/')),
  };
}

describe('install in a project with planted links (T243)', () => {
  it.each(['.bashrc', '.ssh/new'])('replaces a backup that links to %s by a file', async (to) => {
    const { folder, outside, plant, read, run, write } = hostile();
    write(`project/${FILE}`, '{"mcpServers":{}}\n');
    plant(`project/${BACKUP}`, to);
    const before = outside();
    expect(await run(INSTALL, WHERE)).toMatchObject({ code: 0 });
    expect(outside()).toEqual(before);
    expect(lstatSync(join(folder, 'project', BACKUP)).isFile()).toBe(true);
    expect(read(`project/${BACKUP}`)).toBe('{"mcpServers":{}}\n');
  });

  it('removes a link in the place of the backup where there is no file to keep', async () => {
    const { outside, plant, run } = hostile();
    plant(`project/${BACKUP}`, '.bashrc');
    const before = outside();
    expect(await run(INSTALL, WHERE)).toMatchObject({ code: 0 });
    expect(outside()).toEqual(before);
    expect(await run(['uninstall', '--yes'], WHERE)).toMatchObject({ code: 0 });
    expect(outside()).toEqual(before);
  });

  it.each([
    ['a file that links to one of the user', FILE, '.bashrc', '.bashrc'],
    ['a file that links to one that is not there yet', FILE, '.ssh/new', '.ssh/new'],
    ['a folder that links out of the project', dirname(FILE), '.ssh', '.ssh/mcp.json'],
    ['a folder that links to one that is not there yet', dirname(FILE), 'new', 'new/mcp.json'],
  ])('refuses %s, and names where it leads', async (_, link, to, target) => {
    const { files, folder, plant, run } = hostile();
    plant(`project/${link}`, to);
    const before = files();
    const { code, stdout } = await run(INSTALL, WHERE);
    expect(code).toBe(78);
    expect(stdout).toContain(`leads out of the project, to ${join(folder, target)}`);
    expect(files()).toEqual(before);
    expect(existsSync(join(folder, target))).toBe(to === '.bashrc');
    const removed = await run(['uninstall', '--yes', '--scope', 'project'], WHERE);
    expect(removed.code).toBe(to === '.bashrc' ? 78 : 0);
    expect(files()).toEqual(before);
  });

  it('refuses a link to a file that has our entry, also on uninstall', async () => {
    const { files, plant, run } = hostile();
    expect(await run(['install', '--client', 'cursor', '--yes', '--sandbox'])).toMatchObject({ code: 0 });
    plant(`project/${FILE}`, FILE);
    const before = files();
    const { code, stdout } = await run(['uninstall', '--yes', '--scope', 'project'], WHERE);
    expect(code).toBe(78);
    expect(stdout).toContain('leads out of the project');
    expect(files()).toEqual(before);
  });

  it('shows where a link within the project leads before it asks', async () => {
    const { folder, plant, run, write } = hostile();
    write('project/shared.json', '{}\n');
    plant(`project/${FILE}`, 'project/shared.json');
    const { code, stdout } = await run([...INSTALL, '--dry-run'], WHERE);
    expect(code).toBe(0);
    expect(stdout).toContain(`Cursor: ${folder}/project/${FILE} -> ${folder}/project/shared.json\n`);
  });

  it('writes through a temporary file whose name differs each time', async () => {
    const { folder, run, write } = hostile();
    const names = new Set<string>();
    for (const text of ['{}\n', '{"a":1}\n']) {
      write(`project/${FILE}`, text);
      const watcher = watch(join(folder, 'project/.cursor'));
      onTestFinished(() => watcher.close());
      const written = new Promise<void>((resolve) => {
        watcher.on('change', (_, name) => {
          if (/^\.uc-mcp-bridge-[0-9a-f]{12}$/.test(String(name))) names.add(String(name));
          if (name === 'mcp.json' && names.size > 0) resolve();
        });
      });
      expect(await run(INSTALL, WHERE)).toMatchObject({ code: 0 });
      await written;
      watcher.close();
    }
    // Two runs, each with a backup and the file itself.
    expect(names.size).toBe(4);
  });
});

describe('the copied program (T243)', () => {
  const TO_CURSOR = ['install', '--client', 'cursor', '--yes', '--sandbox'];

  /** Runs it where it does not stay, as npx does. */
  function cachedIn(folder: string): string {
    const dist = join(folder, '.npm/_npx/1a2b/node_modules/uc-mcp-bridge/dist');
    cpSync(dirname(BIN), dist, { recursive: true });
    return join(dist, 'main.js');
  }

  it('replaces links in its place, and what they lead to stays', async () => {
    const there = hostile();
    const script = cachedIn(there.folder);
    expect(await there.run(TO_CURSOR, { script })).toMatchObject({ code: 0 });
    const [name = ''] = readdirSync(join(there.folder, DATA)).filter((entry) => /^\d/.test(entry));
    expect(await there.run(['uninstall', '--yes'])).toMatchObject({ code: 0 });
    there.plant(`${DATA}/${name}`, '.ssh');
    there.plant(`${DATA}/written-files.txt`, '.bashrc');
    expect(await there.run(TO_CURSOR, { script })).toMatchObject({ code: 0 });
    expect(lstatSync(join(there.folder, DATA, name)).isDirectory()).toBe(true);
    expect(lstatSync(join(there.folder, DATA, 'written-files.txt')).isFile()).toBe(true);
    expect(there.read('.bashrc')).toBe('alias ls=ls\n');
    expect(readdirSync(join(there.folder, '.ssh'))).toEqual(['authorized_keys']);
    expect(await there.run(['uninstall', '--yes'])).toMatchObject({ code: 0 });
    expect(existsSync(join(there.folder, DATA))).toBe(false);
    expect(readdirSync(join(there.folder, '.ssh'))).toEqual(['authorized_keys']);
  });

  it('goes when the configuration cannot be written', async () => {
    const there = home();
    const script = cachedIn(there.folder);
    there.write(FILE, '{}');
    // A folder in the place of the backup cannot be replaced by anyone, root included.
    mkdirSync(join(there.folder, BACKUP));
    const { code, stdout } = await there.run(TO_CURSOR, { script });
    expect(code).toBe(78);
    expect(stdout).toMatch(/mcp\.json cannot be written \(E\w+\)\./);
    expect(existsSync(join(there.folder, DATA))).toBe(false);
    expect(there.read(FILE)).toBe('{}');
  });

  it('is all that uninstall removes from the data folder', async () => {
    const there = home();
    const script = cachedIn(there.folder);
    there.write(`${DATA}/notes.txt`, 'mine\n');
    there.write(`${DATA}/src/main.ts`, 'mine\n');
    expect(await there.run(TO_CURSOR, { script })).toMatchObject({ code: 0 });
    expect(await there.run(['uninstall', '--yes'])).toMatchObject({ code: 0 });
    expect(readdirSync(join(there.folder, DATA))).toEqual(['notes.txt', 'src']);
    expect(there.read(`${DATA}/src/main.ts`)).toBe('mine\n');
  });
});
