import { expect, test } from 'vitest';
import { SANDBOX_USER } from '../../src/sandbox/door.ts';
import { SANDBOX_WORKSPACE_ID } from '../../src/sandbox/identity.ts';
import { TOKEN } from '../support/scripted.ts';
import { CLIENT, startSigningIn } from '../support/signing-in.ts';

const BASIC = `Basic ${Buffer.from(`${CLIENT.id}:${CLIENT.secret}`).toString('base64')}`;
const CREDENTIALS = { grant_type: 'client_credentials', scope: 'all-apis' };

async function startAsking(options: Parameters<typeof startSigningIn>[0] = {}) {
  const workspace = await startSigningIn(options);
  return {
    workspace,
    ask: (form: Record<string, string>, authorization = BASIC) =>
      fetch(`${workspace.host}/oidc/v1/token`, {
        method: 'POST',
        headers: { authorization },
        body: new URLSearchParams(form),
      }),
    me: (token: string) =>
      fetch(`${workspace.host}/api/2.0/preview/scim/v2/Me`, { headers: { authorization: `Bearer ${token}` } }),
  };
}

test('the workspace says where its tokens are issued', async () => {
  const { workspace } = await startAsking();
  const reply = await fetch(`${workspace.host}/oidc/.well-known/oauth-authorization-server`);
  expect(await reply.json()).toMatchObject({ token_endpoint: `${workspace.host}/oidc/v1/token` });
});

test('a token is issued for a client and its secret, opens the door, and says who it stands for', async () => {
  const { ask, me } = await startAsking({ tokenLifeS: 60 });
  const { access_token: token, expires_in: lifeS } = (await (await ask(CREDENTIALS)).json()) as Record<string, string>;
  expect(lifeS).toBe(60);
  const reply = await me(`${token}`);
  expect(await reply.json()).toMatchObject({ userName: CLIENT.id });
  expect(reply.headers.get('x-databricks-org-id')).toBe(SANDBOX_WORKSPACE_ID);
});

test('the personal access token stands for a user', async () => {
  const { me } = await startAsking();
  expect(await (await me(TOKEN)).json()).toMatchObject({ userName: SANDBOX_USER.userName });
});

test.each([
  ['another secret', CREDENTIALS, 401, 'invalid_client', `Basic ${btoa(`${CLIENT.id}:wrong`)}`],
  ['another client', CREDENTIALS, 401, 'invalid_client', `Basic ${btoa(`__proto__:${CLIENT.secret}`)}`],
  ['no authorization', CREDENTIALS, 401, 'invalid_client', ''],
  ['another scope', { ...CREDENTIALS, scope: 'sql' }, 400, 'invalid_scope', BASIC],
  ['another grant', { ...CREDENTIALS, grant_type: 'password' }, 400, 'unsupported_grant_type', BASIC],
  [
    'a token of an issuer that nobody trusts',
    { ...CREDENTIALS, grant_type: 'urn:ietf:params:oauth:grant-type:token-exchange', subject_token: 'x' },
    400,
    'invalid_grant',
    '',
  ],
])('%s gets no token', async (_, form, status, error, authorization) => {
  const { ask } = await startAsking();
  const reply = await ask(form, authorization);
  expect(reply.status).toBe(status);
  expect(await reply.json()).toMatchObject({ error });
});

test('a token ends with its time, and with all others when they are revoked', async () => {
  const { me, workspace } = await startAsking();
  expect((await me(workspace.issuer.issue(SANDBOX_USER, 0))).status).toBe(403);
  const token = workspace.issuer.issue(SANDBOX_USER);
  expect((await me(token)).status).toBe(200);
  workspace.issuer.revoke();
  expect((await me(token)).status).toBe(403);
});
