import { chmodSync, lstatSync, mkdirSync, readFileSync, statSync, symlinkSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { home } from './home.ts';

const DESKTOP = '.config/Claude/claude_desktop_config.json';
const TO_DESKTOP = ['install', '--client', 'claude-desktop', '--connection', 'github_u2m_connection'];

const serversIn = (text: string) => JSON.parse(text).mcpServers;

describe('install', () => {
  it('shows on a fresh machine what it would write, and writes nothing', async () => {
    const { files, folder, run } = home();
    const { code, stderr, stdout } = await run(['install', '--client', 'claude-desktop', '--dry-run']);
    expect(stderr).toBe('');
    expect(stdout).toContain(`Claude Desktop: ${folder}/${DESKTOP}\n+ {\n+   "mcpServers": {\n`);
    expect(stdout).toContain('"--connection", "<your-connection>"');
    expect(stdout).toMatch(/\nNothing was written: this was a dry run\.\n$/);
    expect(code).toBe(0);
    expect(files()).toEqual({});
  });

  it('changes nothing where nobody can agree to it', async () => {
    const { files, run } = home();
    const { code, stdout } = await run(TO_DESKTOP);
    expect(stdout).toMatch(/^No terminal to confirm on\. Use --yes to apply, or --dry-run to preview\./);
    expect(code).toBe(64);
    expect((await run(['uninstall'])).code).toBe(64);
    expect(files()).toEqual({});
  });

  it('wants to know where to, and of which clients it is to tell', async () => {
    const { run } = home();
    const without = await run(['install', '--yes', '--client', 'cursor']);
    expect(without).toMatchObject({ code: 64, stdout: expect.stringContaining('--connection is missing') });
    const unknown = await run(['install', '--yes', '--client', 'emacs']);
    expect(unknown).toMatchObject({ code: 64, stderr: expect.stringMatching(/--client "emacs": give one of claude-/) });
    const none = await run(['install', '--yes', '--connection', 'c']);
    expect(none).toMatchObject({ code: 78, stdout: expect.stringMatching(/^No client was found.*--client claude-/) });
  });

  it('finds clients by their files and by their programs', async () => {
    const { program, run, write } = home();
    write('.cursor/argv.json', '{}');
    program('gemini', 'exit 0');
    const { stdout } = await run(['install', '--dry-run', '--connection', 'c']);
    expect([...stdout.matchAll(/^(\S.*): \/.*$/gm)].map(([, title]) => title)).toEqual(['Cursor', 'Gemini CLI']);
  });

  it('writes through a link, keeps the mode, and keeps the file of before beside it with the same mode', async () => {
    const { folder, read, run, write } = home();
    write('dotfiles/claude.json', '{}\n', 0o640);
    mkdirSync(join(folder, '.config/Claude'), { recursive: true });
    symlinkSync('../../dotfiles/claude.json', join(folder, DESKTOP));
    const { code, stdout } = await run([...TO_DESKTOP, '--yes']);
    expect(code).toBe(0);
    expect(lstatSync(join(folder, DESKTOP)).isSymbolicLink()).toBe(true);
    expect(serversIn(read('dotfiles/claude.json'))).toHaveProperty('github');
    const [, backup = ''] = /Kept as it was: (.+)/.exec(stdout) ?? [];
    expect(readFileSync(backup, 'utf8')).toBe('{}\n');
    for (const file of [join(folder, DESKTOP), backup]) expect(statSync(file).mode & 0o777).toBe(0o640);
    expect((await run(['uninstall', '--yes'])).code).toBe(0);
    expect(lstatSync(join(folder, DESKTOP)).isSymbolicLink()).toBe(true);
    expect(read('dotfiles/claude.json')).toBe('{}\n');
  });

  it('leaves a server of the same name that is somebody else’s, and says so', async () => {
    const { read, run, write } = home();
    const text = '{"mcpServers":{"github":{"command":"docker","args":["run","ghcr.io/github/github-mcp-server"]}}}\n';
    write(DESKTOP, text);
    const { code, stdout } = await run([...TO_DESKTOP, '--yes']);
    expect(stdout).toContain('"github" is there already and starts something else; it is left alone. Give');
    expect(code).toBe(78);
    expect(read(DESKTOP)).toBe(text);
    expect(await run([...TO_DESKTOP, '--yes', '--name', 'github-uc'])).toMatchObject({ code: 0 });
    expect(Object.keys(serversIn(read(DESKTOP)))).toEqual(['github', 'github-uc']);
    await run(['uninstall', '--yes']);
    expect(read(DESKTOP)).toBe(text);
  });

  it('brings its own entry up to date, keeps what was added to it, and still goes back to the file of before', async () => {
    const { read, run, write } = home();
    write(DESKTOP, '{\n  "mcpServers": {}\n}\n');
    await run([...TO_DESKTOP, '--yes']);
    const [before, after] = ['"args"', '"disabled": false,\n      "args"'];
    write(DESKTOP, read(DESKTOP).replace(before, after));
    const { stdout } = await run([
      'install',
      '--yes',
      '--client',
      'claude-desktop',
      '--connection',
      'other',
      '--read-only',
    ]);
    expect(stdout).toMatch(/^-.*"github_u2m_connection"/m);
    expect(serversIn(read(DESKTOP)).github).toMatchObject({
      disabled: false,
      args: [expect.stringMatching(/main\.js$/), '--connection', 'other', '--read-only'],
    });
    write(DESKTOP, read(DESKTOP).replace('"disabled": false,\n      ', ''));
    await run(['uninstall', '--yes']);
    expect(read(DESKTOP)).toBe('{\n  "mcpServers": {}\n}\n');
  });

  it('takes over an entry that was written by hand, and uninstall gives it back; alone, uninstall leaves it', async () => {
    const { read, run, write } = home();
    const text = '{"mcpServers":{"github":{"command":"npx","args":["-y","uc-mcp-bridge@0.1","--connection","c"]}}}';
    write(DESKTOP, text);
    const alone = await run(['uninstall', '--yes']);
    expect(alone.stdout).toContain('"github" in ');
    expect(alone.stdout).toContain(' was written by hand, and stays.\nThere is nothing to take out.\n');
    await run([...TO_DESKTOP, '--yes']);
    expect(serversIn(read(DESKTOP)).github.command).toBe(process.execPath);
    await run(['uninstall', '--yes']);
    expect(read(DESKTOP)).toBe(text);
  });

  it('keeps two servers apart, and takes out the one that is named', async () => {
    const { read, run } = home();
    await run([...TO_DESKTOP, '--yes', '--name', 'one']);
    await run(['install', '--client', 'claude-desktop', '--connection', 'second', '--yes', '--name', 'two']);
    await run(['uninstall', '--yes', '--name', 'one']);
    expect(Object.keys(serversIn(read(DESKTOP)))).toEqual(['two']);
    await run(['uninstall', '--yes']);
    expect(serversIn(read(DESKTOP))).toEqual({});
  });

  it('writes into a project what the project’s clients read', async () => {
    const { files, folder, run } = home();
    mkdirSync(join(folder, 'project'));
    const where = { cwd: 'project' };
    const names = 'claude-code,vscode,cursor,codex,zed,jetbrains,gemini-cli,copilot-cli,kiro,opencode';
    const args = ['install', '--scope', 'project', '--client', names, '--yes', '--sandbox'];
    expect(await run(args, where)).toMatchObject({ code: 0 });
    expect(Object.keys(files())).toEqual(
      [
        ...[
          '.codex/config.toml',
          '.cursor/mcp.json',
          '.gemini/settings.json',
          '.github/mcp.json',
          '.junie/mcp/mcp.json',
        ],
        ...['.kiro/settings/mcp.json', '.mcp.json', '.vscode/mcp.json', '.zed/settings.json', 'opencode.json'],
      ].map((file) => `project/${file}`),
    );
    expect(await run(['uninstall', '--yes'], where)).toMatchObject({ code: 0 });
    expect(files()).toEqual({});
    const none = await run(['install', '--scope', 'project', '--client', 'goose', '--yes', '--sandbox'], where);
    expect(none).toMatchObject({
      code: 78,
      stdout: expect.stringMatching(/^Goose has no configuration for a project/),
    });
  });

  it('says which file it may not write, and writes the others', async () => {
    const { folder, read, run, write } = home();
    write(DESKTOP, '{}');
    write('.cursor/mcp.json', '{}');
    // A folder in the place of the copy cannot be written by anybody, root included.
    mkdirSync(join(folder, `${DESKTOP}.before-github.uc-mcp-bridge.bak`));
    chmodSync(join(folder, '.config/Claude'), 0o755);
    const { code, stdout } = await run(['install', '--yes', '--client', 'claude-desktop,cursor', '--connection', 'c']);
    expect(code).toBe(78);
    expect(stdout).toMatch(/Claude Desktop: .*claude_desktop_config\.json cannot be written \(E\w+\)\./);
    expect(read(DESKTOP)).toBe('{}');
    expect(serversIn(read('.cursor/mcp.json'))).toHaveProperty('github');
  });

  it('prints for AI Assistant of JetBrains what is to be pasted', async () => {
    const { run, write } = home();
    write('.junie/mcp/mcp.json', '{\n  "mcpServers": { "x": { "command": "y" } }\n}\n');
    const { stdout } = await run(['install', '--client', 'jetbrains', '--dry-run', '--connection', 'c']);
    const [, json = ''] = /paste this under .*\n(\{[\s\S]*?\n\})\n/.exec(stdout) ?? [];
    expect(JSON.parse(json)).toMatchObject({
      mcpServers: { github: { args: [expect.any(String), '--connection', 'c'] } },
    });
    expect(JSON.parse(json).mcpServers).not.toHaveProperty('x');
  });
});
