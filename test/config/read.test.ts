import { describe, expect, it } from 'vitest';
import { COMMANDS } from '../../src/config/commands.ts';
import type { Config } from '../../src/config/config.ts';
import { exitCodeOf } from '../../src/config/problems.ts';
import { readConfig } from '../../src/config/read.ts';

const NOTHING_OF_SIGN_IN = {
  authType: undefined,
  clientId: undefined,
  clientSecret: undefined,
  cliPath: undefined,
  oidcTokenEnv: undefined,
  oidcTokenFile: undefined,
  tokenAudience: undefined,
  actionsUrl: undefined,
  actionsToken: undefined,
  azureClientId: undefined,
  azureClientSecret: undefined,
  azureTenantId: undefined,
  azureEnvironment: undefined,
  azureResourceId: undefined,
  browserClientId: undefined,
  scopes: undefined,
  noBrowser: false,
  tokenCommand: undefined,
};

const PLACE = { home: '/home/ada', cwd: '/project' };
const NAMED = ['--connection', 'github'];
const PAT = 'dapi0123456789abcdef0123456789abcdef';

const LISTED = Object.keys(COMMANDS).join(', ');

type Env = Record<string, string | undefined>;

function configOf(argv: readonly string[], env: Env = {}): Config {
  const reading = readConfig(argv, env, PLACE);
  if (!('config' in reading)) throw new Error(JSON.stringify(reading));
  return reading.config;
}

function sentencesOf(argv: readonly string[], env: Env = {}): readonly string[] {
  const reading = readConfig(argv, env, PLACE);
  return 'problems' in reading ? reading.problems.map((problem) => problem.sentence) : [];
}

function exitOf(argv: readonly string[], env: Env = {}): number {
  const reading = readConfig(argv, env, PLACE);
  return 'problems' in reading ? exitCodeOf(reading.problems) : 0;
}

describe('commands', () => {
  it.each([
    [[...NAMED], 'serve'],
    [['serve', ...NAMED], 'serve'],
    [[...NAMED, 'serve'], 'serve'],
    [['--sandbox', 'serve'], 'serve'],
    [['demo'], 'demo'],
    [['--help'], 'help'],
    [['-h'], 'help'],
    [['--version'], 'version'],
    [['-v'], 'version'],
  ])('%j asks for %s', (argv, command) => {
    expect(readConfig(argv, {}, PLACE)).toMatchObject({ command });
  });

  it('takes --help behind a command for the help of that command', () => {
    expect(readConfig(['demo', '--help'], {}, PLACE)).toEqual({ command: 'help', of: 'demo' });
    expect(readConfig(['serve', '--nonsense', '-h'], {}, PLACE)).toEqual({ command: 'help', of: 'serve' });
  });

  it('refuses options at a command that has no use for them, and words that it does not take', () => {
    expect(sentencesOf(['demo', '--profile', 'work'])).toEqual(['--profile is not for demo.']);
    expect(sentencesOf(['demo', 'twice'])).toEqual(['argument 2 is neither a flag nor the value of one.']);
    expect(exitOf(['demo', '--profile', 'work'])).toBe(64);
  });

  it('says where each value was found', () => {
    const env = { DATABRICKS_HOST: 'https://x.example', UC_MCP_LOG_LEVEL: '' };
    const reading = readConfig([...NAMED], env, PLACE);
    if (!('sources' in reading)) throw new Error(JSON.stringify(reading));
    expect([...reading.sources]).toEqual([
      ['connection', '--connection'],
      ['host', 'DATABRICKS_HOST'],
    ]);
  });

  it.each([
    [['--nonsense', '--help']],
    [['--profile', '--help']],
    [['--request-timeout', 'x', '-h']],
    [['--version', '--help']],
  ])('--help wins over everything else in %j', (argv) => {
    expect(readConfig(argv, { DATABRICKS_HOST: 'http://x' }, PLACE)).toEqual({ command: 'help' });
  });

  it('takes --help behind a bare -- for what it is then, a word', () => {
    expect(sentencesOf([...NAMED, '--', '--help'])).toHaveLength(1);
  });

  it('needs a connection to serve, and names both ways to give it', () => {
    expect(sentencesOf([])).toEqual([
      expect.stringMatching(/^--connection is missing: .*UC_MCP_CONNECTION.*--sandbox/),
    ]);
    expect(exitOf([])).toBe(64);
  });

  it('needs no connection for the sandbox', () => {
    expect(configOf(['--sandbox'])).toMatchObject({ sandbox: true, connection: undefined });
    expect(configOf([], { UC_MCP_SANDBOX: '1' }).sandbox).toBe(true);
  });

  it('lets nothing in the environment stand in the way of the demo', () => {
    const env = { DATABRICKS_HOST: 'http://<your-workspace>', UC_MCP_LOG_LEVEL: 'loud', UC_MCP_CONNECTION: 'a/b' };
    expect(readConfig(['demo'], env, PLACE)).toMatchObject({ command: 'demo' });
    expect(exitOf(['demo', '--log-level', 'loud'])).toBe(64);
  });

  it('names the commands where there is no such', () => {
    expect(sentencesOf(['srve', ...NAMED])).toEqual([`"srve" is not a command: ${LISTED}.`]);
    expect(exitOf(['srve', ...NAMED])).toBe(64);
  });

  it('does not take a name that every object has for a command', () => {
    expect(sentencesOf(['constructor', ...NAMED])).toHaveLength(1);
  });
});

