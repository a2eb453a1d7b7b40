import { describe, expect, it } from 'vitest';
import { chooseWays } from '../../src/databricks/auth/choose.ts';
import { resolveWorkspace, type Workspace, type WorkspaceSettings } from '../../src/databricks/workspace.ts';
import { Problem } from '../../src/protocol/problem.ts';
import { configFile } from '../support/signing-in.ts';

const HOST = 'https://adb-1.7.azuredatabricks.net';
const CANARY = 'canary-0123456789';

interface Set {
  /** Source of the profile's name; by default neither of the usual ones. */
  readonly profileFrom?: string;
  readonly given?: Partial<WorkspaceSettings>;
  readonly file?: string;
  readonly env?: Readonly<Record<string, string>>;
  readonly installed?: readonly string[];
}

function surroundings({ env = {}, given = {}, profileFrom = '$profile' }: Set) {
  return {
    sources: new Map(Object.keys(given).map((field) => [field, field === 'profile' ? profileFrom : `$${field}`])),
    variable: (name: string) => env[name],
  };
}

function resolved(set: Set): Promise<Workspace> {
  const settings = { profile: undefined, configFile: configFile(set.file ?? '').file, ...set.given };
  return resolveWorkspace(settings, surroundings(set));
}

async function chosen(set: Set) {
  const { installed = [] } = set;
  const programs = { find: (name: string) => (installed.includes(name) ? `/bin/${name}` : undefined) };
  return chooseWays(await resolved(set), { programs, ...surroundings(set) });
}

async function problemOf(work: Promise<unknown>): Promise<Problem> {
  const thrown = await work.then(
    () => undefined,
    (error: unknown) => error,
  );
  if (!(thrown instanceof Problem)) throw new Error(`expected a Problem, not ${String(thrown)}`);
  expect(thrown.kind).toBe('auth');
  expect(`${thrown.message} ${thrown.hint}`).not.toContain(CANARY);
  return thrown;
}

it('says how the profile came to be that one (T095)', async () => {
  const file = `[DEFAULT]\nhost = ${HOST}\n[work]\nhost = ${HOST}\n`;
  const from = async (set: Set) => (await resolved(set)).profile?.from;
  expect(await from({ file })).toBe('by default');
  expect(await from({ file: `${file}[__settings__]\ndefault_profile = work\n` })).toBe('default_profile of the file');
  expect(await from({ file, given: { profile: 'work' } })).toBe('$profile');
});

describe('what is given goes before the profile, attribute by attribute', () => {
  const file = `[DEFAULT]\nhost = ${HOST}\ntoken = default\n[work]\nhost = https://work.example/?o=7\ntoken = work\n`;
  const settings = `[__settings__]\ndefault_profile = work\n${file}`;

  it.each<[what: string, set: Set, origin: string, token: string | undefined, workspaceId: string | undefined]>([
    ['nothing: DEFAULT', { file }, HOST, 'default', undefined],
    ['nothing, with a default_profile', { file: settings }, 'https://work.example', 'work', '7'],
    ['a profile', { file, given: { profile: 'work' } }, 'https://work.example', 'work', '7'],
    [
      'a profile and a token',
      { file, given: { profile: 'work', token: 'given' } },
      'https://work.example',
      'given',
      '7',
    ],
    ['a profile and another host (T095)', { file, given: { profile: 'work', host: HOST } }, HOST, 'work', undefined],
    [
      'host and token',
      { file, given: { host: 'https://x.example', token: 'given' } },
      'https://x.example',
      'given',
      undefined,
    ],
    ['a token: only the host comes from the profile', { file, given: { token: 'given' } }, HOST, 'given', undefined],
    [
      "the host of the profile that nobody named: it is the profile's own",
      { file, given: { host: HOST } },
      HOST,
      'default',
      undefined,
    ],
    [
      'another host: the profile is not meant (T095)',
      { file, given: { host: 'https://x.example' } },
      'https://x.example',
      undefined,
      undefined,
    ],
    [
      'a profile without a workspace, as the CLI writes it',
      { file: `[DEFAULT]\nhost = ${HOST}\ntoken = default\nworkspace_id = none\n` },
      HOST,
      'default',
      undefined,
    ],
    ['a workspace id', { file, given: { profile: 'work', workspaceId: '8' } }, 'https://work.example', 'work', '8'],
  ])('%s', async (_, set, origin, token, workspaceId) => {
    const { values, ...workspace } = await resolved(set);
    expect(workspace.origin).toBe(origin);
    expect(values.get('token')?.text).toBe(token);
    expect(workspace.workspaceId?.text).toBe(workspaceId);
  });

  it('an explicit --profile goes before host and token of the environment, and a warning says so', async () => {
    const given = { profile: 'work', host: 'https://x.example', token: CANARY, workspaceId: '8' };
    const { origin, values, warnings, workspaceId } = await resolved({ file, given, profileFrom: '--profile' });
    expect({ origin, token: values.get('token')?.text, id: workspaceId?.text }).toEqual({
      origin: 'https://work.example',
      token: 'work',
      id: '7',
    });
    expect(warnings).toEqual(['--profile work is used instead of $host, $workspaceId, $token of the environment.']);
    const byVariable = await resolved({ file, given, profileFrom: 'DATABRICKS_CONFIG_PROFILE' });
    expect([byVariable.origin, byVariable.values.get('token')?.text]).toEqual(['https://x.example', CANARY]);
  });

  it('an explicit --profile warns of nothing if the environment names the same host', async () => {
    const given = { profile: 'work', host: 'https://work.example' };
    expect((await resolved({ file, given, profileFrom: '--profile' })).warnings).toEqual([]);
  });

  it('an explicit --profile does not go before other flags', async () => {
    const { file: configured } = configFile(file);
    const settings = { profile: 'work', configFile: configured, host: HOST };
    const sources = new Map([
      ['profile', '--profile'],
      ['host', '--host'],
    ]);
    expect(await resolveWorkspace(settings, { sources, variable: () => undefined })).toMatchObject({ origin: HOST });
  });

  it('says of each value where it was found', async () => {
    const { from, profile, values } = await resolved({ file, given: { profile: 'work', clientId: 'c' } });
    expect({ from, profile }).toEqual({
      from: 'the profile [work]',
      profile: { name: 'work', from: '$profile', isOfHost: true },
    });
    expect(Object.fromEntries(values)).toMatchObject({
      token: { from: 'the profile [work]' },
      clientId: { text: 'c', from: '$clientId' },
    });
  });

  it.each([
    ['there is no file', '/nonexistent/databrickscfg'],
    ['the file is broken', configFileLater('[DEFAULT\n')],
  ])('a host is enough where %s', async (_, path) => {
    const configured = typeof path === 'string' ? path : path();
    const given = { profile: undefined, configFile: configured, host: HOST };
    expect(await resolveWorkspace(given, surroundings({ given }))).toMatchObject({ origin: HOST, profile: undefined });
  });

  function configFileLater(text: string) {
    return () => configFile(text).file;
  }
});

