import { symlinkSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { type Home, home } from './home.ts';

/** Notes its arguments, a line each; the shell has nothing but its built-in words here. */
const NOTE = 'printf \'%s\\n\' "$@" > "$HOME/told"';
const toldTo = ({ read }: Home) => read('told').trimEnd().split('\n');

describe('the client’s own command', () => {
  it('of Claude Code puts the entry in, and takes it out of a file that has changed since', async () => {
    const there = home();
    there.program(
      'claude',
      `${NOTE}\nif [ "$2" = add-json ]; then printf '{"projects":{},"mcpServers":{"%s":%s}}' "$3" "$4"; else printf '{}'; fi > "$HOME/.claude.json"`,
    );
    there.write('.claude.json', '{"projects":{}}');
    const args = ['install', '--client', 'claude-code', '--connection', 'c'];
    const dry = await there.run([...args, '--dry-run']);
    expect(dry.stdout).toContain(
      `By its own command: ${there.folder}/bin/claude mcp add-json github '{"type":"stdio",`,
    );
    const { code, stdout } = await there.run([...args, '--yes']);
    expect(code).toBe(0);
    expect(stdout).toContain(`Done by ${join(there.folder, 'bin/claude')}.`);
    const [mcp, add, name, json = '', ...rest] = toldTo(there);
    expect([mcp, add, name, ...rest]).toEqual(['mcp', 'add-json', 'github', '--scope', 'user']);
    expect(JSON.parse(there.read('.claude.json')).mcpServers.github).toEqual(JSON.parse(json));
    expect((await there.run([...args, '--yes'])).stdout).toContain('has the entry already');

    there.write('.claude.json', there.read('.claude.json').replace('{}', '{"/home/me":{}}'));
    expect(await there.run(['uninstall', '--yes'])).toMatchObject({ code: 0 });
    expect(toldTo(there)).toEqual(['mcp', 'remove', 'github', '--scope', 'user']);
  });

  it('of Visual Studio Code is given the name with the rest', async () => {
    const there = home();
    there.program('code', NOTE);
    await there.run(['install', '--client', 'vscode', '--connection', 'c', '--yes']);
    const [flag, json = ''] = toldTo(there);
    expect(flag).toBe('--add-mcp');
    expect(JSON.parse(json)).toMatchObject({ name: 'github', type: 'stdio', command: process.execPath });
  });

  it('of Codex is given the environment before the command', async () => {
    const there = home();
    there.program('codex', NOTE);
    const env = { DATABRICKS_HOST: 'https://x.cloud.databricks.com' };
    await there.run(['install', '--client', 'codex', '--connection', 'c', '--yes'], { env });
    expect(toldTo(there)).toEqual([
      ...['mcp', 'add', 'github', '--env', 'DATABRICKS_HOST=https://x.cloud.databricks.com', '--', process.execPath],
      ...[expect.stringMatching(/main\.js$/), '--connection', 'c'],
    ]);
  });

  it.each(['exit 0', 'exit 3'])('that ends with "%s" and has written nothing is done without', async (script) => {
    const there = home();
    there.program('claude', script);
    const { code, stdout } = await there.run(['install', '--client', 'claude-code', '--connection', 'c', '--yes']);
    expect(code).toBe(0);
    expect(stdout).toMatch(/bin\/claude (?:has not written the entry|failed): written into the file instead\./);
    expect(JSON.parse(there.read('.claude.json')).mcpServers).toHaveProperty('github');
  });

  it('is not looked for in the folder in which somebody stands (T184)', async () => {
    const there = home();
    there.write('claude', '#!/bin/sh\n: > "$HOME/run"\n', 0o755);
    await there.run(['install', '--client', 'claude-code', '--connection', 'c', '--yes'], { env: { PATH: '.::bin' } });
    expect(Object.keys(there.files())).not.toContain('run');
  });

  it.each(['project', 'project/bin', 'project/node_modules/.bin', 'node_modules/.bin', 'project/link'])(
    'is not looked for in %s (T249)',
    async (folder) => {
      const there = home();
      // Neither is an interpreter, for a script of another folder.
      for (const name of ['claude', 'databricks', 'node']) {
        there.write(`${folder === 'project/link' ? 'linked' : folder}/${name}`, ': > "$HOME/run"\n', 0o755);
      }
      there.write('project/x', '');
      if (folder === 'project/link') symlinkSync(join(there.folder, 'linked'), join(there.folder, folder));
      there.program('code', `printf %s "$PATH" > "$HOME/path"`);
      there.write('.databrickscfg', '[DEFAULT]\nhost = https://x\nauth_type = databricks-cli\n');
      const PATH = ['.', folder, join(there.folder, folder), join(there.folder, 'bin')].join(':');
      const args = ['install', '--client', 'claude-code,vscode', '--connection', 'c', '--yes'];
      const { code, stdout } = await there.run(args, { env: { PATH }, cwd: 'project' });
      expect(code).toBe(0);
      expect(stdout).not.toContain('claude mcp');
      expect(there.read('path')).toBe(join(there.folder, 'bin'));
      expect(JSON.parse(there.read('.claude.json')).mcpServers.github).not.toHaveProperty('env');
      expect(Object.keys(there.files())).not.toContain('run');
    },
  );

  it('is looked for below the home folder where that is the working directory (T249)', async () => {
    const there = home();
    there.program('claude', NOTE);
    await there.run(['install', '--client', 'claude-code', '--connection', 'c', '--yes']);
    expect(toldTo(there).slice(0, 2)).toEqual(['mcp', 'add-json']);
  });
});
