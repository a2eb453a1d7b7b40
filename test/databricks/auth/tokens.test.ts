import { writeFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import type { Access, Send } from '../../../src/ports.ts';
import type { CannedReply } from '../../../src/sandbox/workspace.ts';
import { raw } from '../../support/canned.ts';
import { problemOf, startSignIn } from '../../support/sign-in.ts';
import { CLIENT, configFile, type SigningInWorkspace, startSigningIn } from '../../support/signing-in.ts';
import { standIn } from '../../support/stand-in.ts';
import { temporaryDirectory } from '../../support/temporary.ts';

const M2M = { clientId: CLIENT.id, clientSecret: CLIENT.secret };
const ID_TOKEN = 'eyJ.id-canary-0123456789.x';

type Options = Parameters<typeof startSigningIn>[0];

async function startM2m(options: Options = {}) {
  const workspace = await startSigningIn(options);
  return { workspace, ...startSignIn({ settings: { host: workspace.host, ...M2M } }) };
}

const tokenRequests = ({ issuer }: SigningInWorkspace) => issuer.requests('token');

/** Answers token requests with these, one after the other, and then as a workspace does that is well. */
function tokenAnswers(...replies: readonly CannedReply[]): NonNullable<Options>['onAuthorization'] {
  return ({ asks, nth }) => (asks === 'token' ? replies[nth - 1] : undefined);
}

const json = (body: unknown, status = 200) => raw(JSON.stringify(body), status);

describe('the token that is held', () => {
  it('is asked for once by fifty calls at the moment of expiry (T080, T092)', async () => {
    const { clock, tokens, workspace } = await startM2m();
    const first = await tokens.access();
    clock.advance(3_600_000 - 40_000);
    const all = await Promise.all(Array.from({ length: 50 }, () => tokens.access()));
    expect(new Set(all.map(({ token }) => token)).size).toBe(1);
    expect(all[0]?.token).not.toBe(first.token);
    expect(tokenRequests(workspace)).toBe(2);
  });

  it('is asked for once by fifty calls that were refused (T080)', async () => {
    const { tokens, workspace } = await startM2m();
    const refused = await tokens.access();
    const all = await Promise.all(Array.from({ length: 50 }, () => tokens.access(refused)));
    expect(new Set(all.map(({ token }) => token)).size).toBe(1);
    expect(tokenRequests(workspace)).toBe(2);
  });

  it('is used as long as more than 40 s are left, and is renewed in the background before (T092)', async () => {
    const { clock, tokens, workspace } = await startM2m();
    const first = await tokens.access();
    clock.advance(3_600_000 - 40_000 - 300_001);
    expect(await tokens.access()).toBe(first);
    expect(tokenRequests(workspace)).toBe(1);
    clock.advance(2);
    expect(await tokens.access()).toBe(first);
    while (tokens.leftMs() !== 3_600_000) await new Promise(setImmediate);
    expect(await tokens.access()).not.toBe(first);
    expect(tokenRequests(workspace)).toBe(2);
  });

  it('stays in use where its renewal fails, to its very end (T091)', async () => {
    let isWell = true;
    const { clock, logged, tokens, workspace } = await startM2m({
      onAuthorization: () => (isWell ? undefined : raw('down', 500)),
    });
    const first = await tokens.access();
    isWell = false;
    clock.advance(3_400_000);
    expect(await tokens.access()).toBe(first);
    while (!logged.some((what) => /could not be renewed early/.test(what))) await new Promise(setImmediate);
    clock.advance(170_000);
    expect(await tokens.access()).toBe(first);
    const asked = workspace.issuer.requests('discovery');
    clock.advance(40_000);
    expect((await problemOf(tokens.access())).message).toContain('HTTP status 500');
    expect(workspace.issuer.requests('discovery')).toBeGreaterThan(asked);
    isWell = true;
    expect((await tokens.access()).token).not.toBe(first.token);
  });

  it('is asked for again half a minute after an early renewal has failed, and not before (T092)', async () => {
    let asked = 0;
    let isWell = true;
    const { clock, logged, tokens } = await startM2m({
      onAuthorization: () => {
        if (isWell) return undefined;
        asked++;
        return raw('down', 500);
      },
    });
    const failures = () => logged.filter((what) => /could not be renewed early/.test(what)).length;
    const first = await tokens.access();
    isWell = false;
    clock.advance(3_400_000);
    const beganAt = clock.now();
    await tokens.access();
    while (failures() < 1) await new Promise(setImmediate);
    const before = asked;
    // The repeats within the renewal have taken some of the half minute.
    clock.advance(beganAt + 29_999 - clock.now());
    expect(await tokens.access()).toBe(first);
    for (let turn = 0; turn < 20; turn++) await new Promise(setImmediate);
    expect(asked).toBe(before);
    clock.advance(1);
    expect(await tokens.access()).toBe(first);
    while (failures() < 2) await new Promise(setImmediate);
    expect(asked).toBeGreaterThan(before);
  });

  it('that is refused is replaced at most once a minute, and its refusal stands else (T081, T082)', async () => {
    const { clock, tokens, workspace } = await startM2m();
    const first = await tokens.access();
    const second = await tokens.access(first);
    expect(second.token).not.toBe(first.token);
    // Somebody who was slow to be refused takes the one that has come since.
    expect(await tokens.access(first)).toBe(second);
    expect(await tokens.access(second)).toBe(second);
    clock.advance(59_999);
    expect(await tokens.access(second)).toBe(second);
    expect(tokenRequests(workspace)).toBe(2);
    clock.advance(1);
    expect(await tokens.access(second)).not.toBe(second);
    expect(tokenRequests(workspace)).toBe(3);
  });

  it('goes by the monotonic clock, whatever the date is set to (T093)', async () => {
    const { clock, tokens, workspace } = await startM2m();
    const first = await tokens.access();
    Object.assign(clock, { date: () => 0 });
    expect(await tokens.access()).toBe(first);
    Object.assign(clock, { date: () => Date.now() + 86_400_000 });
    expect(await tokens.access()).toBe(first);
    expect(tokenRequests(workspace)).toBe(1);
  });

  it('is fetched anew with a secret that was rotated on disk, minute or not (T094)', async () => {
    const workspace = await startSigningIn({ clients: { [CLIENT.id]: 'new-secret-0123456789' } });
    const profile = (secret: string) =>
      `[p]\nhost=${workspace.host}\nclient_id=${CLIENT.id}\nclient_secret=${secret}\n`;
    const { file, write } = configFile(profile('old-secret-0123456789'));
    const { tokens } = startSignIn({ settings: { profile: 'p', configFile: file } });
    expect((await problemOf(tokens.access())).message).toContain(`does not accept the client ${CLIENT.id}`);
    write(profile('new-secret-0123456789'));
    const access = await tokens.access();
    await tokens.access(access);
    const latest = await tokens.access();
    write(profile('new-secret-0123456789').replace('[p]', '[p]\nworkspace_id = 7'));
    expect((await tokens.access(latest)).workspaceId).toBe('7');
  });

  it('leaves no timer behind', async () => {
    const { clock, tokens } = await startM2m();
    await tokens.access();
    expect(clock.waiting).toBe(0);
  });

  it('is given up after nine seconds by whoever waits, and is there for whoever comes next (T078, T089)', async () => {
    let release = (_: undefined) => {};
    const { clock, tokens, workspace } = await startM2m({
      onAuthorization: ({ asks }) => (asks === 'token' ? new Promise((resolve) => (release = resolve)) : undefined),
    });
    const waiting = problemOf(tokens.access());
    while (tokenRequests(workspace) === 0) await new Promise(setImmediate);
    clock.advance(9_000);
    expect((await waiting).message).toContain('Signing in by oauth-m2m has not come about within 9 s');
    clock.advance(21_000);
    const next = tokens.access();
    release(undefined);
    expect(await next).toMatchObject({ origin: workspace.host });
    expect(tokenRequests(workspace)).toBe(1);
  });
});

describe('a token endpoint', () => {
  it.each<[what: string, reply: CannedReply]>([
    ['429', raw('', 429, { 'retry-after': '1' })],
    ['500', raw('<html>', 500)],
    ['a connection that breaks', { cut: true }],
  ])('that answers %s is asked again (T089)', async (_, reply) => {
    const { tokens, workspace } = await startM2m({ onAuthorization: tokenAnswers(reply, reply) });
    expect(await tokens.access()).toMatchObject({ origin: workspace.host });
    expect(tokenRequests(workspace)).toBe(3);
  });

  it.each<[what: string, reply: CannedReply, says: RegExp, requests: number]>([
    ['500 over and over', raw('down', 500), /HTTP status 500 and said: down/, 3],
    ['429 that lasts', raw('', 429, { 'retry-after': '60' }), /HTTP status 429/, 1],
    [
      'a refusal of the client',
      json({ error: 'invalid_client', error_description: 'No.' }, 401),
      /does not accept the client client-4711.*: No\./,
      1,
    ],
    ['a page', raw('<html>Sign in</html>'), /probably that of a login/, 1],
    ['no token', json({ token_type: 'Bearer' }), /with something else/, 1],
    ['a token that is none', json({ access_token: 7 }), /with something else/, 1],
    ['a token with a line break', json({ access_token: 'a\nb' }), /no HTTP header can carry/, 1],
    [
      'a redirect, which is not followed (T170)',
      raw('', 302, { location: '/elsewhere' }),
      /redirects the request for .* to /,
      1,
    ],
  ])('that answers %s is a sentence (T089)', async (_, reply, says, requests) => {
    const { tokens, workspace } = await startM2m({ onAuthorization: tokenAnswers(reply, reply, reply) });
    expect((await problemOf(tokens.access())).message).toMatch(says);
    expect(tokenRequests(workspace)).toBe(requests);
  });

  it.each([
    [0, 60_000],
    [-5, 60_000],
    ['3600', 3_600_000],
    ['soon', 60_000],
    [null, 60_000],
    [1e300, 86_400_000],
    [0.001, 1_000],
  ])('says that a token lives %j s, and it is taken for %d ms (T089)', async (seconds, leftMs) => {
    const { tokens } = await startM2m({
      onAuthorization: tokenAnswers(json({ access_token: 'canary-0123456789', expires_in: seconds })),
    });
    await tokens.access();
    expect(tokens.leftMs()).toBe(leftMs);
  });

  it.each([
    ['on another host', 'https://evil.example/token'],
    ['on another port', 'http://127.0.0.1:1/token'],
    ['with a user name', undefined],
    ['that is no address', 'token'],
  ])('%s gets no credential (T171)', async (_, named) => {
    const { tokens, workspace } = await startM2m({
      onAuthorization: ({ asks }) => {
        const own = `${workspace.host.replace('//', '//user@')}/oidc/v1/token`;
        return asks === 'discovery' ? json({ token_endpoint: named ?? own }) : undefined;
      },
    });
    expect((await problemOf(tokens.access())).message).toContain('to which no credential is sent');
    expect(tokenRequests(workspace)).toBe(0);
  });

  it.each<[what: string, reply: CannedReply]>([
    ['404', json({ error_code: 'ENDPOINT_NOT_FOUND' }, 404)],
    ['a page', raw('<html>')],
  ])('is not found where discovery is answered with %s', async (_, reply) => {
    const { tokens } = await startM2m({ onAuthorization: () => reply });
    expect((await problemOf(tokens.access())).message).toContain('does not say where it issues OAuth tokens');
  });

  it.each<[what: string, reply: CannedReply, says: RegExp]>([
    [
      'an IP access list',
      raw('Unauthorized network access to workspace: 1', 403),
      /not accept calls from this network/,
    ],
    [
      'an IP access list in JSON',
      json(
        {
          error_code: 'PERMISSION_DENIED',
          message: 'Source IP address: 1.2.3.4 is blocked by Databricks IP ACL for workspace: 1',
        },
        403,
      ),
      /not accept calls from this network/,
    ],
    ['403', raw('no', 403), /HTTP status 403 and said: no/],
    ['503', raw('down', 503, { 'retry-after': '60' }), /HTTP status 503 and said: down/],
    ['the page of a login', raw('<html><title>Sign in</title>'), /answered with a web page, probably that of a login/],
    ['private link', raw('', 302, { location: '/?private-link' }), /by private link only/],
    ['a login', raw('', 302, { location: '/login.html' }), /redirects .* to \/login\.html/],
    ['another host (T170)', raw('', 307, { location: 'https://evil.example/' }), /redirects .* to https:\/\/evil/],
  ])('discovery and token request that end at %s say so (T215)', async (_, reply, says) => {
    for (const refused of ['discovery', 'token']) {
      const { tokens } = await startM2m({ onAuthorization: ({ asks }) => (asks === refused ? reply : undefined) });
      const { details, kind, message } = await problemOf(tokens.access());
      expect(`${refused}: ${message}`).toMatch(
        says.source.includes('calls from') && refused === 'token' ? /status 403/ : says,
      );
      expect(message).not.toMatch(/does not say|did not accept the token/);
      expect([kind, details.outcome]).toEqual(['auth', 'not_sent']);
    }
  });
});

describe('a token of another issuer is exchanged', () => {
  const trusting: Options = { trusts: (idToken) => idToken === ID_TOKEN };

  async function exchanged(
    settings: Readonly<Record<string, string>>,
    env: Readonly<Record<string, string>> = {},
  ): Promise<Access> {
    const workspace = await startSigningIn(trusting);
    const { secrets, tokens } = startSignIn({ settings: { host: workspace.host, clientId: 'c', ...settings }, env });
    const access = await tokens.access();
    expect(workspace.issuer.holder(access.token)?.userName).toBe('c');
    expect(secrets.scrub(ID_TOKEN)).toBe('[redacted]');
    return access;
  }

  it('from the variable that is named', () => exchanged({ oidcTokenEnv: 'MY_TOKEN' }, { MY_TOKEN: ` ${ID_TOKEN}\n` }));

  it('from the usual variable', () => exchanged({}, { DATABRICKS_OIDC_TOKEN: ID_TOKEN }));

  it('from a file', async () => {
    const { file } = configFile(`${ID_TOKEN}\n`);
    await exchanged({ oidcTokenFile: file });
  });

  it.each([
    [undefined, /^http:\/\/127\.0\.0\.1:\d+\/oidc\/v1\/token$/],
    ['my-audience', /^my-audience$/],
  ])('from the GitHub job, with the audience %s', async (audience, expected) => {
    const asked: string[] = [];
    const github = await startSigningIn({
      onQuestion: (path) => {
        asked.push(path);
        return { status: 200, body: JSON.stringify({ value: ID_TOKEN }) };
      },
      token: 'actions-canary-0123456789',
    });
    await exchanged({
      actionsUrl: `${github.host}/api/2.1/unity-catalog/connections?api-version=2`,
      actionsToken: 'actions-canary-0123456789',
      ...(audience && { tokenAudience: audience }),
    });
    const query = new URL(asked[0] ?? '', github.host).searchParams;
    expect(query.get('api-version')).toBe('2');
    expect(query.get('audience')).toMatch(expected);
  });

  it.each<
    [what: string, settings: Readonly<Record<string, string>>, env: Readonly<Record<string, string>>, says: RegExp]
  >([
    ['the variable is not set', { oidcTokenEnv: 'MY_TOKEN' }, {}, /MY_TOKEN is not set/],
    [
      'the variable holds something else',
      { oidcTokenEnv: 'MY_TOKEN' },
      { MY_TOKEN: 'two words' },
      /in MY_TOKEN is no token/,
    ],
    [
      'nobody trusts it',
      { oidcTokenEnv: 'MY_TOKEN' },
      { MY_TOKEN: 'eyJ.other' },
      /does not accept the OIDC token from MY_TOKEN for the service principal c: No federation policy/,
    ],
    [
      'the file is not there',
      { oidcTokenFile: '/nonexistent/token' },
      {},
      /\/nonexistent\/token cannot be read \(ENOENT\)/,
    ],
    ['the file is a folder', { oidcTokenFile: '/' }, {}, /cannot be read \((?:EISDIR|it is no regular file)\)/],
    ['GitHub is somewhere else', { actionsUrl: 'http://evil.example/', actionsToken: 'x' }, {}, /no https address/],
  ])('or not: %s', async (_, settings, env, says) => {
    const workspace = await startSigningIn(trusting);
    const { tokens } = startSignIn({ settings: { host: workspace.host, clientId: 'c', ...settings }, env });
    expect((await problemOf(tokens.access())).message).toMatch(says);
  });

  it('an empty file says so', async () => {
    const workspace = await startSigningIn(trusting);
    const file = `${temporaryDirectory()}/token`;
    writeFileSync(file, '\n');
    const { tokens } = startSignIn({ settings: { host: workspace.host, oidcTokenFile: file } });
    expect((await problemOf(tokens.access())).message).toContain('it is empty');
  });
});

describe('Azure', () => {
  const AZURE = {
    azureClientId: 'app-1',
    azureClientSecret: 'azure canary+0123456789',
    azureTenantId: '11111111-2222-3333-4444-555555555555',
  };

  it.each([
    ['https://adb-1.7.azuredatabricks.net', undefined, 'https://login.microsoftonline.com'],
    ['https://adb-1.7.databricks.azure.us', undefined, 'https://login.microsoftonline.us'],
    ['https://adb-1.7.databricks.azure.cn', undefined, 'https://login.chinacloudapi.cn'],
    ['https://vanity.example', 'USGovernment', 'https://login.microsoftonline.us'],
    ['https://vanity.example', undefined, 'https://login.microsoftonline.com'],
  ])(
    "an application's secret for %s (ARM_ENVIRONMENT %s) goes to %s alone (T171)",
    async (host, environment, authority) => {
      const forms: URLSearchParams[] = [];
      const workspace = await startSigningIn({
        onAuthorization: ({ form }) => {
          forms.push(form);
          return json({ access_token: 'azure-token-0123456789', expires_in: '3599' });
        },
      });
      const origins: string[] = [];
      // The authority, as far as it is on this machine.
      const through =
        (send: Send): Send =>
        (call, signal, unsentMs) => {
          origins.push(`${call.origin}${call.path}`);
          return send({ ...call, origin: workspace.host, path: '/oidc/v1/token' }, signal, unsentMs);
        };
      const settings = { host, ...AZURE, ...(environment && { azureEnvironment: environment }) };
      const { tokens } = startSignIn({ settings, through });
      expect(await tokens.access()).toMatchObject({ origin: host, token: 'azure-token-0123456789' });
      expect(origins).toEqual([`${authority}/${AZURE.azureTenantId}/oauth2/token`]);
      expect(Object.fromEntries(forms[0] ?? [])).toEqual({
        grant_type: 'client_credentials',
        client_id: 'app-1',
        client_secret: AZURE.azureClientSecret,
        resource: '2ff814a6-3304-4ab8-85cb-cd0e6f879c1d',
      });
      expect(tokens.leftMs()).toBe(3_599_000);
    },
  );

  it.each([
    [{ azureTenantId: '../evil' }, /neither an id nor a domain/],
    [{ azureEnvironment: '__proto__' }, /names no cloud/],
  ])('%j is refused before anything is sent (T171)', async (wrong, says) => {
    const through = (): Send => () => Promise.reject(new Error('nothing is to be sent'));
    const { tokens } = startSignIn({
      settings: { host: 'https://x.azuredatabricks.net', ...AZURE, ...wrong },
      through,
    });
    expect((await problemOf(tokens.access())).message).toMatch(says);
  });

  it('a login of the az CLI is used, and its tenant is named', async () => {
    const cli = standIn('az', { does: 'azure', token: 'azure-token-0123456789' });
    const settings = { host: 'https://x.azuredatabricks.net', azureTenantId: 'contoso.example' };
    const { said, tokens } = startSignIn({ settings, env: cli.env });
    expect(await tokens.access()).toMatchObject({ token: 'azure-token-0123456789' });
    expect(said).toMatchObject([{ auth: 'azure-cli' }]);
    expect(cli.runs()).toMatchObject([
      {
        args: [
          'account',
          'get-access-token',
          '--resource=2ff814a6-3304-4ab8-85cb-cd0e6f879c1d',
          '--output=json',
          '--tenant=contoso.example',
        ],
        stdin: '',
      },
    ]);
  });

  it('where the databricks CLI has no login, the az CLI is tried', async () => {
    const databricks = standIn('databricks', { does: 'noLogin' });
    const az = standIn('az', { does: 'azure', token: 'azure-token-0123456789' });
    const PATH = `${databricks.folder}:${az.env['PATH']}`;
    const { said, tokens } = startSignIn({ settings: { host: 'https://x.azuredatabricks.net' }, env: { PATH } });
    expect(await tokens.access()).toMatchObject({ token: 'azure-token-0123456789' });
    expect(said.map(({ auth }) => auth)).toEqual(['databricks-cli', 'azure-cli']);
  });

  it.each([
    [
      { does: 'print', stderr: "Please run 'az login' to setup account.", exitCode: 1 },
      /not logged in with the az CLI/,
    ],
    [{ does: 'print', stderr: 'boom', exitCode: 1 }, /failed with exit code 1: boom/],
    [{ does: 'print', stdout: '{}' }, /gave no token/],
  ] as const)('what the az CLI says is said to the person: %j', async (step, says) => {
    const cli = standIn('az', step);
    const settings = { host: 'https://x.azuredatabricks.net', authType: 'azure-cli' };
    const { tokens } = startSignIn({ settings, env: cli.env });
    expect((await problemOf(tokens.access())).message).toMatch(says);
  });
});
