import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { SANDBOX_USER } from '../../src/sandbox/door.ts';
import { startBridge } from '../support/bridge.ts';
import { expectBridgeError } from '../support/bridge-error.ts';
import { expectNoTrace, formsOf } from '../support/canary.ts';
import { platformError, raw } from '../support/canned.ts';
import { runBin } from '../support/run-bin.ts';
import { CONNECTION, opened, SESSION_ID, TOKEN } from '../support/scripted.ts';
import { see } from '../support/seen.ts';
import { CLIENT, configFile, type SigningInWorkspace, startSigningIn } from '../support/signing-in.ts';
import { standIn } from '../support/stand-in.ts';
import { temporaryDirectory } from '../support/temporary.ts';

const ID_TOKEN = 'eyJhbGciOiJub25lIn0.canary+0123456789/abcdef.sig';
const HEADER = 'header-canary+0123456789';

/** Where everything goes wrong loudly: what a call brings comes back in the words of the refusal, in every form. */
async function startEchoing() {
  /** Every token that was brought. */
  const brought = new Set<string>();
  let isWell = true;
  const workspace = await startSigningIn({
    trusts: (idToken) => idToken === ID_TOKEN,
    onAuthorization: ({ authorization, form }) => {
      if (isWell) return undefined;
      return raw(JSON.stringify({ error: 'server_error', error_description: `${authorization} ${form}` }), 400);
    },
    onCall: (external) => {
      const call = see(external);
      const token = external.outer.headers.authorization?.replace('Bearer ', '') ?? '';
      brought.add(token);
      if (call.what === 'initialize') return opened(call, SESSION_ID);
      if (call.id === undefined) return raw('', 202);
      const said = [...formsOf(token), ...formsOf(SESSION_ID), ...Object.values(call.headers)].join(' ');
      return platformError(400, 'BAD_REQUEST', `${'x'.repeat(150)} ${said}`);
    },
  });
  return {
    workspace,
    brought,
    fallIll: () => {
      isWell = false;
      workspace.issuer.revoke();
    },
  };
}

test.each<[way: string, env: (workspace: SigningInWorkspace) => Readonly<Record<string, string>>]>([
  ['pat', () => ({ DATABRICKS_TOKEN: TOKEN })],
  ['oauth-m2m', () => ({ DATABRICKS_CLIENT_ID: CLIENT.id, DATABRICKS_CLIENT_SECRET: CLIENT.secret })],
  ['env-oidc', () => ({ DATABRICKS_OIDC_TOKEN_ENV: 'MY_TOKEN', MY_TOKEN: ID_TOKEN })],
  [
    'databricks-cli',
    ({ issuer }) => {
      const token = issuer.issue(SANDBOX_USER);
      const cli = standIn(
        'databricks',
        { does: 'token', token },
        { does: 'print', stderr: `Error: ${'x'.repeat(150)} ${formsOf(token).join(' ')}`, exitCode: 1 },
      );
      return { ...cli.env, STAND_IN: cli.folder };
    },
  ],
])(
  'signed in by %s, no secret is left anywhere, in no form, at trace level, whatever fails (T160, T161, T162, T163)',
  async (auth, envOf) => {
    const { brought, fallIll, workspace } = await startEchoing();
    const logFile = join(temporaryDirectory(), 'log');
    const env = {
      DATABRICKS_HOST: workspace.host,
      UC_MCP_LOG_FILE: logFile,
      UC_MCP_LOG_LEVEL: 'trace',
      UC_MCP_HEADERS: `X-Canary: ${HEADER}`,
      ...envOf(workspace),
    };
    const bridge = startBridge({ args: ['--connection', CONNECTION], env });
    expect(await bridge.initialize()).toHaveProperty('result');
    await bridge.says(new RegExp(`"auth":"${auth}"`));
    const echoed = await bridge.call(1, 'tools/call');
    expect(echoed.error?.message).toContain('[redacted]');
    fallIll();
    expect(await bridge.call(2, 'tools/call')).toHaveProperty('error');
    const args = readFileSync(`/proc/${bridge.child.pid}/cmdline`, 'utf8');
    await bridge.finish();
    const asked = await runBin({ args: ['whoami', '--json'], env });

    const children = 'STAND_IN' in env ? readFileSync(join(`${env.STAND_IN}`, 'runs.jsonl'), 'utf8') : '';
    const everything = [
      ...bridge.lines,
      bridge.stderr,
      readFileSync(logFile, 'utf8'),
      args,
      asked.stdout,
      asked.stderr,
      children,
    ];
    expect(brought.size).toBeGreaterThan(0);
    expectNoTrace(everything.join('\n'), [TOKEN, CLIENT.secret, ID_TOKEN, HEADER, SESSION_ID, ...brought]);
  },
);

test('a profile with every secret that there is keeps them to itself (T160, T161)', async () => {
  const { workspace } = await startEchoing();
  const secrets = ['dapi-canary-0123456789', 'dose-canary-0123456789', 'azure-canary-0123456789'];
  const [token, clientSecret, azureSecret] = secrets;
  const { file } = configFile(
    `[p]\nhost=${workspace.host}\ntoken=${token}\nclient_id=c\nclient_secret=${clientSecret}\nazure_client_secret=${azureSecret}\n`,
  );
  const env = { DATABRICKS_CONFIG_FILE: file, UC_MCP_LOG_LEVEL: 'trace' };
  const bridge = startBridge({ args: ['--connection', CONNECTION, '--profile', 'p'], env });
  expectBridgeError(await bridge.initialize(), { kind: 'auth', outcome: 'not_sent', message: /Two ways/ });
  await bridge.finish();
  const asked = await runBin({ args: ['whoami', '--profile', 'p'], env });
  expect(asked.code).toBe(78);
  expectNoTrace([...bridge.lines, bridge.stderr, asked.stdout, asked.stderr].join('\n'), secrets);
});
