import { spawn } from 'node:child_process';
import { cpSync, existsSync, rmSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { createInterface } from 'node:readline';
import { describe, expect, it } from 'vitest';
import { BIN } from '../support/bridge.ts';
import { type Home, home } from './home.ts';

const FILE = '.cursor/mcp.json';

interface Entry {
  readonly command: string;
  readonly args: readonly string[];
  readonly env?: Readonly<Record<string, string>>;
}

const TO_CURSOR = ['install', '--client', 'cursor', '--yes'];

async function entryOf({ read, run }: Home, args: readonly string[], env = {}): Promise<Entry> {
  expect(await run([...TO_CURSOR, ...args], { env })).toMatchObject({ code: 0, stderr: '' });
  return JSON.parse(read(FILE)).mcpServers.github;
}

/** Starts it as a client does that hands on next to nothing, and greets it. */
async function greet({ args, command, env }: Entry, folder: string): Promise<string> {
  const child = spawn(command, args, { env: { HOME: folder, PATH: '/nonexistent', ...env }, cwd: folder });
  try {
    const params = { protocolVersion: '2025-06-18', capabilities: {}, clientInfo: { name: 'test', version: '1' } };
    child.stdin.write(`${JSON.stringify({ jsonrpc: '2.0', id: 1, method: 'initialize', params })}\n`);
    for await (const line of createInterface({ input: child.stdout })) return JSON.parse(line).result.serverInfo.name;
    throw new Error('it ended without an answer');
  } finally {
    child.stdin.end();
  }
}

describe('the entry', () => {
  it('starts the bridge with a bare PATH, by absolute paths, in a home with a blank in its name', async () => {
    const there = home('Jane Doe');
    const entry = await entryOf(there, ['--sandbox']);
    expect(entry.command).toBe(process.execPath);
    expect(entry.args[0]).toMatch(/^\//);
    await expect(greet(entry, there.folder)).resolves.toMatch(/github/);
  });

  it('starts a copy that stays, where the program runs from the cache of npx, and uninstall removes it', async () => {
    const there = home();
    const cached = join(there.folder, '.npm/_npx/1a2b/node_modules/uc-mcp-bridge');
    cpSync(dirname(BIN), join(cached, 'dist'), { recursive: true });
    const script = join(cached, 'dist/main.js');
    const { code, stdout } = await there.run([...TO_CURSOR, '--sandbox'], { script });
    expect(code).toBe(0);
    expect(stdout).toMatch(
      /Note: The program is copied to .*\/\.local\/share\/uc-mcp-bridge\/.*, since .* is not kept\./,
    );
    rmSync(join(there.folder, '.npm'), { recursive: true });
    const entry: Entry = JSON.parse(there.read(FILE)).mcpServers.github;
    expect(entry.args[0]).toMatch(/\/\.local\/share\/uc-mcp-bridge\/\d+\.\d+\.\d+-[0-9a-f]{8}\/main\.js$/);
    await expect(greet(entry, there.folder)).resolves.toMatch(/github/);
    await there.run(['uninstall', '--yes']);
    expect(existsSync(join(there.folder, '.local/share/uc-mcp-bridge'))).toBe(false);
  });

  it('has what is given by flag as arguments, and by the environment as such', async () => {
    const env = { DATABRICKS_HOST: 'https://adb-1.azuredatabricks.net', UC_MCP_ROUTE: 'managed-mcp' };
    const entry = await entryOf(home(), ['--connection', 'c', '--profile', 'work', '--read-only'], env);
    expect(entry.args.slice(1)).toEqual(['--connection', 'c', '--profile', 'work', '--read-only']);
    expect(entry.env).toEqual(env);
  });

  it('has as environment what a client may take apart: blanks, quotes, dollars', async () => {
    const args = ['--connection', 'c', '--profile', "o'neil $(id) 100%", '--header', 'X-MCP-Readonly: true'];
    const entry = await entryOf(home(), args);
    expect(entry.args.slice(1)).toEqual(['--connection', 'c']);
    expect(entry.env).toEqual({
      DATABRICKS_CONFIG_PROFILE: "o'neil $(id) 100%",
      UC_MCP_HEADERS: 'X-MCP-Readonly: true',
    });
  });

  it('is refused for a profile that is not among those that there are, and noted where there is none', async () => {
    const there = home();
    const args = [...TO_CURSOR, '--connection', 'c', '--profile', 'wrok'];
    expect((await there.run([...args, '--dry-run'])).stdout).toMatch(
      /Note: There is no profile "wrok": .* has none\. Make/,
    );
    there.write('.databrickscfg', '[work]\nhost = https://x\ntoken = t\n');
    const { code, stdout } = await there.run(args);
    expect(code).toBe(78);
    expect(stdout).toMatch(/^There is no profile "wrok": .*\.databrickscfg has "work"\./);
    expect(Object.keys(there.files())).toEqual(['.databrickscfg']);
  });

  it('has files by their absolute path', async () => {
    const there = home();
    const entry = await entryOf(there, ['--connection', 'c', '--log-file', './bridge.log']);
    expect(entry.args.slice(-2)).toEqual(['--log-file', join(there.folder, 'bridge.log')]);
  });

  it('never has a secret, nor does anything that is printed (T160)', async () => {
    const there = home();
    const env = {
      DATABRICKS_TOKEN: 'dapi0123456789abcdef0123456789abcdef',
      DATABRICKS_CLIENT_SECRET: 'dose0123456789abcdef0123456789abcdef',
      HTTPS_PROXY: 'http://me:sesame@proxy:8080',
      HTTP_PROXY: 'me:sesame@proxy:8080',
      NODE_EXTRA_CA_CERTS: '/etc/company.pem',
    };
    there.write('.claude.json', '{}');
    there.program('claude', `printf '%s' "$DATABRICKS_TOKEN$DATABRICKS_CLIENT_SECRET" > "${there.folder}/seen"`);
    const args = ['install', '--client', 'cursor,claude-code', '--yes', '--connection', 'c'];
    const { code, stderr, stdout } = await there.run(args, { env });
    expect(code).toBe(0);
    expect(there.read('seen')).toBe('');
    const everything = [stdout, stderr, ...Object.values(there.files())].join('\n');
    for (const secret of ['0123456789abcdef', 'sesame']) expect(everything).not.toContain(secret);
    expect(JSON.parse(there.read(FILE)).mcpServers.github.env).toEqual({ NODE_EXTRA_CA_CERTS: '/etc/company.pem' });
    expect(stdout).toMatch(/Note: DATABRICKS_TOKEN is set here, and is not written: .* give --profile NAME\./);
    expect(stdout).toMatch(/Note: HTTPS_PROXY is set here and holds a credential: it is not written/);
    expect(stdout).toMatch(/Note: NODE_EXTRA_CA_CERTS is set here, and goes into the entry/);
  });

  it('is refused where a header may hold a credential', async () => {
    const there = home();
    const { code, stdout } = await there.run([...TO_CURSOR, '--connection', 'c', '--header', 'X-Api-Key: sesame']);
    expect(code).toBe(78);
    expect(stdout).toMatch(/^The header X-Api-Key may hold a credential/);
    expect(stdout).not.toContain('sesame');
    expect(there.files()).toEqual({});
  });

  it('says where the databricks CLI is, for a profile that has no credential of its own', async () => {
    const there = home();
    there.program('databricks', 'exit 0');
    there.write(
      '.databrickscfg',
      '[DEFAULT]\nhost = https://x\nauth_type = databricks-cli\n[pat]\nhost = https://x\ntoken = t\n',
    );
    const file = join(there.folder, 'bin/databricks');
    expect((await entryOf(there, ['--connection', 'c'])).env).toEqual({ DATABRICKS_CLI_PATH: file });
    expect((await entryOf(there, ['--connection', 'c', '--profile', 'pat'])).env).toBeUndefined();
  });
});
