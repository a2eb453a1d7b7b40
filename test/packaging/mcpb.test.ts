import { execFile, spawn } from 'node:child_process';
import { cpSync, mkdirSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { createInterface } from 'node:readline';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import { expect, it } from 'vitest';
import { mcpbManifest } from '../../packaging/manifest.ts';
import { ALL_OPTIONS } from '../../src/config/options.ts';
import { BIN } from '../support/bridge.ts';
import { temporaryDirectory } from '../support/temporary.ts';

const run = promisify(execFile);
const TOOL = fileURLToPath(new URL('../../node_modules/@anthropic-ai/mcpb/dist/cli/cli.js', import.meta.url));
const mcpb = (...args: string[]) => run(process.execPath, [TOOL, ...args]);

interface Manifest {
  readonly server: { readonly mcp_config: { readonly args: string[]; readonly env: Record<string, string> } };
  readonly user_config: Readonly<Record<string, { readonly required: boolean }>>;
}

/** As the manifest names what the user has filled in. */
const field = (name: string) => `\${user_config.${name}}`;

const manifest = mcpbManifest() as unknown as Manifest;

it('the bundle is taken by the official tool, and what comes out of it starts as Claude Desktop starts it', async () => {
  const folder = temporaryDirectory();
  const [stage, bundle, out] = ['stage', 'b.mcpb', 'out'].map((name) => join(folder, name)) as [string, string, string];
  mkdirSync(stage);
  cpSync(dirname(BIN), join(stage, 'server'), { recursive: true });
  writeFileSync(join(stage, 'manifest.json'), JSON.stringify(manifest));
  await expect(mcpb('validate', join(stage, 'manifest.json'))).resolves.toMatchObject({
    stdout: expect.stringContaining('passes'),
  });
  await mcpb('pack', stage, bundle);
  await mcpb('unpack', bundle, out);
  expect(readdirSync(out).sort()).toEqual(['manifest.json', 'server']);

  const { mcp_config: config } = (JSON.parse(readFileSync(join(out, 'manifest.json'), 'utf8')) as Manifest).server;
  const answers: Readonly<Record<string, string>> = { host: 'https://w.example.com', connection: 'github_u2m' };
  const env = Object.fromEntries(
    Object.entries(config.env).map(([name, value]) => [
      name,
      value.replace(/^\$\{user_config\.(\w+)\}$/, (_, name: string) => answers[name] ?? ''),
    ]),
  );
  expect(Object.values(env).sort()).toEqual(Object.values(answers).sort());
  const args = config.args.map((arg) => arg.replace(/^\$\{__dirname\}/, out));
  const child = spawn(process.execPath, args, { env: { HOME: folder, UC_MCP_SANDBOX: 'on', ...env } });
  const params = { protocolVersion: '2025-06-18', capabilities: {}, clientInfo: { name: 'test', version: '1' } };
  child.stdin.write(`${JSON.stringify({ jsonrpc: '2.0', id: 1, method: 'initialize', params })}\n`);
  for await (const line of createInterface({ input: child.stdout })) {
    expect(JSON.parse(line).result.serverInfo.name).toMatch(/github/);
    break;
  }
  child.stdin.end();
});

it('the bundle asks for the workspace and the connection, both required, and for no secret', () => {
  const secrets = new Set(ALL_OPTIONS.filter(({ secret }) => secret).map(({ env }) => env));
  const { args, env } = manifest.server.mcp_config;
  expect(args).toHaveLength(1);
  expect(env).toEqual({ DATABRICKS_HOST: field('host'), UC_MCP_CONNECTION: field('connection') });
  expect(Object.keys(env).filter((name) => secrets.has(name))).toEqual([]);
  expect(Object.keys(manifest.user_config)).toEqual(['host', 'connection']);
  for (const asked of Object.values(manifest.user_config)) expect(asked).toMatchObject({ required: true });
});
