import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { readFileSync } from 'node:fs';
import { text } from 'node:stream/consumers';
import { parse } from 'acorn';
import { describe, expect, test } from 'vitest';
import { BIN, bareEnv } from '../support/bridge.ts';
import { FAKE_OLD_NODE } from '../support/preload.ts';
import { type Run, runBin } from '../support/run-bin.ts';

const INITIALIZE = '{"jsonrpc":"2.0","id":0,"method":"initialize","params":{}}';
const PACKAGE: { version: string } = JSON.parse(readFileSync(new URL('../../package.json', import.meta.url), 'utf8'));

const FLAGS = [
  '--connection',
  '--host',
  '--profile',
  '--path',
  '--header',
  '--request-timeout',
  '--log-level',
  '--log-file',
  '--sandbox',
  '--help',
  '--version',
];
const VARIABLES = [
  'UC_MCP_CONNECTION',
  'DATABRICKS_HOST',
  'DATABRICKS_CONFIG_PROFILE',
  'DATABRICKS_CONFIG_FILE',
  'DATABRICKS_TOKEN',
  'UC_MCP_PATH',
  'UC_MCP_HEADERS',
  'UC_MCP_REQUEST_TIMEOUT',
  'UC_MCP_LOG_LEVEL',
  'UC_MCP_LOG_FILE',
  'UC_MCP_SANDBOX',
];

/** The one answer on stdout, to the first request. */
function answerOf({ stdout }: Run): { id: unknown; error: { message: string } } {
  const lines = stdout.split('\n');
  expect(lines).toHaveLength(2);
  return JSON.parse(lines[0] ?? '');
}

test.each(['--help', '-h'])('%s lists every option and its variable, on stdout', async (flag) => {
  const { code, stderr, stdout } = await runBin({ args: [flag] });
  expect({ code, stderr }).toEqual({ code: 0, stderr: '' });
  for (const name of [...FLAGS, ...VARIABLES]) expect(stdout).toContain(name);
});

test.each(['--version', '-v'])('%s is the version of the package, and nothing else', async (flag) => {
  expect(await runBin({ args: [flag] })).toEqual({ code: 0, signal: null, stdout: `${PACKAGE.version}\n`, stderr: '' });
});

test('everything that is wrong is said at once, on stderr and as the answer to the first request (64)', async () => {
  const args = [
    '--conection',
    'x',
    '--request-timeout',
    'soon',
    '--log-level',
    'loud',
    '--path',
    '../x',
    '--header',
    'a b',
  ];
  const run = await runBin({ args: [...args, '--profile'], stdin: { text: `\n${INITIALIZE}\n` } });
  expect(run.code).toBe(64);
  const { error, id } = answerOf(run);
  expect(id).toBe(0);
  const said = [
    /--conection is not a flag/,
    /--request-timeout "soon": give a number of seconds/,
    /--log-level "loud": give one of .*debug/,
    /--path .*begins with "\/"/,
    /--header: a header is written "Name: value"/,
    /--profile needs a value/,
    /--connection is missing/,
  ];
  for (const sentence of said) {
    expect(run.stderr).toMatch(sentence);
    expect(error.message).toMatch(sentence);
  }
  expect(run.stderr).toMatch(/Did you mean --connection\?/);
});

describe('a value that a rule refuses ends with 78, and the first request is told why', () => {
  test.each([
    ['a host that is not https (T172)', ['--host', 'http://example.com'], /http is for loopback only/],
    ['a host with a user name (T167)', ['--host', 'https://a@example.com'], /no user name/],
    ['a host with a fragment (T167)', ['--host', 'https://example.com#x'], /no fragment/],
    ['a path that leaves its base (T177)', ['--path', '/a/../b'], /made of dots/],
    ['a path with a query (T177)', ['--path', '/a?b'], /no query/],
    ['a name with a slash (T178)', ['--connection', 'a/b'], /connection name/],
    ['a header that is ours (T176)', ['--header', 'Authorization: Bearer x'], /"authorization" belongs to/],
    ['a header with a line break (T176)', ['--header', 'X-A: b\r\nX-C: d'], /one line/],
    ['a placeholder of the example', ['--host', 'https://<your-workspace>'], /replace the placeholder/],
    [
      'a log file in a directory that is not there',
      ['--log-file', '/nonexistent/x.log'],
      /--log-file \/nonexistent\/x\.log cannot be opened/,
    ],
  ])('%s', async (_what, args, reason) => {
    const connection = args[0] === '--connection' ? [] : ['--connection', 'github'];
    const run = await runBin({ args: [...connection, ...args], stdin: { text: `${INITIALIZE}\n` } });
    expect(run.code).toBe(78);
    expect(run.stderr).toMatch(reason);
    expect(answerOf(run).error.message).toMatch(reason);
  });
});

test('a token among the arguments is refused without being repeated', async () => {
  const token = 'dapi0123456789abcdef0123456789abcdef';
  const run = await runBin({ args: ['--token', token, '--connection', token], stdin: { text: `${INITIALIZE}\n` } });
  expect(run.code).toBe(64);
  expect(run.stderr).toMatch(/DATABRICKS_TOKEN/);
  expect(run.stderr + run.stdout).not.toContain(token);
});

test('a refused start that nobody talks to ends by itself', async () => {
  expect(await runBin({ args: ['--nonsense'] })).toMatchObject({ code: 64, stdout: '' });
});

describe('whoever has closed', () => {
  test('stderr is answered on stdout all the same when the start is refused, with 64 (T151)', async () => {
    const { exit, said } = startWithout('stderr', ['--nonsense'], `${INITIALIZE}\n`);
    expect(await exit).toEqual([64, null]);
    expect(JSON.parse(await said)).toMatchObject({
      id: 0,
      error: { message: expect.stringContaining('--nonsense') },
    });
  });

  test.each(['--help', '--version'])('stdout gets no %s, and no other word about it (T150)', async (flag) => {
    const { exit, said } = startWithout('stdout', [flag]);
    expect(await exit).toEqual([0, null]);
    expect(await said).toBe('');
  });

  /** Starts the bridge with one of its pipes closed at our end, and reads the other. */
  function startWithout(closed: 'stdout' | 'stderr', args: readonly string[], stdin = '') {
    const child = spawn(process.execPath, [BIN, ...args], { env: bareEnv() });
    child[closed].destroy();
    child.stdin.on('error', () => {}).end(stdin);
    return { exit: once(child, 'close'), said: text(closed === 'stdout' ? child.stderr : child.stdout) };
  }
});

describe('an old Node', () => {
  test('is told which one is needed, with 78 and nothing on stdout (T186)', async () => {
    const run = await runBin({ args: ['--version'], nodeArgs: FAKE_OLD_NODE });
    expect(run).toMatchObject({ code: 78, signal: null, stdout: '' });
    expect(run.stderr).toMatch(/needs Node\.js 20\.18\.1 or newer, and was started with 14\.21\.3/);
    expect(run.stderr).toContain(process.execPath);
  });

  test('can read the first file: it is a script of ES2015 (T186)', () => {
    const source = readFileSync(BIN, 'utf8');
    expect(() => parse(source, { ecmaVersion: 2015, sourceType: 'script', allowHashBang: true })).not.toThrow();
    expect(() => parse('a ?? b', { ecmaVersion: 2015, sourceType: 'script' })).toThrow();
  });
});
