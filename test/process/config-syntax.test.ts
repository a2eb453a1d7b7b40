// biome-ignore-all lint/suspicious/noTemplateCurlyInString: the texts hold variables that a client should have replaced
/** Settings in a syntax that would be taken for something else: refused at start, before anything is sent. */

import { expect, test } from 'vitest';
import { readConfig } from '../../src/config/read.ts';
import { type Run, runBin } from '../support/run-bin.ts';
import { configFile } from '../support/signing-in.ts';

const INITIALIZE = '{"jsonrpc":"2.0","id":0,"method":"initialize","params":{}}\n';
const SECRET = 'dapi-canary-0123456789abcdef';

/** Starts it before a port on which nothing listens: whatever were sent would be reported as unreachable. */
function start(env: Readonly<Record<string, string>>, args: readonly string[] = []): Promise<Run> {
  const isOther = 'UC_MCP_URL' in env || 'UC_MCP_SERVICE' in env;
  const base = {
    UC_MCP_CONNECTION: isOther ? '' : 'github',
    DATABRICKS_HOST: 'http://127.0.0.1:1',
    DATABRICKS_TOKEN: SECRET,
  };
  return runBin({ args, env: { ...base, ...env }, stdin: { text: INITIALIZE } });
}

/** Refused with 78 on stderr and in the response, and the setting is named. */
function expectRefused(run: Run, ...patterns: readonly RegExp[]): void {
  expect(run.code).toBe(78);
  const { error, id } = JSON.parse(run.stdout);
  expect(id).toBe(0);
  for (const pattern of patterns) {
    expect(run.stderr).toMatch(pattern);
    expect(error.message).toMatch(pattern);
  }
  expect(run.stderr + run.stdout).not.toContain(SECRET);
}

const LISTS = [
  'a;b',
  'a|b',
  'a b',
  '["a","b"]',
  '["a"]',
  '[a]',
  '[a,b]',
  '{a}',
  '"a,b"',
  '"a","b"',
  "'a'",
  '`a`',
  '${EXCLUDED}',
  'b,${EXCLUDED}',
  '$EXCLUDED',
  '%EXCLUDED%',
  '{{EXCLUDED}}',
  'a\\nb',
];

test.each(['--exclude-tools', '--tools', '--toolsets'])(
  '%s refuses every list in another syntax (T217)',
  async (flag) => {
    for (const text of LISTS) {
      const reading = readConfig(['--sandbox', flag, text], {}, { cwd: '/', home: '/' });
      const problem = { exit: 78, sentence: expect.stringMatching(new RegExp(`^${flag}[ :]`)) };
      expect(reading, text).toMatchObject({ problems: [problem] });
    }
    const variable = `UC_MCP_${flag.slice(2).toUpperCase().replace('-', '_')}`;
    expectRefused(await start({ [variable]: 'a;b' }), new RegExp(`${variable} "a;b": write names with commas`));
  },
);

test('names, globs and groups are still taken (T217)', () => {
  const text = 'get_me,issue_*,!push_*,[a-c]_x,@(get|list)_me,srv/x.y-z,{1..3}';
  const reading = readConfig(['--sandbox', '--tools', text], {}, { cwd: '/', home: '/' });
  expect(reading).toMatchObject({ config: { tools: text.split(',') } });
});

test.each([
  ['UC_MCP_HEADERS', 'X-A: 1\\nX-B: 2'],
  ['UC_MCP_HEADERS', 'X-A: 1\\r\\nX-B: 2'],
])('%s refuses a written line break in %s (T217)', async (variable, text) => {
  expectRefused(await start({ [variable]: text }), new RegExp(`${variable}: .*holds a written`));
});

test.each([
  ['DATABRICKS_TOKEN', '${DATABRICKS_TOKEN}'],
  ['DATABRICKS_TOKEN', ' $DATABRICKS_TOKEN '],
  ['DATABRICKS_TOKEN', '${env:DATABRICKS_TOKEN}'],
  ['DATABRICKS_TOKEN', '${input:token}'],
  ['DATABRICKS_TOKEN', '%DATABRICKS_TOKEN%'],
  ['DATABRICKS_TOKEN', '{{DATABRICKS_TOKEN}}'],
  ['DATABRICKS_TOKEN', '${{ secrets.TOKEN }}'],
  ['DATABRICKS_TOKEN', '{env:TOKEN}'],
  ['DATABRICKS_HOST', 'https://${WORKSPACE}.cloud.databricks.com'],
  ['DATABRICKS_HOST', '$HOST'],
  ['DATABRICKS_CONFIG_PROFILE', 'team-%STAGE%'],
  ['DATABRICKS_CLIENT_SECRET', '${CLIENT_SECRET}'],
  ['UC_MCP_CONNECTION', 'github_${STAGE}'],
  ['UC_MCP_URL', '/api/${X}'],
  ['UC_MCP_SERVICE', 'system.ai.{{NAME}}'],
  ['UC_MCP_HEADERS', 'X-Api-Key: ${API_KEY}'],
  ['UC_MCP_META', 'team=$TEAM'],
  ['UC_MCP_PROXY', '${HTTPS_PROXY}'],
  ['UC_MCP_LOG_FILE', '${LOG_FILE}'],
  ['UC_MCP_READ_ONLY', '${READ_ONLY}'],
])('%s=%s is refused, since no client replaced the variable (T219)', async (variable, text) => {
  expectRefused(await start({ [variable]: text }), new RegExp(`${variable}: your client or shell did not replace`));
});

test('a variable in the profile file is refused by its line, and nothing is sent (T219)', async () => {
  for (const line of ['host = https://${WORKSPACE}.example', 'token = ${TOKEN}']) {
    const host = line.startsWith('host') ? '' : 'host = http://127.0.0.1:1\n';
    const { file } = configFile(`[work]\n${host}${line}\n`);
    const env = { DATABRICKS_CONFIG_FILE: file, DATABRICKS_CONFIG_PROFILE: 'work', UC_MCP_CONNECTION: 'github' };
    const run = await runBin({ env, stdin: { text: INITIALIZE } });
    expect(run.stderr).toMatch(/of the profile \[work\] is refused: your client or shell did not replace/);
    expect(JSON.parse(run.stdout).error.message).toMatch(/did not replace/);
  }
});

test.each([
  ['DATABRICKS_TOKEN', `"${SECRET}"`],
  ['DATABRICKS_TOKEN', `'${SECRET}'`],
  ['DATABRICKS_HOST', '"https://adb-1.7.azuredatabricks.net"'],
  ['DATABRICKS_CONFIG_PROFILE', '"work"'],
  ['UC_MCP_CONNECTION', "'github'"],
  ['UC_MCP_REQUEST_TIMEOUT', '"30"'],
  ['UC_MCP_PATH', '"/readonly"'],
  ['UC_MCP_LOG_FILE', '"bridge.log"'],
  ['UC_MCP_SANDBOX', '"on"'],
  ['UC_MCP_HEADERS', '"X-A: 1"'],
])('%s in quotes is refused, and the quotes are named (T220)', async (variable, text) => {
  expectRefused(await start({ [variable]: text }), new RegExp(`${variable}: take the quotes away`));
});

test('a token that holds such characters among others is sent as it is (T219)', async () => {
  for (const token of ['a$B', '$A-b%Y%z']) {
    const run = await start({ DATABRICKS_TOKEN: token });
    expect(JSON.parse(run.stdout).error.message).toMatch(/cannot be reached/);
  }
}, 30_000);
