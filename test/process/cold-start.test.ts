import { execFile, spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdirSync } from 'node:fs';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import { expect, test } from 'vitest';
import { bareEnv } from '../support/bridge.ts';
import { startRawWorkspace } from '../support/raw-workspace.ts';
import { temporaryDirectory } from '../support/temporary.ts';

const run = promisify(execFile);
const ROOT = fileURLToPath(new URL('../..', import.meta.url));
/** What clients give a server, in milliseconds; and how much more where others use the processor too. */
const [NODE_MS, NPX_MS] = [300, 10_000];
const BUSY = 5;
const STARTS = 3;

const INITIALIZE = `${JSON.stringify({
  ...{ jsonrpc: '2.0', id: 1, method: 'initialize' },
  params: { protocolVersion: '2025-11-25', capabilities: {}, clientInfo: { name: 'test', version: '1' } },
})}\n`;

test('the packed archive answers initialize in time, by node and by npx from its cache (T142)', async () => {
  const folder = temporaryDirectory();
  const packing = ['pack', '--ignore-scripts', '--json', '--pack-destination', folder];
  const { stdout } = await run('npm', packing, { cwd: ROOT });
  const archive = join(folder, JSON.parse(stdout)[0].filename);
  await run('tar', ['-xzf', archive, '-C', folder]);
  const home = join(folder, 'home');
  mkdirSync(home);
  const workspace = await startRawWorkspace({});
  const env = bareEnv({ DATABRICKS_HOST: workspace.host, DATABRICKS_TOKEN: 'dapi-0123456789', HOME: home });
  const args = ['--connection', 'github', '--route', 'managed-mcp'];

  const byNode = () => firstAnswerMs(process.execPath, [join(folder, 'package', 'dist', 'main.js'), ...args], env);
  const starts = [await byNode(), await byNode(), await byNode()];
  expect(starts).toHaveLength(STARTS);
  expect(Math.min(...starts)).toBeLessThan(BUSY * NODE_MS);

  const byNpx = () =>
    firstAnswerMs('npx', ['--yes', '--offline', '--package', archive, '--', 'uc-mcp-bridge', ...args], env);
  await byNpx();
  expect(await byNpx()).toBeLessThan(BUSY * NPX_MS);
}, 60_000);

async function firstAnswerMs(file: string, args: readonly string[], env: Record<string, string>): Promise<number> {
  const startedMs = performance.now();
  const child = spawn(file, args, { env, stdio: ['pipe', 'pipe', 'ignore'] });
  const exit = once(child, 'close');
  child.stdin.write(INITIALIZE);
  const ended = exit.then(([code]) => Promise.reject(new Error(`ended with ${code} before it answered`)));
  const [line] = await Promise.race([once(createInterface(child.stdout), 'line'), ended]);
  const ms = performance.now() - startedMs;
  expect(JSON.parse(line).result.serverInfo).toEqual({ name: 'raw', version: '1' });
  child.stdin.end();
  await ended.catch(() => {});
  return ms;
}
