import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { createInterface } from 'node:readline';
import type { Readable, Writable } from 'node:stream';
import { fileURLToPath } from 'node:url';
import { describe, expect, onTestFinished, test } from 'vitest';
import { BIN, bareEnv } from '../support/bridge.ts';
import { AS_MACOS, AS_WINDOWS, FAST_CLOCK } from '../support/preload.ts';
import { type RawWorkspace, startRawWorkspace } from '../support/raw-workspace.ts';

const HOST = fileURLToPath(new URL('../support/host/host.cjs', import.meta.url));
const NPX = fileURLToPath(new URL('../support/host/npx-cli.cjs', import.meta.url));

interface Hosted {
  readonly host: ChildProcess;
  readonly stdout: Readable;
  /** The bridge's stdin. */
  readonly stdin: Writable;
  /** Everything that bridge and wrappers have said on stderr; complete when `ended` has resolved. */
  said(): string;
  /** Resolves when nobody holds stdout any more. */
  readonly ended: Promise<unknown>;
}

/** Starts a bridge as the grandchild of the test, whose stdin stays open when its host is killed. */
function startHosted(
  { host: DATABRICKS_HOST }: RawWorkspace,
  wrappers: readonly string[],
  system: readonly string[] = [],
): Hosted {
  const bridge = [
    process.execPath,
    ...FAST_CLOCK,
    ...system,
    BIN,
    '--connection',
    'github',
    '--route',
    'managed-mcp',
    '--request-timeout',
    '20',
  ];
  const host = spawn(process.execPath, [HOST, ...wrappers, ...bridge], {
    env: bareEnv({ DATABRICKS_HOST, DATABRICKS_TOKEN: 'dapi-canary-of-an-orphan' }),
    stdio: ['ignore', 'pipe', 'pipe', 'pipe'],
  });
  const { stderr: errors, stdout } = host;
  if (errors === null || stdout === null) throw new Error('a host without pipes');
  const stdin = host.stdio[3] as Writable;
  let stderr = '';
  errors.setEncoding('utf8').on('data', (text: string) => {
    stderr += text;
  });
  const ended = Promise.all([once(stdout, 'close'), once(errors, 'close')]);
  stdin.on('error', () => {});
  onTestFinished(async () => {
    host.kill('SIGKILL');
    stdin.end();
    await ended;
  });
  return { host, stdin, stdout, said: () => stderr, ended };
}

/** Asks once, so that the bridge is known to be there. */
async function greet({ stdin, stdout }: Hosted, line: object): Promise<unknown> {
  const lines = createInterface({ input: stdout });
  stdin.write(`${JSON.stringify({ jsonrpc: '2.0', ...line })}\n`);
  const [answer] = await once(lines, 'line');
  return JSON.parse(answer);
}

describe('a host that is killed', () => {
  test.each([
    ['as the parent of the bridge', [], []],
    ['behind npx and its shell', [process.execPath, NPX], []],
    ['on macOS', [], AS_MACOS],
    ['on Windows', [], AS_WINDOWS],
  ])('%s takes the bridge with it, though stdin stays open (T152)', async (_where, wrappers, system) => {
    const workspace = await startRawWorkspace({});
    const hosted = startHosted(workspace, wrappers, system);
    const { ended, host, said, stdout } = hosted;
    await greet(hosted, { id: 1, method: 'ping' });
    host.kill('SIGKILL');
    stdout.resume();
    await ended;
    expect(said()).toMatch(/the process that started the bridge is gone/);
    expect(said()).toMatch(/"exitCode":0.*stopped/);
  });
});

test('a process further away that ends is none of the bridge’s business (T152)', async () => {
  const workspace = await startRawWorkspace({ 'tools/call': () => new Promise(() => {}) });
  const hosted = startHosted(workspace, ['sh', '-c', '"$@"; exit $?', 'sh']);
  const { ended, host, said, stdin, stdout } = hosted;
  await greet(hosted, { id: 1, method: 'ping' });
  host.kill('SIGKILL');
  // Its end comes after twenty seconds of silence, in which the bridge has looked at its parents three times.
  expect(await greet(hosted, { id: 2, method: 'tools/call' })).toMatchObject({ error: { data: { kind: 'timeout' } } });
  stdin.end();
  stdout.resume();
  await ended;
  expect(said()).not.toMatch(/is gone/);
});
