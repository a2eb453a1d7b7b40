/** Settings that are wrong and do not stop the bridge, and the names that were probably meant. */

import { expect, test } from 'vitest';
import { type Run, runBin } from '../support/run-bin.ts';

const INITIALIZE = '{"jsonrpc":"2.0","id":0,"method":"initialize","params":{}}\n';

function start(args: readonly string[], env: Readonly<Record<string, string>> = {}): Promise<Run> {
  return runBin({ args, env, stdin: { text: INITIALIZE } });
}

test('serve and every command warn of an unknown variable with the nearest name (T222)', async () => {
  const env = { UC_MCP_REQUEST_TIMOUT: '5', UC_MCP_ZZZZZZZ: '1' };
  for (const args of [['--sandbox'], ['whoami', '--sandbox'], ['audit', '/nonexistent']]) {
    const { stderr } = await start(args, env);
    expect(stderr).toMatch(/UC_MCP_REQUEST_TIMOUT.* is not a variable.*Did you mean UC_MCP_REQUEST_TIMEOUT\?/);
    expect(stderr).toMatch(/UC_MCP_ZZZZZZZ.* is not a variable of uc-mcp-bridge\./);
    expect(stderr).not.toMatch(/ZZZZZZZ.*Did you mean/);
  }
});

test.each<[args: string[], env: Record<string, string>, meant: string]>([
  [['--conection', 'github'], {}, '--connection'],
  [['docter'], {}, 'doctor'],
  [['serv'], {}, 'serve'],
  [[], { UC_MCP_CONECTION: 'github' }, 'UC_MCP_CONNECTION'],
])('a refused start says in the response to initialize what %j %j meant (T222)', async (args, env, meant) => {
  const run = await start(args, env);
  expect(run.stderr).toContain(`Did you mean ${meant}?`);
  expect(JSON.parse(run.stdout).error.message).toContain(`Did you mean ${meant}?`);
});

test('doctor --josn means --json', async () => {
  expect((await start(['doctor', '--josn'])).stderr).toContain('Did you mean --json?');
});

test('settings of a workspace beside --sandbox lead to a warning', async () => {
  const { code, stderr } = await start(['--sandbox', '--connection', 'nope', '--host', 'https://a.example']);
  expect(code).toBe(0);
  expect(stderr).toMatch(/--connection, --host has no effect/);
  expect((await start(['--sandbox'], { DATABRICKS_HOST: 'https://a.example' })).stderr).not.toMatch(/no effect/);
});

test('a proxy password among the arguments leads to a warning', async () => {
  const { stderr } = await start(['--sandbox', '--proxy', 'http://me:canary-pw@127.0.0.1:1']);
  expect(stderr).toMatch(/can read the password in --proxy: set UC_MCP_PROXY instead/);
  expect(stderr).not.toContain('canary-pw');
});

test('a token without a host: the response says that the host is missing', async () => {
  const run = await start([], { UC_MCP_CONNECTION: 'github', DATABRICKS_TOKEN: 'dapi-canary-0123456789abcdef' });
  expect(run.stderr + JSON.parse(run.stdout).error.message).not.toContain('canary');
  expect(JSON.parse(run.stdout).error.message).toMatch(
    /DATABRICKS_TOKEN is set, but the host of the workspace is missing/,
  );
});