describe('sources', () => {
  it('gives every field its default', () => {
    expect(configOf(NAMED)).toEqual({
      connection: 'github',
      url: undefined,
      service: undefined,
      route: 'external-function',
      host: undefined,
      workspaceId: undefined,
      profile: undefined,
      configFile: '/home/ada/.databrickscfg',
      token: undefined,
      path: '/',
      headers: {},
      requestTimeoutMs: 300_000,
      proxy: undefined,
      caFile: undefined,
      logLevel: 'info',
      logFile: undefined,
      record: undefined,
      recordBodies: false,
      sandbox: false,
      keepCapabilities: false,
      retryAnnotated: false,
      retry503: false,
      drainTimeoutMs: 30_000,
      logBodies: false,
      protocol: 'auto',
      readOnly: false,
      toolsets: undefined,
      tools: undefined,
      excludeTools: undefined,
      meta: {},
      ...NOTHING_OF_SIGN_IN,
    } satisfies Config);
  });

  it('reads every field from the environment', () => {
    const env = {
      UC_MCP_CONNECTION: 'github_u2m_connection',
      DATABRICKS_HOST: 'https://ADB-1.azuredatabricks.net/?o=1',
      DATABRICKS_CONFIG_PROFILE: 'work',
      DATABRICKS_CONFIG_FILE: '~/databricks.cfg',
      DATABRICKS_TOKEN: PAT,
      UC_MCP_PATH: '/mcp',
      UC_MCP_HEADERS: 'X-MCP-Toolsets: repos,issues\r\n\n  X-MCP-Readonly: true  \n',
      UC_MCP_REQUEST_TIMEOUT: '2.5',
      UC_MCP_LOG_LEVEL: 'DEBUG',
      UC_MCP_LOG_FILE: 'bridge.log',
      UC_MCP_SANDBOX: 'off',
    };
    expect(configOf([], env)).toEqual({
      connection: 'github_u2m_connection',
      url: undefined,
      service: undefined,
      route: 'external-function',
      host: 'https://adb-1.azuredatabricks.net',
      workspaceId: '1',
      profile: 'work',
      configFile: '/home/ada/databricks.cfg',
      token: PAT,
      path: '/mcp',
      headers: { 'X-MCP-Toolsets': 'repos,issues', 'X-MCP-Readonly': 'true' },
      requestTimeoutMs: 2500,
      proxy: undefined,
      caFile: undefined,
      logLevel: 'debug',
      logFile: '/project/bridge.log',
      record: undefined,
      recordBodies: false,
      sandbox: false,
      keepCapabilities: false,
      retryAnnotated: false,
      retry503: false,
      drainTimeoutMs: 30_000,
      logBodies: false,
      protocol: 'auto',
      readOnly: false,
      toolsets: undefined,
      tools: undefined,
      excludeTools: undefined,
      meta: {},
      ...NOTHING_OF_SIGN_IN,
    } satisfies Config);
  });

  it('takes one destination: a flag puts out those of the environment, and two of a kind are refused', () => {
    const env = { UC_MCP_CONNECTION: 'github', UC_MCP_SERVICE: 'system.ai.github' };
    expect(configOf(['--url', '/api/2.0/mcp/sql'], env)).toMatchObject({
      url: { origin: undefined, path: '/api/2.0/mcp/sql' },
      connection: undefined,
      service: undefined,
    });
    expect(readConfig([], env, PLACE)).toMatchObject({
      problems: [{ exit: 64, sentence: expect.stringMatching(/^--connection and --service are given together/) }],
    });
  });

  it.each([
    [
      'https://ws.example.com/ai-gateway/mcp-services/a.b.c',
      'https://ws.example.com',
      '/ai-gateway/mcp-services/a.b.c',
    ],
    ['https://x.databricksapps.com/mcp', 'https://x.databricksapps.com', '/mcp'],
    ['https://x.databricksapps.com', 'https://x.databricksapps.com', '/'],
    ['/api/2.0/mcp/genie/1', undefined, '/api/2.0/mcp/genie/1'],
  ])('reads the address %s', (text, origin, path) => {
    expect(configOf(['--url', text], {})).toMatchObject({ url: { origin, path } });
  });

  it.each([
    'https://u:p@ws.example.com/mcp',
    'http://ws.example.com/mcp',
    '/a/../b',
    '/a?b',
    'mcp',
    'https://ws.example.com//evil',
  ])('refuses the address %s (T167, T177)', (text) => {
    expect(readConfig(['--url', text], {}, PLACE)).toMatchObject({ problems: [{ exit: 78 }] });
  });

  it('prefers a flag to the environment, without a look at what the environment has (T095)', () => {
    const env = { UC_MCP_CONNECTION: 'a/b', DATABRICKS_HOST: 'http://evil.example', DATABRICKS_CONFIG_PROFILE: 'env' };
    const config = configOf([...NAMED, '--host', 'adb-1.azuredatabricks.net', '--profile=flag'], env);
    expect(config).toMatchObject({ host: 'https://adb-1.azuredatabricks.net', profile: 'flag' });
  });

  it('takes the flags for headers in place of the whole variable', () => {
    const argv = [...NAMED, '--header', 'X-A: 1', '--header=x-a: 2', '--header', 'X-B: 3'];
    expect(configOf(argv, { UC_MCP_HEADERS: 'X-C: 4' }).headers).toEqual({ 'x-a': '2', 'X-B': '3' });
  });

  it('trims the environment, and takes an empty or blank variable for an unset one', () => {
    const env = {
      UC_MCP_CONNECTION: ' github \n',
      DATABRICKS_HOST: '',
      UC_MCP_REQUEST_TIMEOUT: '  ',
      UC_MCP_HEADERS: ' ',
    };
    expect(configOf([], env)).toMatchObject({ connection: 'github', host: undefined, requestTimeoutMs: 300_000 });
  });

  it('keeps an equals sign in a value', () => {
    expect(configOf([...NAMED, '--header=X-A: b=c']).headers).toEqual({ 'X-A': 'b=c' });
  });

  it.each(['--help', 'x; id', '$(id)', '%PATH', 'the "quoted"', "it's", 'a.b'])(
    'takes %s for a profile (T182)',
    (profile) => {
      expect(configOf([...NAMED, `--profile=${profile}`]).profile).toBe(profile);
    },
  );

  it('asks no file whether the profile is there (T078)', () => {
    const env = { DATABRICKS_CONFIG_FILE: '/nowhere/at/all', DATABRICKS_CONFIG_PROFILE: 'missing' };
    expect(configOf(NAMED, env)).toMatchObject({ configFile: '/nowhere/at/all', profile: 'missing', host: undefined });
  });

  it('freezes what it gives', () => {
    const config = configOf([...NAMED, '--header', 'X-A: 1']);
    expect(Object.isFrozen(config) && Object.isFrozen(config.headers)).toBe(true);
  });

  it('keeps __proto__ what it is, a name (T181)', () => {
    const { headers } = configOf([...NAMED, '--header', '__proto__: 1']);
    expect(Object.entries(headers)).toEqual([['__proto__', '1']]);
    expect(sentencesOf([...NAMED, '--__proto__=1'])).toHaveLength(1);
    expect(({} as Record<string, unknown>)['1']).toBeUndefined();
  });
});

