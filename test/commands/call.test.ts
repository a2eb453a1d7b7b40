import { expect, onTestFinished, test } from 'vitest';
import { type Sandbox, startSandbox } from '../../src/sandbox/sandbox.ts';
import { toWorkspace } from '../support/bridge.ts';
import { type Run, runBin } from '../support/run-bin.ts';

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

test('says what it will do before a tool that changes something, and does it once', async () => {
  const { run, sandbox } = await start();
  const { code, stderr } = await run(['issue_write', '--args', JSON.stringify(CREATE)]);
  expect(code).toBe(0);
  expect(stderr).toMatch(/issue_write is marked as one that changes something/);
  expect(sandbox.ledger.count('issue_write')).toBe(1);
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
  expect(stderr).toMatch(/lists no tool "issue_write"/);
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