describe('the way is chosen by what is configured', () => {
  const host = HOST;

  it.each<[what: string, set: Set, ways: readonly string[], because: string]>([
    ['a token', { given: { host, token: CANARY } }, ['pat'], '$token is set'],
    [
      'a client and its secret',
      { given: { host, clientId: 'c', clientSecret: CANARY } },
      ['oauth-m2m'],
      '$clientId and $clientSecret are set',
    ],
    [
      'the same in a profile',
      { file: `[DEFAULT]\nhost=${host}\nclient_id=c\nclient_secret=${CANARY}\n` },
      ['oauth-m2m'],
      'client_id of the profile [DEFAULT] and client_secret of the profile [DEFAULT] are set',
    ],
    [
      'the name of a variable',
      { given: { host, oidcTokenEnv: 'X', clientId: 'c' } },
      ['env-oidc'],
      '$oidcTokenEnv is set',
    ],
    [
      'the usual variable',
      { given: { host }, env: { DATABRICKS_OIDC_TOKEN: CANARY } },
      ['env-oidc'],
      'DATABRICKS_OIDC_TOKEN is set',
    ],
    ['a file', { given: { host, oidcTokenFile: '/x', clientId: 'c' } }, ['file-oidc'], '$oidcTokenFile is set'],
    [
      "Python's name for it",
      { given: { host }, env: { DATABRICKS_OIDC_TOKEN_FILE: '/x' } },
      ['file-oidc'],
      'DATABRICKS_OIDC_TOKEN_FILE is set',
    ],
    [
      'a secret of Entra ID',
      { given: { host, azureClientId: 'a', azureClientSecret: CANARY, azureTenantId: 't' } },
      ['azure-client-secret'],
      '$azureClientSecret is set',
    ],
    [
      'a GitHub job',
      { given: { host, actionsUrl: 'https://x', actionsToken: CANARY, clientId: 'c' } },
      ['github-oidc', 'external-browser'],
      'nothing else is configured, and this is a GitHub job with an identity',
    ],
    [
      'a GitHub job with a token',
      { given: { host, actionsUrl: 'https://x', actionsToken: 'x', token: CANARY } },
      ['pat'],
      '$token is set',
    ],
    [
      'two CLIs, on Azure: tried in turn',
      { given: { host }, installed: ['databricks', 'az'] },
      ['databricks-cli', 'azure-cli', 'external-browser'],
      'nothing else is configured, and the databricks CLI is installed',
    ],
    [
      'two CLIs, elsewhere',
      { given: { host: 'https://x.cloud.databricks.com' }, installed: ['databricks', 'az'] },
      ['databricks-cli', 'external-browser'],
      'nothing else is configured, and the databricks CLI is installed',
    ],
    ['nothing (T230)', { given: { host } }, ['external-browser'], 'nothing else is configured for this host'],
    [
      'a profile with a host alone (T230)',
      { file: `[DEFAULT]\nhost=${host}\n` },
      ['external-browser'],
      'nothing else is configured for this host',
    ],
    [
      'a command that prints a token (T238)',
      { given: { host, tokenCommand: '/opt/token' } },
      ['token-command'],
      '$tokenCommand is set',
    ],
    [
      'auth_type before all',
      { given: { host, authType: 'databricks-cli', token: CANARY } },
      ['databricks-cli'],
      '$authType says so',
    ],
    [
      'auth_type of the profile',
      { file: `[DEFAULT]\nhost=${host}\nauth_type = PAT\ntoken=${CANARY}\nclient_id=c\n` },
      ['pat'],
      'the profile [DEFAULT] says so',
    ],
    [
      'a tenant of Azure alone is nothing',
      { given: { host, azureTenantId: 't', token: CANARY } },
      ['pat'],
      '$token is set',
    ],
  ])('%s', async (_, set, ways, because) => {
    const choices = await chosen(set);
    expect(choices.map(({ way }) => way)).toEqual(ways);
    expect(choices[0].because).toBe(because);
  });

  it.each<[what: string, set: Set, says: RegExp, misconfigured: boolean]>([
    [
      'two ways at once (T095)',
      { given: { host, token: CANARY, clientId: 'c', clientSecret: CANARY } },
      /pat \(\$token\) and oauth-m2m \(\$clientId and \$clientSecret\).*--auth-type pat/s,
      true,
    ],
    [
      'environment against profile (T095)',
      {
        given: { host, token: CANARY, profile: 'p' },
        file: `[p]\nhost=${host}\nclient_id=c\nclient_secret=${CANARY}\n`,
      },
      /pat \(\$token\) and oauth-m2m \(client_id of the profile \[p\] and client_secret of the profile \[p\]\)/,
      true,
    ],
    [
      'a way that is not ours beside one that is',
      { given: { host, token: CANARY }, env: { DATABRICKS_PASSWORD: CANARY } },
      /pat \(\$token\) and basic \(DATABRICKS_PASSWORD\).*--auth-type pat/s,
      true,
    ],
    [
      'a secret without its client',
      { given: { host, clientSecret: CANARY } },
      /client_id \(DATABRICKS_CLIENT_ID\) is missing/,
      true,
    ],
    [
      'a client without its secret',
      { given: { host, clientId: 'c' } },
      /client_secret \(DATABRICKS_CLIENT_SECRET\) is missing/,
      true,
    ],
    [
      'half of an application',
      { given: { host, azureClientSecret: CANARY } },
      /ARM_CLIENT_ID\) and azure_tenant_id \(ARM_TENANT_ID\) are missing/,
      true,
    ],
    [
      'a forced way without what it takes',
      { given: { host, authType: 'pat' } },
      /token \(DATABRICKS_TOKEN\) is missing/,
      true,
    ],
    [
      'passwords',
      { given: { host }, env: { DATABRICKS_USERNAME: 'ada' } },
      /for basic: .*no longer takes passwords/,
      true,
    ],
    [
      'a managed identity',
      { given: { host }, env: { ARM_USE_MSI: 'true' } },
      /for azure-msi: .*az login --identity/,
      true,
    ],
    [
      'a key of Google',
      { given: { host }, env: { GOOGLE_CREDENTIALS: CANARY } },
      /for google-credentials: .*oauth-m2m/,
      true,
    ],
    [
      'an auth_type that the SDKs know',
      { file: `[DEFAULT]\nhost=${host}\nauth_type=azure-msi\n` },
      /azure-msi.*az login --identity/,
      true,
    ],
    [
      'an auth_type that nobody knows',
      { file: `[DEFAULT]\nhost=${host}\nauth_type=magic\n` },
      /"magic".*one of pat, oauth-m2m/,
      true,
    ],
    [
      'a host that is none (T183)',
      { file: '[DEFAULT]\n# note\nhost = ht!tp://\n' },
      /The host of the profile \[DEFAULT\] is refused.* Correct it in \S+databrickscfg:3\.$/,
      true,
    ],
    [
      'a workspace id that is none (T183)',
      { file: `[DEFAULT]\nhost=${host}\n\nworkspace_id = \u00e4\n` },
      /The workspace_id of the profile \[DEFAULT\] is refused.*digits or letters\. Correct it in \S+databrickscfg:4\.$/,
      true,
    ],
  ])('%s is a sentence with the next step', async (_, set, says, misconfigured) => {
    const { details, hint, message } = await problemOf(chosen(set));
    expect(`${message} ${hint}`).toMatch(says);
    expect(details.misconfigured ?? false).toBe(misconfigured);
  });

  it.each(['false', '0', ''])('a switch that is %j is off', async (text) => {
    expect(await chosen({ given: { host, token: 'x' }, env: { ARM_USE_MSI: text } })).toMatchObject([{ way: 'pat' }]);
  });
});
