import { expect, test } from 'vitest';
import { SANDBOX_USER } from '../../src/sandbox/door.ts';
import { SANDBOX_WORKSPACE_ID } from '../../src/sandbox/identity.ts';
import { platformError, raw } from '../support/canned.ts';
import { runBin } from '../support/run-bin.ts';
import { TOKEN } from '../support/scripted.ts';
import { CLIENT, configFile, startSigningIn } from '../support/signing-in.ts';
import { standIn } from '../support/stand-in.ts';

test('prints who a token stands for, and where everything came from (T095)', async () => {
  const { host } = await startSigningIn();
  const { code, stderr, stdout } = await runBin({
    args: ['whoami'],
    env: { DATABRICKS_HOST: host, DATABRICKS_TOKEN: TOKEN },
  });
  expect({ code, stderr }).toEqual({ code: 0, stderr: '' });
  expect(stdout.split('\n')).toEqual([
    `host          ${host} (DATABRICKS_HOST)`,
    'profile       none',
    'settings      token (DATABRICKS_TOKEN)',
    'signing in    pat, because DATABRICKS_TOKEN is set',
    'token         good; its end is not known',
    `user          ${SANDBOX_USER.userName} (${SANDBOX_USER.displayName})`,
    `workspace id  ${SANDBOX_WORKSPACE_ID}`,
    '',
  ]);
});

test('tells the same to machines, of a service principal and a profile (T095)', async () => {
  const id = '00000000-1111-2222-3333-444444444444';
  const { host } = await startSigningIn({ clients: { [id]: CLIENT.secret } });
  const { file } = configFile(`[work]\nhost = ${host}\nclient_id = ${id}\n`);
  const env = { DATABRICKS_CONFIG_FILE: file, DATABRICKS_CLIENT_SECRET: CLIENT.secret };
  const { code, stdout } = await runBin({ args: ['whoami', '--json', '--profile', 'work'], env });
  expect(code).toBe(0);
  const found = JSON.parse(stdout);
  expect(found).toEqual({
    host: { value: host, from: 'the profile [work]' },
    profile: { name: 'work', from: '--profile', file },
    settings: {
      client_id: { value: id, from: 'the profile [work]' },
      client_secret: { from: 'DATABRICKS_CLIENT_SECRET' },
    },
    auth: {
      type: 'oauth-m2m',
      because: 'client_id of the profile [work] and DATABRICKS_CLIENT_SECRET are set',
    },
    token: { expiresInSeconds: expect.any(Number) },
    identity: { kind: 'service principal', userName: id, displayName: expect.any(String), id: expect.any(String) },
    workspaceId: SANDBOX_WORKSPACE_ID,
  });
  expect(found.token.expiresInSeconds).toBeGreaterThan(3_500);
});

test('a login of the CLI is shown with the life of its token', async () => {
  const { host, issuer } = await startSigningIn();
  const cli = standIn('databricks', { does: 'token', token: issuer.issue(SANDBOX_USER) });
  const { code, stdout } = await runBin({ args: ['whoami'], env: { ...cli.env, DATABRICKS_HOST: host } });
  expect(code).toBe(0);
  expect(stdout).toMatch(
    /^signing in {4}databricks-cli, because nothing else is configured, and the databricks CLI is/m,
  );
  expect(stdout).toMatch(/^token {9}good for (?:59|60) min$/m);
});

test('the sandbox answers too, and nothing that is set up stands in its way', async () => {
  const env = { DATABRICKS_HOST: 'https://x.example', DATABRICKS_CLIENT_ID: 'c', DATABRICKS_CONFIG_PROFILE: 'none' };
  const { code, stdout } = await runBin({ args: ['whoami', '--sandbox'], env });
  expect(code).toBe(0);
  expect(stdout).toContain('--sandbox');
});

test.each<[what: string, env: Readonly<Record<string, string>>, code: number, says: RegExp]>([
  ['nothing is set up', {}, 77, /There is no Databricks configuration file/],
  [
    'the token is not accepted',
    { DATABRICKS_HOST: 'HOST', DATABRICKS_TOKEN: 'dapi-wrong-0123456789' },
    77,
    /did not accept the token/,
  ],
  [
    'the secret is not accepted',
    { DATABRICKS_HOST: 'HOST', DATABRICKS_CLIENT_ID: CLIENT.id, DATABRICKS_CLIENT_SECRET: 'wrong-0123456789' },
    77,
    /does not accept the client client-4711/,
  ],
  ['nothing listens there', { DATABRICKS_HOST: 'http://127.0.0.1:1', DATABRICKS_TOKEN: TOKEN }, 1, /cannot be reached/],
  [
    'two ways are configured',
    { DATABRICKS_HOST: 'HOST', DATABRICKS_TOKEN: TOKEN, DATABRICKS_CLIENT_ID: 'c' },
    78,
    /Two ways/,
  ],
  [
    'the profile is not there',
    { DATABRICKS_CONFIG_PROFILE: 'none', DATABRICKS_CONFIG_FILE: 'FILE' },
    78,
    /no profile \[none\]/,
  ],
  ['the way is not ours', { DATABRICKS_HOST: 'HOST', DATABRICKS_AUTH_TYPE: 'azure-msi' }, 78, /az login --identity/],
])('%s: one sentence with the next step, and exit code (T158)', async (_, env, code, says) => {
  const { host } = await startSigningIn();
  const { file } = configFile('[DEFAULT]\nhost = https://x.example\n');
  const filled = Object.entries(env).map(([name, value]) => [name, value.replace('HOST', host).replace('FILE', file)]);
  const run = await runBin({ args: ['whoami', '--json'], env: Object.fromEntries(filled) });
  expect(run.code).toBe(code);
  expect(run.stderr).toMatch(says);
  if (run.stdout !== '') expect(JSON.parse(run.stdout).problem.message).toMatch(says);
});

test.each([
  ['a login page', raw('<html>Please log in</html>'), 77, /web page, probably that of a login/],
  ['something else', raw('{"a":1}'), 1, /answered with something else/],
  ['a missing scope', raw('Provided OAuth token does not have required scopes: scim', 403), 77, /lacks a scope/],
  ['an error of its own', platformError(500, 'INTERNAL_ERROR', 'boom'), 1, /boom/],
])('a workspace that answers with %s is not taken for one that knows us', async (_, reply, code, says) => {
  const { createServer } = await import('node:http');
  const server = createServer((_request, response) => {
    if ('cut' in reply) return;
    response.writeHead(reply.status).end(reply.body as string);
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const { port } = server.address() as { port: number };
  const env = { DATABRICKS_HOST: `http://127.0.0.1:${port}`, DATABRICKS_TOKEN: TOKEN };
  const run = await runBin({ args: ['whoami'], env });
  server.closeAllConnections();
  server.close();
  expect(run.code).toBe(code);
  expect(run.stderr).toMatch(says);
});
