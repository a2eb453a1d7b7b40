import { describe, expect, it } from 'vitest';
import { problemOf, startSignIn } from '../../support/sign-in.ts';
import { type Step, standIn } from '../../support/stand-in.ts';

const HOST = 'https://work.example';
const TOKEN: Step = { does: 'token', token: 'oauth-canary-0123456789' };
const OVER: Step = { does: 'token', token: 'oauth-over-0123456789' };

function signInByCli(...steps: readonly Step[]) {
  const cli = standIn('databricks', ...steps);
  return { cli, ...startSignIn({ settings: { host: HOST, authType: 'databricks-cli' }, env: cli.env }) };
}

const argsOf = (cli: { runs(): readonly { args: readonly string[] }[] }) =>
  cli.runs().map(({ args }) => args.join(' '));

describe('what the CLI says becomes a sentence with the next step', () => {
  const LOGIN = 'Run `databricks auth login --host https://work.example`';

  it.each<[what: string, step: Step, said: string, runs: number]>([
    ['nobody is logged in (T088)', { does: 'noLogin' }, LOGIN, 1],
    ['the login is over: asked once more, another process may have renewed it (T090)', { does: 'revoked' }, LOGIN, 2],
    [
      'a code says that the login is over',
      { does: 'print', stderr: '{"error_code": "INVALID_REFRESH_TOKEN", "message": "expired"}', exitCode: 1 },
      `has expired or was revoked. ${LOGIN}`,
      2,
    ],
    [
      'a newer code says it, on the other stream',
      { does: 'print', stdout: '{"error_code": "UNAUTHENTICATED", "message": "expired"}', exitCode: 1 },
      `has expired or was revoked. ${LOGIN}`,
      2,
    ],
    [
      'only the words say it',
      { does: 'print', stderr: 'To reauthenticate, run the following command:\n  databricks auth login', exitCode: 1 },
      `has expired or was revoked. ${LOGIN}`,
      2,
    ],
    [
      'the cache of a newer CLI has no login',
      {
        does: 'print',
        stderr: '{"error_code": "UNAUTHENTICATED", "message": "no cached credentials. To reauthenticate, run: x"}',
        exitCode: 1,
      },
      `You are not logged in to the workspace with the databricks CLI. ${LOGIN}`,
      1,
    ],
    [
      'an older CLI has stored the login',
      {
        does: 'print',
        stderr: 'stored credentials from older CLI versions are no longer used. To reauthenticate, run: x',
        exitCode: 1,
      },
      `You are not logged in to the workspace with the databricks CLI. ${LOGIN}`,
      1,
    ],
    ['several profiles are for the host (T095)', { does: 'ambiguous' }, 'Name the one that is meant with --profile', 1],
    ['it is too old', { does: 'oldCli' }, 'Install the current one', 1],
    [
      'its cache is broken (T088)',
      { does: 'print', stderr: 'Error: cannot parse token cache\n', exitCode: 1 },
      'failed with exit code 1: cannot parse token cache',
      1,
    ],
    [
      'it prints a banner (T086)',
      { does: 'print', stdout: 'Welcome!\n{"access_token":"x"}' },
      'something other than one JSON object',
      1,
    ],
    [
      'it prints JSON that is no object (T086)',
      { does: 'print', stdout: '[]' },
      'something other than one JSON object',
      1,
    ],
    [
      'it prints without end (T086)',
      { does: 'print', stdout: `{"access_token":"${'x'.repeat(300_000)}"}` },
      'something other than one JSON object',
      1,
    ],
    ['its token is empty (T086)', { does: 'print', stdout: '{"access_token":""}' }, 'gave no token', 1],
    ['its token is no text (T086)', { does: 'print', stdout: '{"access_token":7}' }, 'gave no token', 1],
    ['its token fits no header', { does: 'print', stdout: '{"access_token":"a\\nb"}' }, 'no HTTP header can carry', 1],
    ['it fails without a word', { does: 'print', exitCode: 3 }, 'exit code 3, without a word', 1],
    [
      'it says a token while it fails (T161)',
      { does: 'print', stderr: 'could not save eyJhbGciOi.canary.signature', exitCode: 1 },
      'could not save [redacted]',
      1,
    ],
    [
      'it says a token of whatever form (T161), beside names that are none',
      {
        does: 'print',
        stderr: `${'0123456789abcdef'.repeat(2)} of client 00000000-1111-2222-3333-444444444444`,
        exitCode: 1,
      },
      '[redacted] of client 00000000-1111-2222-3333-444444444444',
      1,
    ],
  ])('%s', async (_, step, said, runs) => {
    const { cli, tokens } = signInByCli(step);
    const { hint, kind, message } = await problemOf(tokens.access());
    expect(kind).toBe('auth');
    expect(`${message} ${hint}`).toContain(said);
    expect(`${message} ${hint}`).not.toContain('canary');
    expect(cli.runs()).toHaveLength(runs);
  });

  it('10 MB on stderr beside a token are nothing (T086)', async () => {
    const { tokens } = signInByCli({ does: 'noise', token: 'oauth-canary-0123456789' });
    expect(await tokens.access()).toMatchObject({ token: 'oauth-canary-0123456789', origin: HOST });
  });

  it('a program that cannot be started is named', async () => {
    const { cli, tokens } = signInByCli(TOKEN);
    const { writeFileSync } = await import('node:fs');
    writeFileSync(cli.file, '#!/nonexistent/interpreter\n');
    expect((await problemOf(tokens.access())).message).toContain(`${cli.file} cannot be run (ENOENT)`);
  });
});