describe('problems', () => {
  it('reports all of them at once, each with its flag or variable', () => {
    const argv = ['--connection', 'a/b', '--path=x', '--log-level', 'loud', '--verbosity', '--host', '--sandbox=yes'];
    const env = { UC_MCP_REQUEST_TIMEOUT: '-1', UC_MCP_HEADERS: 'X-A: 1\nHost: evil.example' };
    const sentences = sentencesOf(argv, env);
    for (const start of [
      '--verbosity is not a flag',
      '--host needs a value: --host=URL.',
      '--sandbox takes no value.',
      '--connection "a/b": ',
      '--path "x": ',
      'UC_MCP_HEADERS, line 2: the header "host" ',
      'UC_MCP_REQUEST_TIMEOUT "-1": ',
      '--log-level "loud": give one of trace, ',
    ]) {
      expect(sentences).toContainEqual(expect.stringContaining(start));
    }
    expect(sentences).toHaveLength(8);
  });

  it.each<[readonly string[], Env, number]>([
    [[...NAMED, '--unknown'], {}, 64],
    [[...NAMED, '-host', 'x'], {}, 64],
    [[...NAMED, '--host'], {}, 64],
    [[...NAMED, '--host='], {}, 64],
    [['--connection', ''], {}, 64],
    [[...NAMED, '--profile', '--host', 'x.example'], {}, 64],
    [[...NAMED, '--sandbox=true'], {}, 64],
    [[...NAMED, '--request-timeout', 'soon'], {}, 64],
    [[...NAMED, '--host', 'a.example', '--host', 'b.example'], {}, 64],
    [[...NAMED, 'serve', 'surplus'], {}, 64],
    [[...NAMED], { UC_MCP_SANDBOX: 'maybe' }, 64],
    [[...NAMED], { DATABRICKS_TOKEN: 'two words' }, 64],
    [['--connection', 'a/b'], {}, 78],
    [[...NAMED, '--host', 'http://a.example'], {}, 78],
    [[...NAMED, '--path', '/..'], {}, 78],
    [[...NAMED, '--header', 'Authorization: Bearer x'], {}, 78],
    [[...NAMED, '--log-file', 'a\0b'], {}, 78],
    [[...NAMED], { DATABRICKS_HOST: 'https://u:p@a.example' }, 78],
    [['--connection', '<your-connection>'], {}, 78],
    [[...NAMED], { DATABRICKS_TOKEN: '<your-token>' }, 78],
    [['--connection', 'a/b', '--unknown'], {}, 64],
  ])('%j with %j ends with its exit code', (argv, env, exit) => {
    expect(exitOf(argv, env)).toBe(exit);
  });

  it.each(['-x', '-hv', '-host'])('takes %s for one unknown flag, with what follows as its value', (group) => {
    expect(sentencesOf([...NAMED, group, 'a.example'])).toEqual([`${group} is not a flag.`]);
  });

  it('takes nothing behind a bare -- for the value of a flag', () => {
    expect(sentencesOf(['--sandbox', '--profile', '--', 'work'])).toEqual([
      '--profile needs a value: --profile=NAME.',
      `"work" is not a command: ${LISTED}.`,
    ]);
  });

  it('never takes a flag for the value of another', () => {
    expect(sentencesOf(['--connection', '--log-level', 'debug'])).toEqual([
      '--connection needs a value: --connection=NAME.',
    ]);
  });

  it('does not fall back on the environment for a flag that lacks its value', () => {
    expect(sentencesOf(['--connection'], { UC_MCP_CONNECTION: 'github' })).toHaveLength(1);
  });
});

