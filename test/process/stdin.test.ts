import { closeSync, constants, openSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, onTestFinished, test } from 'vitest';
import { startSandbox } from '../../src/sandbox/sandbox.ts';
import { toWorkspace } from '../support/bridge.ts';
import { runBin } from '../support/run-bin.ts';
import { temporaryDirectory } from '../support/temporary.ts';

const NOWHERE = { host: 'http://127.0.0.1:1', token: 'not-used-by-anyone', connection: 'github' };

function open(file: string, flags: number): number {
  const fd = openSync(file, flags);
  onTestFinished(() => closeSync(fd));
  return fd;
}

/** The controlling end of a pseudo-terminal is a terminal too, and needs no other program to be opened. [Linux, pty(7)] */
function terminal(): number {
  return open('/dev/ptmx', constants.O_RDWR | constants.O_NOCTTY);
}

test.each([
  ['with nothing else', []],
  ['with a whole configuration', ['--connection', 'github']],
])('on a terminal, %s, it says what it is for and ends with 64 (T032)', async (_what, args) => {
  const run = await runBin({ args, stdin: { fd: terminal() } });
  expect(run).toMatchObject({ code: 64, stdout: '' });
  expect(run.stderr).toMatch(/is an MCP server on stdio/);
  expect(run.stderr).toContain('"mcpServers"');
});

test.each([
  ['the null device', undefined],
  ['closed', 'closed' as const],
])('with %s for stdin it ends with 0 at once (T032)', async (_what, stdin) => {
  const { args, env } = toWorkspace(NOWHERE);
  const started = performance.now();
  expect(await runBin({ args, env, ...(stdin && { stdin }) })).toMatchObject({ code: 0, signal: null, stdout: '' });
  expect(performance.now() - started).toBeLessThan(3_000);
});

test('requests from a file are all answered, although it ends at once and the server is slow (T032, T146)', async () => {
  const sandbox = await startSandbox({ delayMs: () => 1_000 });
  onTestFinished(() => sandbox.close());
  const file = join(temporaryDirectory(), 'requests.jsonl');
  const clientInfo = { name: 'file', version: '1' };
  const lines = [
    { id: 1, method: 'initialize', params: { protocolVersion: '2025-11-25', capabilities: {}, clientInfo } },
    { method: 'notifications/initialized' },
    { id: 2, method: 'tools/call', params: { name: 'get_me', arguments: {} } },
    { id: 3, method: 'tools/list' },
    { id: 4, method: 'tools/call', params: { name: 'search_repositories', arguments: { query: 'user:octo-sandbox' } } },
  ];
  writeFileSync(file, lines.map((line) => JSON.stringify({ jsonrpc: '2.0', ...line })).join('\n'));

  const { code, stdout } = await runBin({ ...toWorkspace(sandbox), stdin: { fd: open(file, constants.O_RDONLY) } });
  expect(code).toBe(0);
  const answers = stdout
    .trimEnd()
    .split('\n')
    .map((line) => JSON.parse(line));
  expect(answers.map(({ id }) => id).sort()).toEqual([1, 2, 3, 4]);
  for (const answer of answers) expect(answer).toHaveProperty('result');
  expect(sandbox.ledger.snapshot()).toEqual({ get_me: 1, search_repositories: 1 });
});
