import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, onTestFinished, test } from 'vitest';
import { type Sandbox, startSandbox } from '../../src/sandbox/sandbox.ts';
import { startWorkspace } from '../../src/sandbox/workspace.ts';
import { BIN, bareEnv, toWorkspace } from '../support/bridge.ts';
import { raw, result } from '../support/canned.ts';
import { type Run, runBin } from '../support/run-bin.ts';
import { CONNECTION, opened, TOKEN } from '../support/scripted.ts';
import { see } from '../support/seen.ts';
import { temporaryDirectory } from '../support/temporary.ts';

const CREATE = { method: 'create', owner: 'octo-sandbox', repo: 'lighthouse', title: 'By hand' };

async function start(): Promise<{ sandbox: Sandbox; run: (args: readonly string[], input?: string) => Promise<Run> }> {
  const sandbox = await startSandbox();
  onTestFinished(() => sandbox.close());
  const way = toWorkspace(sandbox);
  return {
    sandbox,
    run: (args, input = '') => runBin({ args: ['call', ...args, ...way.args], env: way.env, stdin: { text: input } }),
  };
}

test('prints the text of the result, and leaves no session', async () => {
  const { run, sandbox } = await start();
  const { code, stderr, stdout } = await run(['get_me']);
  expect({ code, stderr }).toEqual({ code: 0, stderr: '' });
  expect(JSON.parse(stdout)).toMatchObject({ login: 'octo-sandbox' });
  expect(sandbox.endpoint.liveSessions()).toBe(0);
});

test('--json prints the whole result', async () => {
  const { run } = await start();
  const { stdout } = await run(['get_me', '--json']);
  expect(JSON.parse(stdout)).toMatchObject({ content: [{ type: 'text' }] });
});

test('without a terminal and without --yes a writing tool is refused, and not called (T224)', async () => {
  const { run, sandbox } = await start();
  const { code, stderr, stdout } = await run(['issue_write', '--args', JSON.stringify(CREATE)]);
  expect({ code, stdout }).toEqual({ code: 64, stdout: '' });
  expect(stderr).toMatch(/issue_write is marked as one that changes something, and there is no terminal/);
  expect(stderr).toMatch(/Use --yes to call it/);
  expect(sandbox.ledger.count('issue_write')).toBe(0);
  const json = await run(['issue_write', '--json', '--args', JSON.stringify(CREATE)]);
  expect(json.code).toBe(64);
  expect(JSON.parse(json.stdout)).toMatchObject({ error: { kind: 'badMessage', outcome: 'not_sent' } });
  expect(sandbox.ledger.count('issue_write')).toBe(0);
});

test('--yes says nothing, and the arguments may come from stdin', async () => {
  const { run, sandbox } = await start();
  const { code, stderr } = await run(['issue_write', '--yes', '--args', '@-'], JSON.stringify(CREATE));
  expect({ code, stderr }).toEqual({ code: 0, stderr: '' });
  expect(sandbox.ledger.count('issue_write')).toBe(1);
});

test('names the tool that may have been meant', async () => {
  const { run } = await start();
  const { code, stderr } = await run(['isue_write', '--args', '{}']);
  expect(code).toBe(64);
  expect(stderr).toMatch(/Did you mean issue_write\?/);
});

test('what the tool says went wrong is printed, with an exit code that says so', async () => {
  const { run } = await start();
  const { code, stdout } = await run(['issue_read', '--args', '{}']);
  expect(code).toBe(1);
  expect(stdout).toMatch(/missing required parameter/);
});

test('is held to the tool policy', async () => {
  const { run, sandbox } = await start();
  const { code, stderr } = await run(['issue_write', '--read-only', '--args', JSON.stringify(CREATE)]);
  expect(code).not.toBe(0);
  expect(stderr).toMatch(/"issue_write" is excluded by --read-only: the server says that it writes/);
  expect(sandbox.ledger.count('issue_write')).toBe(0);
});

test.each(['[]', '7', '{oops'])(
  'arguments that are no object are refused before anything is sent: %s',
  async (args) => {
    const { run, sandbox } = await start();
    expect((await run(['get_me', '--args', args])).code).toBe(64);
    expect(sandbox.workspace.calls()).toBe(0);
  },
);

test('without a credential it says how to get one (T078)', async () => {
  const { code, stderr } = await runBin({ args: ['call', 'get_me', '--connection', 'github'] });
  expect(code).toBe(77);
  expect(stderr).toMatch(/databricks auth login/);
});

