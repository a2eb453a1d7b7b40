import { describe, expect, it } from 'vitest';
import manifest from '../../package.json' with { type: 'json' };
import { namesFor } from '../../src/commands/install/servers.ts';
import { home } from './home.ts';

const PINNED = `uc-mcp-bridge@${manifest.version}`;

describe('install --print', () => {
  it('prints the mcpServers form as JSON alone, needs no terminal and writes nothing', async () => {
    const { files, run } = home();
    const { code, stdout } = await run(['install', '--print', '--connection', 'github_u2m', '--read-only']);
    expect(code).toBe(0);
    expect(JSON.parse(stdout)).toEqual({
      mcpServers: {
        github: {
          command: process.execPath,
          args: [expect.stringMatching(/^\/.*main\.js$/), '--connection', 'github_u2m', '--read-only'],
        },
      },
    });
    expect(files()).toEqual({});
  });

  it.each([
    ['visual-studio', /^\{\n {2}"servers": \{\n {4}"github": \{\n {6}"type": "stdio"/],
    ['opencode', /^\{\n {2}"mcp": \{[\s\S]*"command": \["\//],
    ['codex', /^\[mcp_servers\.github\]\ncommand = "\//],
    ['goose', /^extensions:\n {2}"?github"?:\n/],
  ] as const)('prints the form of %s', async (client, expected) => {
    const { code, stdout } = await home().run(['install', '--print', '--client', client, '--connection', 'c']);
    expect(code).toBe(0);
    expect(stdout).toMatch(expected);
  });

  it('prints several connections as servers of one text, on stdout alone', async () => {
    const args = ['install', '--print', '--connection', 'github_u2m_connection', '--connection', 'jira_mcp'];
    const { stdout } = await home().run(args);
    const { mcpServers } = JSON.parse(stdout);
    expect(Object.keys(mcpServers)).toEqual(['github', 'jira']);
    expect(mcpServers.jira.args.slice(1)).toEqual(['--connection', 'jira_mcp']);
  });

  it('puts notes and refusals on stderr', async () => {
    const env = { HTTPS_PROXY: 'http://me:sesame@proxy:8080' };
    const noted = await home().run(['install', '--print', '--connection', 'c'], { env });
    expect(noted.stderr).toMatch(/^Note: HTTPS_PROXY is set here and holds a credential/);
    expect(JSON.parse(noted.stdout)).toHaveProperty('mcpServers.github');
    expect(await home().run(['install', '--print'])).toMatchObject({
      code: 64,
      stdout: '',
      stderr: expect.stringMatching(/^--connection is missing/),
    });
    expect(await home().run(['install', '--print', '--client', 'cursor,zed', '--connection', 'c'])).toMatchObject({
      code: 64,
      stdout: '',
      stderr: expect.stringMatching(/^--print takes one --client/),
    });
  });

  it('prints the form of npx for a project', async () => {
    const { stderr, stdout } = await home().run(['install', '--print', '--scope', 'project', '--connection', 'c']);
    expect(JSON.parse(stdout).mcpServers.github).toEqual({
      command: 'npx',
      args: ['-y', PINNED, '--connection', 'c'],
    });
    expect(stderr).toMatch(/It works once that version is published on npm\./);
  });
});

describe('an entry for a project', () => {
  it('holds no path of this machine, and install says that it needs the published package', async () => {
    const { folder, read, run } = home();
    const env = { NODE_EXTRA_CA_CERTS: '/etc/company.pem', UC_MCP_CA_FILE: '/etc/company.pem' };
    const args = ['install', '--yes', '--scope', 'project', '--client', 'cursor', '--connection', 'c'];
    const { code, stdout } = await run([...args, '--log-file', './bridge.log'], { env });
    expect(code).toBe(0);
    expect(stdout).toContain(`Note: The entry runs ${PINNED} by npx, without paths of this machine. It works once`);
    expect(stdout).toContain('Note: UC_MCP_CA_FILE names a file of this machine, and is not written');
    expect(read('.cursor/mcp.json')).not.toContain(folder);
    expect(JSON.parse(read('.cursor/mcp.json')).mcpServers.github).toEqual({
      command: 'npx',
      args: ['-y', PINNED, '--connection', 'c', '--log-file', './bridge.log'],
    });
    expect(await run(['uninstall', '--yes', '--scope', 'project'])).toMatchObject({ code: 0 });
  });
});

describe('install with several connections', () => {
  it('writes a server for each, and uninstall gives the file back', async () => {
    const { files, read, run, write } = home();
    write('.cursor/mcp.json', '{\n  // mine\n  "mcpServers": {}\n}\n');
    const before = files();
    const args = ['install', '--yes', '--client', 'cursor,zed', '--connection', 'github_u2m_connection'];
    const { code, stdout } = await run([...args, '--connection=main.tools.jira_u2m']);
    expect(stdout).toMatch(/\+ +"jira": \{/);
    expect(code).toBe(0);
    const servers = JSON.parse(read('.cursor/mcp.json').replace('// mine', '')).mcpServers;
    expect(Object.keys(servers)).toEqual(['github', 'jira']);
    expect(servers.jira.args.slice(1)).toEqual(['--connection', 'main.tools.jira_u2m']);
    expect(Object.keys(JSON.parse(read('.config/zed/settings.json')).context_servers)).toEqual(['github', 'jira']);
    expect(await run(['uninstall', '--yes'])).toMatchObject({ code: 0 });
    expect(files()).toEqual(before);
  });

  it('refuses one name for several servers, and several connections for serve', async () => {
    const two = ['--connection', 'a', '--connection', 'b'];
    const named = await home().run(['install', '--yes', '--client', 'cursor', '--name', 'x', ...two]);
    expect(named).toMatchObject({ code: 64, stdout: expect.stringMatching(/^--name names one server/) });
    const served = await home().run(['serve', ...two]);
    expect(served).toMatchObject({ code: 64, stderr: expect.stringContaining('--connection is given 2 times') });
  });

  it.each([
    [
      ['github_u2m_connection', 'jira_mcp'],
      ['github', 'jira'],
    ],
    [
      ['main.tools.slack', 'notion-oauth'],
      ['slack', 'notion'],
    ],
    [
      ['github_u2m', 'github_m2m'],
      ['github_u2m', 'github_m2m'],
    ],
    [
      ['a.b.github', 'c.d.github'],
      ['a_b_github', 'c_d_github'],
    ],
    [
      ['mcp', 'connection'],
      ['mcp', 'connection'],
    ],
  ])('names the servers of %j %j', (connections, names) => {
    expect(namesFor(connections)).toEqual(names);
  });
});
