import { spawn, spawnSync } from 'node:child_process';
import { once } from 'node:events';
import { createInterface } from 'node:readline';
import { Client } from '@modelcontextprotocol/sdk/client/index.js';
import { StdioClientTransport } from '@modelcontextprotocol/sdk/client/stdio.js';
import { expect, onTestFinished, test } from 'vitest';
import { BIN, bareEnv } from '../support/bridge.ts';
import { expectBridgeError } from '../support/bridge-error.ts';
import { raw } from '../support/canned.ts';
import { NO_HOME, TOUCH_STDIO } from '../support/preload.ts';
import { startScripted } from '../support/scripted.ts';

const INITIALIZE = JSON.stringify({
  jsonrpc: '2.0',
  id: 1,
  method: 'initialize',
  params: { protocolVersion: '2025-11-25', capabilities: {}, clientInfo: { name: 'test', version: '1' } },
});

test('code that touches the standard streams breaks nothing, and prints nothing on stdout (T205)', async () => {
  const { bridge } = await startScripted({}, { nodeArgs: TOUCH_STDIO });
  await bridge.initialize();
  bridge.child.kill('SIGUSR2');
  await bridge.says(/the last noise/);
  expect(await bridge.call(1, 'tools/list')).toHaveProperty('result');
  expect(await bridge.finish()).toEqual({ code: 0, signal: null });
  expect(bridge.stderr.match(/noise of/g)).toHaveLength(7);
  expect(bridge.lines.join('')).not.toMatch(/noise/);
});

test.each(['external-function', 'connection-proxy', 'managed-mcp'])(
  'a client on Node, which spawns with socket pairs, uses the sandbox on %s (T226)',
  async (route) => {
    const client = new Client({ name: 'test', version: '1' });
    const args = [BIN, '--sandbox', '--route', route];
    await client.connect(
      new StdioClientTransport({ command: process.execPath, args, env: bareEnv(), stderr: 'ignore' }),
    );
    onTestFinished(() => client.close());
    const { tools } = await client.listTools();
    expect(tools.length).toBeGreaterThan(0);
    expect(await client.callTool({ name: 'get_me', arguments: {} })).toHaveProperty('content');
  },
);

test('with stderr not read, failing calls are answered, SIGTERM ends it in time, and lines are dropped (T206)', async () => {
  const { bridge } = await startScripted({ 'tools/call': () => raw('no', 400) });
  await bridge.initialize();
  bridge.child.stderr.pause();
  // More than the pipe, the bridge and the stream of the test hold.
  for (let id = 0; id < 4_000; id++) bridge.send({ jsonrpc: '2.0', id, method: 'tools/call' });
  expect(await bridge.call('ping', 'ping')).toHaveProperty('result');
  for (let id = 0; id < 4_000; id++) expect(await bridge.answer(id)).toHaveProperty('error');
  const since = performance.now();
  bridge.child.kill('SIGTERM');
  const [code] = await once(bridge.child, 'exit');
  expect(code).toBe(143);
  expect(performance.now() - since).toBeLessThan(3_500);
  bridge.child.stderr.resume();
  await bridge.exit;
}, 60_000);

test('lines of the log that were dropped are counted once stderr is read again (T206)', async () => {
  const { bridge } = await startScripted({ 'tools/call': () => raw('no', 400) });
  await bridge.initialize();
  bridge.child.stderr.pause();
  for (let id = 0; id < 3_000; id++) bridge.send({ jsonrpc: '2.0', id, method: 'tools/call' });
  for (let id = 0; id < 3_000; id++) await bridge.answer(id);
  bridge.child.stderr.resume();
  await bridge.says(/"id":"\d+"/);
  await bridge.finish();
  expect(bridge.stderr).toMatch(/"dropped":\d+,"msg":"dropped lines/);
}, 60_000);

/** Starts the sandbox from a shell script that runs "$@". @returns the first line on stdout and the exit code */
async function initializeIn(script: string, nodeArgs: readonly string[] = [], env = bareEnv()) {
  const node = [process.execPath, ...nodeArgs, BIN, '--sandbox', '--log-level', 'debug'];
  const child = spawn('sh', ['-c', script, 'sh', ...node], { env });
  onTestFinished(() => void child.kill('SIGKILL'));
  child.stderr.resume();
  const [[line], [code]] = await Promise.all([
    once(createInterface({ input: child.stdout }), 'line'),
    once(child, 'exit'),
    child.stdin.end(`${INITIALIZE}\n`),
  ]);
  return { answer: JSON.parse(line), code };
}

test.skipIf(process.platform !== 'linux')('a full disk behind stderr stops nothing (T206)', async () => {
  expect(await initializeIn('exec "$@" 2>/dev/full')).toMatchObject({ answer: { result: {} }, code: 0 });
});

test('a deleted working directory does not matter (T207)', async () => {
  const script = 'folder=$(mktemp -d) && cd "$folder" && rmdir "$folder" && exec "$@"';
  expect(await initializeIn(script)).toMatchObject({ answer: { result: {} }, code: 0 });
});

test('a user without a home directory does not matter (T207)', async () => {
  const { HOME: _, ...env } = bareEnv();
  expect(await initializeIn('exec "$@"', NO_HOME, env)).toMatchObject({ answer: { result: {} }, code: 0 });
});

test('frozen intrinsics do not matter (T207)', async () => {
  const answered = await initializeIn('exec "$@"', ['--frozen-intrinsics']);
  expect(answered).toMatchObject({ answer: { result: {} }, code: 0 });
});

test.skipIf(process.platform !== 'linux')(
  'without memory for WebAssembly, nothing was sent, and why (T208)',
  async () => {
    const script = 'ulimit -v 4194304; exec "$@"';
    const { answer } = await initializeIn(script);
    // Node 26 reserves less address space, so that this limit leaves enough.
    const probe = [process.execPath, '-e', 'new WebAssembly.Memory({ initial: 1 })'];
    if (spawnSync('sh', ['-c', script, 'sh', ...probe]).status === 0) {
      expect(answer).toHaveProperty('result');
      return;
    }
    expectBridgeError(answer, { kind: 'unreachable', outcome: 'not_sent', message: /no memory left for WebAssembly/ });
  },
);

test('without WebAssembly, initialize is answered with what is missing (T207)', async () => {
  const { answer } = await initializeIn('exec "$@"', ['--jitless']);
  expectBridgeError(answer, { kind: 'unreachable', outcome: 'not_sent', message: /--jitless/ });
});