describe('the race of several CLIs for one cache', () => {
  const race = (times: number): Step[] => Array<Step>(times).fill({ does: 'race' });

  it('is retried up to four times, with pauses of different lengths (T085)', async () => {
    const { cli, clock, tokens } = signInByCli(...race(4), TOKEN);
    expect(await tokens.access()).toMatchObject({ token: 'oauth-canary-0123456789' });
    expect(cli.runs()).toHaveLength(5);
    expect(clock.slept).toEqual([300, 300, 300, 300]);
  });

  it('is said when it does not end (T085)', async () => {
    const { cli, tokens } = signInByCli({ does: 'race' });
    expect((await problemOf(tokens.access())).message).toContain('cache update: exit status 45');
    expect(cli.runs()).toHaveLength(5);
  });

  it.each(['cache update: exit status 4', 'exit status 45'])('"%s" is no such race (T085)', async (stderr) => {
    const { cli, tokens } = signInByCli({ does: 'print', stderr, exitCode: 1 });
    await problemOf(tokens.access());
    expect(cli.runs()).toHaveLength(1);
  });
});

describe('a token that the workspace refuses', () => {
  it('is replaced by the one that another process has renewed, without a renewal by force (T079, T090)', async () => {
    const { cli, tokens } = signInByCli(OVER, TOKEN);
    const refused = await tokens.access();
    expect(await tokens.access(refused)).toMatchObject({ token: 'oauth-canary-0123456789' });
    expect(argsOf(cli)).toEqual([`auth token --host=${HOST} --output=json`, `auth token --host=${HOST} --output=json`]);
  });

  it('is renewed by force else, and not again within a minute (T079, T081)', async () => {
    const { cli, clock, tokens } = signInByCli(OVER, OVER, TOKEN);
    const refused = await tokens.access();
    const renewed = await tokens.access(refused);
    expect(renewed).toMatchObject({ token: 'oauth-canary-0123456789' });
    expect(argsOf(cli).at(-1)).toBe(`auth token --host=${HOST} --output=json --force-refresh`);
    clock.advance(58_000);
    // The same object: there is no other to be had.
    expect(await tokens.access(renewed)).toBe(renewed);
    expect(cli.runs()).toHaveLength(3);
    clock.advance(2_000);
    await tokens.access(renewed);
    expect(cli.runs()).toHaveLength(5);
  });

  it('stays where the CLI is too old to renew by force', async () => {
    const { tokens } = signInByCli(OVER, OVER, { does: 'print', stderr: 'unknown flag: --force-refresh', exitCode: 1 });
    const refused = await tokens.access();
    expect(await tokens.access(refused)).toBe(refused);
  });

  it('is forgotten where its login is over: the next login is found at once (T090, T094)', async () => {
    const { cli, tokens } = signInByCli(OVER, OVER, { does: 'revoked' });
    const refused = await tokens.access();
    expect((await problemOf(tokens.access(refused))).message).toContain('has expired or was revoked');
    cli.plan(TOKEN);
    expect(await tokens.access()).toMatchObject({ token: 'oauth-canary-0123456789' });
  });
});

it.each([
  ['by its date', { does: 'token', token: 'oauth-canary-0123456789', lifeS: 3600 } as const],
  ['by its seconds', { does: 'print', stdout: '{"access_token":"oauth-1234","expires_in":3600}' } as const],
])('the life of a token is known %s', async (_, step) => {
  const { clock, tokens } = signInByCli(step);
  // The stand-in writes dates of its own clock.
  Object.assign(clock, { date: () => Date.now() });
  await tokens.access();
  expect(tokens.leftMs()).toBeGreaterThan(3_500_000);
  expect(tokens.leftMs()).toBeLessThanOrEqual(3_600_000);
});

it('the CLI sees no variable that holds a secret of ours (T162)', async () => {
  const cli = standIn('databricks', TOKEN);
  const settings = { host: HOST, authType: 'databricks-cli', token: 'dapi-canary-0123456789' };
  const encoded = Buffer.from('dapi-canary-0123456789').toString('base64');
  const { tokens } = startSignIn({ settings, env: { ...cli.env, A: 'dapi-canary-0123456789', B: encoded, C: 'c' } });
  await tokens.access();
  const [run] = cli.runs();
  expect(run?.env).toMatchObject({ C: 'c' });
  expect(run?.env).not.toHaveProperty('A');
  expect(run?.env).not.toHaveProperty('B');
});
