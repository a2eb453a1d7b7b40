import { cpSync, existsSync, mkdirSync, symlinkSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { SANDBOX_USER } from '../../src/sandbox/door.ts';
import { type BridgeProcess, type Received, startBridge } from '../support/bridge.ts';
import { expectBridgeError } from '../support/bridge-error.ts';
import { FAST_CLOCK } from '../support/preload.ts';
import { CONNECTION } from '../support/scripted.ts';
import { configFile, type SigningInWorkspace, startSigningIn } from '../support/signing-in.ts';
import { isAlive, type Step, standIn } from '../support/stand-in.ts';
import { temporaryDirectory } from '../support/temporary.ts';

const ARGS = ['--connection', CONNECTION, '--log-level', 'trace'];

interface Options {
  readonly env?: Readonly<Record<string, string>>;
  readonly nodeArgs?: readonly string[];
  readonly profile?: string;
}

/** A workspace, a profile for it without a token, and a bridge that finds the stand-in as its CLI. */
async function startWithCli(steps: (workspace: SigningInWorkspace) => readonly Step[], options: Options = {}) {
  const { env, nodeArgs = [], profile = 'work' } = options;
  const workspace = await startSigningIn();
  const cli = standIn('databricks', ...steps(workspace));
  const { file } = configFile(`[${profile}]\nhost = ${workspace.host}\nauth_type = databricks-cli\n`);
  const bridge = startBridge({
    args: [...ARGS, `--profile=${profile}`],
    env: { DATABRICKS_CONFIG_FILE: file, ...cli.env, ...env },
    nodeArgs,
  });
  return { bridge, cli, file, workspace };
}

/** Calls until an answer is as expected: which run of the CLI a call waits for is a matter of time. */
async function asking(bridge: BridgeProcess, fits: (answer: Received) => boolean): Promise<void> {
  for (let nth = bridge.lines.length; !fits(await bridge.call(`asking ${nth}`, 'tools/list')); nth++);
}

const login = ({ issuer }: SigningInWorkspace, lifeS?: number) => issuer.issue(SANDBOX_USER, lifeS);
const token = (workspace: SigningInWorkspace): Step => ({ does: 'token', token: login(workspace) });

test('a login of the CLI does with nothing but a profile, and the CLI gets no stdin, no shell and no secret (T087, T162)', async () => {
  const env = {
    UC_MCP_HEADERS: 'X-Canary: canary-0123456789',
    OTHER: 'canary-0123456789',
    DATABRICKS_PASSWORD: 'canary',
  };
  const { bridge, cli, file } = await startWithCli((workspace) => [token(workspace)], { env });
  expect(await bridge.initialize()).toHaveProperty('result');
  expect(await bridge.call(1, 'tools/call')).toHaveProperty('result');
  const [run, ...more] = cli.runs();
  expect(more).toEqual([]);
  expect(run).toMatchObject({ args: ['auth', 'token', '--profile=work', '--output=json'], stdin: '', cwd: '/' });
  expect(run?.env).toMatchObject({ DATABRICKS_CONFIG_FILE: file, HOME: '/nonexistent' });
  expect(JSON.stringify(run)).not.toContain('canary');
  await bridge.says(/"auth":"databricks-cli","because":"the profile \[work\] says so"/);
  expect(await bridge.finish()).toEqual({ code: 0, signal: null });
});

test('an explicit --profile goes before host and token of the environment, and the log says so (T095)', async () => {
  const env = { DATABRICKS_HOST: 'http://127.0.0.1:1', DATABRICKS_TOKEN: 'dapi-canary-0123456789' };
  const { bridge, cli } = await startWithCli((workspace) => [token(workspace)], { env });
  expect(await bridge.initialize()).toHaveProperty('result');
  expect(cli.runs()).toHaveLength(1);
  await bridge.says(/--profile work is used instead of DATABRICKS_HOST, DATABRICKS_TOKEN of the environment/);
});

test('with a host and nothing else, an installed CLI is asked for that host (T078)', async () => {
  const workspace = await startSigningIn();
  const cli = standIn('databricks', token(workspace));
  const { file } = configFile('[DEFAULT]\nhost = https://other.example\ntoken = dapi-of-another-host\n');
  const env = { ...cli.env, DATABRICKS_HOST: workspace.host, DATABRICKS_CONFIG_FILE: file };
  const bridge = startBridge({ args: ARGS, env });
  expect(await bridge.initialize()).toHaveProperty('result');
  expect(cli.runs().map(({ args }) => args)).toEqual([['auth', 'token', `--host=${workspace.host}`, '--output=json']]);
  await bridge.says(/"because":"nothing else is configured, and the databricks CLI is installed"/);
});

test('a profile that is for another host than the one that was given is not asked for its token (T095)', async () => {
  const workspace = await startSigningIn();
  const cli = standIn('databricks', token(workspace));
  const { file } = configFile('[work]\nhost = https://other.example\nauth_type = databricks-cli\n');
  const env = { ...cli.env, DATABRICKS_CONFIG_FILE: file, DATABRICKS_CONFIG_PROFILE: 'work' };
  const bridge = startBridge({ args: [...ARGS, '--host', workspace.host], env });
  expect(await bridge.initialize()).toHaveProperty('result');
  const [run] = cli.runs();
  expect(run?.args).toEqual(['auth', 'token', `--host=${workspace.host}`, '--output=json']);
  expect(run?.env).not.toHaveProperty('DATABRICKS_CONFIG_PROFILE');
});

test.each(['--help', '$(id); id', '%PATH "b" \'c\''])(
  'profile %s is one argument, and no flag (T182)',
  async (profile) => {
    const { bridge, cli } = await startWithCli((workspace) => [token(workspace)], { profile });
    expect(await bridge.initialize()).toHaveProperty('result');
    expect(cli.runs().map(({ args }) => args)).toEqual([['auth', 'token', `--profile=${profile}`, '--output=json']]);
  },
);

describe('a program of that name in the working directory', () => {
  test.each([
    ['by an empty entry of PATH', ''],
    ['by a dot', '.'],
    ['by its full path', 'HERE'],
    ['by a link to it', 'LINK'],
  ])('is never run: %s (T184)', async (_, entry) => {
    const workspace = await startSigningIn();
    const planted = standIn('databricks', token(workspace));
    const folder = join(temporaryDirectory(), 'bin');
    symlinkSync(planted.folder, folder);
    const PATH = entry.replace('HERE', planted.folder).replace('LINK', folder);
    const bridge = startBridge({ args: ARGS, cwd: planted.folder, env: { PATH, DATABRICKS_HOST: workspace.host } });
    expectBridgeError(await bridge.initialize(), {
      kind: 'auth',
      outcome: 'not_sent',
      message: /You are not signed in to/,
    });
    expect(planted.runs()).toEqual([]);
  });

  test.each(['bin', 'node_modules/.bin', 'a/node_modules/.bin'])(
    'is never run from %s in it, nor from there in another folder if npm put it there (T249)',
    async (name) => {
      const workspace = await startSigningIn();
      const planted = standIn('databricks', token(workspace));
      const project = temporaryDirectory();
      mkdirSync(dirname(join(project, name)), { recursive: true });
      cpSync(planted.folder, join(project, name), { recursive: true });
      const env = { PATH: join(project, name), DATABRICKS_HOST: workspace.host };
      const folders = name === 'bin' ? [project] : [project, temporaryDirectory()];
      for (const cwd of folders) {
        const bridge = startBridge({ args: ARGS, cwd, env });
        expectBridgeError(await bridge.initialize(), {
          kind: 'auth',
          outcome: 'not_sent',
          message: /You are not signed in to/,
        });
      }
      expect(existsSync(join(project, name, 'runs.jsonl'))).toBe(false);
      expect(planted.runs()).toEqual([]);
    },
  );

  test.each([
    ['the home folder', (folder: string) => ({ HOME: folder })],
    ['a root', () => ({ cwd: '/' })],
  ])('is run from a folder below it where it is %s (T249)', async (_, more) => {
    const workspace = await startSigningIn();
    const home = temporaryDirectory();
    const cli = standIn('databricks', token(workspace));
    symlinkSync(cli.folder, join(home, 'bin'));
    const { cwd = home, ...env } = { cwd: undefined, ...more(home) };
    const PATH = join(home, 'bin');
    const bridge = startBridge({ args: ARGS, cwd, env: { PATH, DATABRICKS_HOST: workspace.host, ...env } });
    expect(await bridge.initialize()).toHaveProperty('result');
    expect(cli.runs()).toHaveLength(1);
  });

  test('is run where its full path is configured (T184)', async () => {
    const workspace = await startSigningIn();
    const cli = standIn('databricks', token(workspace));
    const env = { DATABRICKS_HOST: workspace.host, DATABRICKS_CLI_PATH: cli.file };
    const bridge = startBridge({ args: ARGS, cwd: cli.folder, env });
    expect(await bridge.initialize()).toHaveProperty('result');
    expect(cli.runs()).toHaveLength(1);
  });
});

test('what the CLI says is said to the person, and once it is repaired it works without a restart (T078, T088)', async () => {
  const { bridge, cli, workspace } = await startWithCli(() => [{ does: 'noLogin' }]);
  expectBridgeError(await bridge.initialize(), {
    kind: 'auth',
    outcome: 'not_sent',
    message: /databricks auth login --host http:\/\/127\.0\.0\.1:\d+ --profile work/,
  });
  cli.plan(token(workspace));
  expect(await bridge.call(2, 'tools/call')).toHaveProperty('result');
  expect(await bridge.finish()).toEqual({ code: 0, signal: null });
});

test('a CLI that is not there is said at once, and the exit code is 77 (T078, T086)', async () => {
  const { file } = configFile('[work]\nhost = http://127.0.0.1:1\nauth_type = databricks-cli\n');
  const PATH = temporaryDirectory();
  mkdirSync(join(PATH, 'databricks'));
  const bridge = startBridge({ args: [...ARGS, '--profile', 'work'], env: { PATH, DATABRICKS_CONFIG_FILE: file } });
  expectBridgeError(await bridge.initialize(), {
    kind: 'auth',
    outcome: 'not_sent',
    message: /not installed.*DATABRICKS_CLI_PATH/,
  });
  expect(await bridge.finish()).toEqual({ code: 77, signal: null });
});

test('a CLI that hangs holds up initialize for less than ten seconds, is killed in the end, and is asked again (T078, T086)', async () => {
  const { bridge, cli, workspace } = await startWithCli(() => [{ does: 'hang' }], { nodeArgs: FAST_CLOCK });
  expectBridgeError(await bridge.initialize(), {
    kind: 'auth',
    outcome: 'not_sent',
    message: /Signing in by databricks-cli has not come about within 9 s/,
  });
  // The run goes on for whoever asks next, to its own end.
  await asking(bridge, ({ error }) => /did not end within 15 s and was stopped/.test(error?.message ?? ''));
  cli.plan(token(workspace));
  await asking(bridge, ({ result }) => result !== undefined);
});

test('a CLI that hangs is not left behind, and holds nobody up who leaves', async () => {
  const { bridge, cli } = await startWithCli(() => [{ does: 'hang' }]);
  await bridge.says(/signing in/);
  while (cli.runs().length === 0) await new Promise(setImmediate);
  expect(await bridge.finish()).toEqual({ code: 0, signal: null });
  while (isAlive(cli.runs()[0]?.pid)) await new Promise(setImmediate);
});

test('eight bridges at once all succeed with one login (T084)', async () => {
  const workspace = await startSigningIn();
  const tokens = Array.from({ length: 8 }, () => login(workspace));
  const cli = standIn('databricks', { does: 'shared', tokens });
  const env = { ...cli.env, DATABRICKS_HOST: workspace.host };
  const bridges = Array.from({ length: 8 }, () => startBridge({ args: ARGS, env }));
  const answers = await Promise.all(bridges.map((bridge) => bridge.initialize()));
  for (const answer of answers) expect(answer).toHaveProperty('result');
});

test('a token that the workspace refuses is renewed by force once, for everybody who was refused (T079, T080)', async () => {
  let first = '';
  const { bridge, cli, workspace } = await startWithCli((started) => {
    first = login(started);
    return [{ does: 'shared', tokens: [first] }];
  });
  expect(await bridge.initialize()).toHaveProperty('result');
  workspace.issuer.revoke();
  cli.plan({ does: 'shared', tokens: [first, login(workspace)] });
  const answers = await Promise.all(Array.from({ length: 20 }, (_, id) => bridge.call(id, 'tools/call')));
  for (const answer of answers) expect(answer).toHaveProperty('result');
  expect(cli.runs().filter(({ args }) => args.includes('--force-refresh'))).toHaveLength(1);
  expect(workspace.of('tools/call')).toHaveLength(20);
});

describe('what a CLI writes when it fails', () => {
  const FILLERS: Readonly<Record<string, string>> = {
    'runs without a digit': 'a+',
    'runs with slashes': 'a-1/',
    'many matches': 'match ',
    'beginnings of tokens': 'eyJ.',
    'words that name tokens': 'error: {"code":   ',
    blanks: ' ',
  };

  test.each(Object.entries(FILLERS))(
    'takes linear time: %s (T253)',
    async (_, filler) => {
      const text = (length: number) => filler.repeat(length / filler.length);
      // A time limit for 64 times the size, where a quadratic pattern would need 4096 times as long.
      const times: number[] = [];
      for (const length of [4_000, 256_000]) {
        const step: Step = { does: 'print', stderr: `failed ${text(length)}`, exitCode: 1 };
        const { bridge } = await startWithCli(() => [step], { env: { UC_MCP_LOG_LEVEL: 'error' } });
        const since = performance.now();
        expectBridgeError(await bridge.initialize(), { kind: 'auth', outcome: 'not_sent' });
        times.push(performance.now() - since);
        expect(await bridge.finish()).toMatchObject({ signal: null });
      }
      const [small = 0, large = 0] = times;
      expect(large).toBeLessThan(8 * small + 500);
    },
    30_000,
  );

  test.each([
    ['dapi0123456789abcdef', 'dapi'],
    [`x=${'Ab1'.repeat(12)}`, 'Ab1Ab1'],
    [`${'Ab+'.repeat(12)}1`, 'Ab+Ab+'],
    ['eyJhbGciOiJSUzI1NiJ9.eyJzdWIiOiIxIn0.c2ln', 'eyJ'],
  ])('is shown without %s', async (token, part) => {
    const uuid = '01234567-89ab-cdef-0123-456789abcdef';
    const stderr = `Error: failed for ${uuid} of a-long-name-without-any-digit-in-the-middle with ${token} in it`;
    const { bridge } = await startWithCli(() => [{ does: 'print', stderr, exitCode: 1 }]);
    const { error } = (await bridge.initialize()) as unknown as { error: { message: string } };
    expect(error.message).toContain(`${uuid} of a-long-name-without-any-digit-in-the-middle with `);
    expect(error.message).toContain('[redacted] in it');
    expect(error.message).not.toContain(part);
  });
});