describe('secrets (invariant 3)', () => {
  it.each<[readonly string[], Env]>([
    [[...NAMED, '--token', PAT], {}],
    [[...NAMED, `--token=${PAT}`], {}],
    [[...NAMED, `--token:${PAT}`], {}],
    [[...NAMED, '--databricks-token', PAT], {}],
    [[...NAMED, '--pat', PAT], {}],
    [[...NAMED, '--unheard-of', PAT], {}],
    [[...NAMED, PAT], {}],
    [[PAT, ...NAMED], {}],
    [[...NAMED, 'serve', PAT], {}],
    [[...NAMED, `-${PAT}`], {}],
    [[...NAMED, `--${PAT}`], {}],

    [['--connection', PAT], {}],
    [[...NAMED, '--host', PAT], {}],
    [[...NAMED, '--host', `https://${PAT}@a.example`], {}],
    [[...NAMED, '--host', `https://a.example/?token=${PAT}`], {}],
    [[...NAMED, '--profile', PAT], {}],
    [[...NAMED, '--path', `/x?${PAT}`], {}],
    [[...NAMED, '--header', `Authorization: Bearer ${PAT}`], {}],
    [[...NAMED, '--header', `X-Key: ${PAT}\r\nX: y`], {}],
    [[...NAMED, '--header', PAT], {}],
    [[...NAMED, '--request-timeout', PAT], {}],
    [[...NAMED], { DATABRICKS_TOKEN: `Bearer ${PAT}` }],
    [[...NAMED], { DATABRICKS_TOKEN: `${PAT} ${PAT}` }],
    [[...NAMED], { UC_MCP_HEADERS: `X-A: 1\nCookie: ${PAT}` }],
  ])('refuses %j with %j and shows nothing of the token', (argv, env) => {
    const sentences = sentencesOf(argv, env);
    expect(sentences).not.toHaveLength(0);
    for (let start = 0; start + 8 <= PAT.length; start += 1) {
      expect(sentences.join('\n')).not.toContain(PAT.slice(start, start + 8));
    }
  });

  it.each(['abcdefghijklmnopqrstuvwxyz', 'AKIA1', 'ghp_x9'])(
    'shows no flag that may be a pasted secret: %s',
    (pasted) => {
      expect(sentencesOf([...NAMED, `--${pasted}`])).toEqual(['argument 3 begins with a dash but is no flag.']);
    },
  );

  it('says where a token belongs', () => {
    expect(sentencesOf([...NAMED, '--token', PAT])).toEqual([
      expect.stringMatching(/^--token is not a flag: .*DATABRICKS_TOKEN.*--profile/),
    ]);
  });

  it('lets a header hold a token, since servers ask for them', () => {
    expect(configOf(NAMED, { UC_MCP_HEADERS: `X-Key: ${PAT}` }).headers).toEqual({ 'X-Key': PAT });
  });
});

describe('names of tools', () => {
  it('may be globs with a list of letters, but not with a list in braces, whose comma parts names', () => {
    expect(configOf([...NAMED, '--tools', 'get_[mt]*,issue_*']).tools).toEqual(['get_[mt]*', 'issue_*']);
    expect(sentencesOf([...NAMED, '--exclude-tools', 'get_{me,teams}'])).toEqual([
      expect.stringMatching(/^--exclude-tools "get_\{me,teams\}": a comma parts names within braces too/),
    ]);
  });
});