test('--json is JSON when it fails too', async () => {
  const { run } = await start();
  const { code, stdout } = await run(['get_mee', '--json']);
  expect(code).toBe(64);
  expect(JSON.parse(stdout)).toMatchObject({ error: { kind: 'badMessage', hint: 'Did you mean get_me?' } });
});

test('the arguments may be in a file, as an editor of Windows writes it', async () => {
  const { run, sandbox } = await start();
  const file = join(temporaryDirectory(), 'args.json');
  writeFileSync(file, `\ufeff${JSON.stringify(CREATE, undefined, 2).replaceAll('\n', '\r\n')}`);
  expect((await run(['issue_write', '--yes', '--args', `@${file}`])).code).toBe(0);
  expect(sandbox.ledger.count('issue_write')).toBe(1);
});

test.each([
  [
    'destroys, though it claims to read only',
    { readOnlyHint: true, destructiveHint: true },
    'is marked as destructive',
  ],
  ['has no annotations', undefined, 'is not marked as one that only reads'],
])(
  'a tool that %s is not called without consent, and its name cannot move the cursor (T224)',
  async (_, annotations, marked) => {
    const name = 'evil\u001b[2Jname';
    const asked: (string | undefined)[] = [];
    const workspace = await startWorkspace({
      token: TOKEN,
      connections: { [CONNECTION]: { url: 'http://127.0.0.1:1/nobody-is-asked' } },
      onCall: (external) => {
        const call = see(external);
        asked.push(call.what);
        if (call.what === 'initialize') return opened(call, undefined);
        return call.id === undefined ? raw('', 202) : result(call, { tools: [{ name, annotations }], content: [] });
      },
    });
    onTestFinished(() => workspace.close());
    const way = toWorkspace({ host: workspace.host, token: TOKEN, connection: CONNECTION });
    const refused = await runBin({ args: ['call', name, ...way.args], env: way.env });
    expect(refused.code).toBe(64);
    expect(refused.stderr).toContain(`The tool evil [2Jname ${marked}, and there is no terminal`);
    expect(asked).not.toContain('tools/call');
    expect(await runBin({ args: ['call', name, '--yes', ...way.args], env: way.env })).toMatchObject({ code: 0 });
    expect(asked).toContain('tools/call');
  },
);

test('--json on a terminal prints controls of a result as escapes (T254)', async () => {
  const text = 'a\u009b2J\u202eb\u200f';
  const workspace = await startWorkspace({
    token: TOKEN,
    connections: { [CONNECTION]: { url: 'http://127.0.0.1:1/nobody-is-asked' } },
    onCall: (external) => {
      const call = see(external);
      if (call.what === 'initialize') return opened(call, undefined);
      return call.id === undefined
        ? raw('', 202)
        : result(call, { tools: [{ name: 'x' }], content: [{ type: 'text', text }] });
    },
  });
  onTestFinished(() => workspace.close());
  const way = toWorkspace({ host: workspace.host, token: TOKEN, connection: CONNECTION });
  const line = [process.execPath, BIN, 'call', 'x', '--yes', '--json', ...way.args]
    .map((word) => `'${word}'`)
    .join(' ');
  const terminal = spawn('script', ['-qec', line, '/dev/null'], { env: bareEnv(way.env), timeout: 10_000 });
  terminal.stdout.setEncoding('utf8');
  let shown = '';
  terminal.stdout.on('data', (chunk) => {
    shown += chunk;
  });
  await once(terminal, 'close');
  expect(shown).toContain('a\\u009b2J\\u202eb\\u200f');
});

test.each([
  ['yes', 'y\n', 0, 1],
  ['nothing', '\n', 1, 0],
  ['the end of the input', '\u0004', 1, 0],
  ['an interruption', '\u0003', 130, 0],
])('at a terminal it asks; the answer is %s', async (_, keys, code, calls) => {
  const { sandbox } = await start();
  const way = toWorkspace(sandbox);
  const words = [process.execPath, BIN, 'call', 'issue_write', '--args', JSON.stringify(CREATE), ...way.args];
  const line = words.map((word) => `'${word}'`).join(' ');
  // util-linux gives the program a terminal, and ends with its exit code.
  const terminal = spawn('script', ['-qec', line, '/dev/null'], { env: bareEnv(way.env), timeout: 10_000 });
  let shown = '';
  terminal.stdout.on('data', (chunk) => {
    const hadAsked = shown.includes('[y/N]');
    shown += chunk;
    if (!hadAsked && shown.includes('[y/N]')) terminal.stdin.write(keys);
  });
  const [ended] = await once(terminal, 'close');
  expect(ended).toBe(code);
  expect(sandbox.ledger.count('issue_write')).toBe(calls);
  expect(shown).not.toMatch(/bug/);
});
