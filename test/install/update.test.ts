import { cpSync, existsSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { describe, expect, it } from 'vitest';
import manifest from '../../package.json' with { type: 'json' };
import { BIN } from '../support/bridge.ts';
import { type Home, home } from './home.ts';

const DATA = '.local/share/uc-mcp-bridge';
const OLD_COPY = `${DATA}/0.0.9-0badcafe`;

/** A home in which an older version has installed itself, by a copy, for four clients of different shapes. */
function olderHome(): Home {
  const there = home();
  const { folder, write } = there;
  const script = join(folder, OLD_COPY, 'main.js');
  const args = [script, '--connection', 'c'];
  write(`${OLD_COPY}/main.js`, '');
  const cursor = { command: '/old/node', args, env: { MINE: 'sesame' }, disabled: false };
  const opencode = { type: 'local', command: ['/old/node', ...args], enabled: true };
  write('.cursor/mcp.json', JSON.stringify({ mcpServers: { github: cursor, x: { command: 'y' } } }, undefined, 2));
  write('.config/opencode/opencode.json', JSON.stringify({ mcp: { github: opencode } }, undefined, 2));
  write('.codex/config.toml', `[mcp_servers.github]\ncommand = "/old/node"\nargs = ${JSON.stringify(args)}\n`);
  write(
    '.config/goose/config.yaml',
    `extensions:\n  github:\n    name: github\n    type: stdio\n    cmd: "/old/node"\n    args: ${JSON.stringify(args)}\n`,
  );
  const files = [
    '.cursor/mcp.json',
    '.config/opencode/opencode.json',
    '.codex/config.toml',
    '.config/goose/config.yaml',
  ];
  write(`${DATA}/written-files.txt`, `${files.map((file) => join(folder, file)).join('\n')}\n`);
  return there;
}

describe('update', () => {
  it('shows the difference, and in a dry run writes nothing', async () => {
    const { files, folder, run } = olderHome();
    const before = files();
    const { code, stdout } = await run(['update', '--dry-run']);
    expect(code).toBe(0);
    expect(stdout).toMatch(/^- +"command": "\/old\/node",$/m);
    expect(stdout).toContain(`+       "command": "${process.execPath}",\n`);
    expect(stdout).toContain(`Cursor: ${folder}/.cursor/mcp.json\n`);
    expect(stdout).not.toContain('sesame');
    expect(files()).toEqual(before);
  });

  it('moves entries of every shape, keeps what was added, and removes the copy that nothing starts', async () => {
    const { folder, read, run } = olderHome();
    const { code, stdout } = await run(['update', '--yes']);
    expect(code).toBe(0);
    expect(stdout).toContain(`Removed: ${folder}/${OLD_COPY}\n`);
    expect(existsSync(join(folder, OLD_COPY))).toBe(false);
    const cursor = JSON.parse(read('.cursor/mcp.json')).mcpServers;
    expect(cursor).toEqual({
      github: {
        command: process.execPath,
        args: [expect.stringMatching(/main\.js$/), '--connection', 'c'],
        env: { MINE: 'sesame' },
        disabled: false,
      },
      x: { command: 'y' },
    });
    const opencode = JSON.parse(read('.config/opencode/opencode.json')).mcp.github;
    expect(opencode.command).toEqual([process.execPath, expect.stringMatching(/main\.js$/), '--connection', 'c']);
    expect(read('.codex/config.toml')).toContain(`command = "${process.execPath}"`);
    expect(read('.config/goose/config.yaml')).toContain(`cmd: "${process.execPath}"`);
    const again = await run(['update', '--yes']);
    expect(again).toMatchObject({ code: 0, stdout: "All 4 of install's entries start this version.\n" });
  });

  it('copies this version where the program does not stay', async () => {
    const { folder, read, run } = olderHome();
    const cached = join(folder, '.npm/_npx/1a2b/node_modules/uc-mcp-bridge');
    cpSync(dirname(BIN), join(cached, 'dist'), { recursive: true });
    expect(await run(['update', '--yes'], { script: join(cached, 'dist/main.js') })).toMatchObject({ code: 0 });
    const [script] = JSON.parse(read('.cursor/mcp.json')).mcpServers.github.args;
    expect(script).toMatch(new RegExp(`/${DATA}/${manifest.version}-[0-9a-f]{8}/main\\.js$`));
    expect(existsSync(script)).toBe(true);
    expect(existsSync(join(folder, OLD_COPY))).toBe(false);
  });

  it('moves the pinned version of a project, and leaves an entry that was written by hand', async () => {
    const { folder, run } = home();
    const file = join(folder, 'project/.mcp.json');
    mkdirSync(dirname(file));
    const entry = (version: string) => ({ command: 'npx', args: ['-y', `uc-mcp-bridge@${version}`, '--sandbox'] });
    writeFileSync(file, JSON.stringify({ mcpServers: { github: entry('0.0.9'), hand: entry('0') } }));
    const { code, stdout } = await run(['update', '--yes'], { cwd: 'project' });
    expect(code).toBe(0);
    expect(stdout).toContain('"hand" in ');
    expect(stdout).toContain('It works once that version is published on npm.');
    expect(JSON.parse(readFileSync(file, 'utf8')).mcpServers).toEqual({
      github: entry(manifest.version),
      hand: entry('0'),
    });
  });

  it('changes nothing without a terminal and --yes, and says where there is nothing', async () => {
    const { files, run } = olderHome();
    const before = files();
    expect(await run(['update'])).toMatchObject({ code: 64 });
    expect(files()).toEqual(before);
    const none = await home().run(['update', '--yes']);
    expect(none).toMatchObject({ code: 0, stdout: 'install has written no entry here.\n' });
  });

  it('leaves uninstall able to give the file of before install back', async () => {
    const { files, read, run, write } = home();
    write('.cursor/mcp.json', '{}\n');
    const before = files();
    await run(['install', '--yes', '--client', 'cursor', '--connection', 'c']);
    write('.cursor/mcp.json', read('.cursor/mcp.json').replace(process.execPath, '/old/node'));
    expect((await run(['update', '--yes'])).stdout).toContain('Written: ');
    await run(['uninstall', '--yes']);
    expect(files()).toEqual(before);
  });
});
