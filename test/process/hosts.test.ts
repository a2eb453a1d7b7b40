import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { cpSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { text } from 'node:stream/consumers';
import { expect, test } from 'vitest';
import { BIN, bareEnv, startBridge } from '../support/bridge.ts';
import { answer, startRawWorkspace } from '../support/raw-workspace.ts';
import { temporaryDirectory } from '../support/temporary.ts';

const initialize = {
  jsonrpc: '2.0',
  id: 1,
  method: 'initialize',
  params: { protocolVersion: '2025-11-25', capabilities: {}, clientInfo: { name: 'host', version: '1' } },
};

test('a host that has a shell between, paths with spaces and CRLF, and sends no signal, leaves nothing behind (T157)', async () => {
  const workspace = await startRawWorkspace({});
  const place = join(temporaryDirectory(), 'Program Files (x86)', 'uc mcp bridge');
  cpSync(dirname(BIN), place, { recursive: true });
  const command = '"$@"; echo "ended with $?" >&2';
  const args = [process.execPath, join(place, 'main.js'), '--connection', 'github', '--route', 'managed-mcp'];
  const host = spawn('sh', ['-c', command, 'sh', ...args], {
    env: bareEnv({ DATABRICKS_HOST: workspace.host, DATABRICKS_TOKEN: 'dapi-canary-of-a-host' }),
  });
  host.stdin.end(`${JSON.stringify(initialize)}\r\n{"jsonrpc":"2.0","id":2,"method":"tools/list"}\r\n`);
  const [stdout, stderr] = await Promise.all([text(host.stdout), text(host.stderr), once(host, 'close')]);
  expect(
    stdout
      .trimEnd()
      .split('\n')
      .map((line) => JSON.parse(line).id),
  ).toEqual([1, 2]);
  expect(stderr).toMatch(/ended with 0\n$/);
  expect(workspace.of('DELETE')).toHaveLength(1);
});

test('after a crash in the middle of a call the next start knows nothing of it (T159)', async () => {
  const workspace = await startRawWorkspace({
    'tools/call': (call, response) => (call.id === 'crash' ? undefined : answer('here')(call, response)),
  });
  const logFile = join(temporaryDirectory(), 'bridge.log');
  const start = () =>
    startBridge({
      args: ['--connection', 'github', '--route', 'managed-mcp', '--log-file', logFile],
      env: { DATABRICKS_HOST: workspace.host, DATABRICKS_TOKEN: 'dapi-canary-of-a-crash' },
    });
  const crashed = start();
  await crashed.initialize();
  crashed.send({ jsonrpc: '2.0', id: 'crash', method: 'tools/call' });
  await workspace.arrived('tools/call');
  crashed.child.kill('SIGKILL');
  await crashed.exit;

  const next = start();
  await next.initialize();
  expect(await next.call('crash-free', 'tools/call')).toMatchObject({ result: 'here' });
  expect(await next.finish()).toEqual({ code: 0, signal: null });
  expect(next.messages.map(({ id }) => id)).toEqual(['init', 'crash-free']);
  expect(workspace.of('tools/call').map(({ id }) => id)).toEqual(['crash', 'crash-free']);
});
