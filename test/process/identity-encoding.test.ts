import { expect, test } from 'vitest';
import { startBridge, toWorkspace } from '../support/bridge.ts';
import { runBin } from '../support/run-bin.ts';
import { CONNECTION, TOKEN } from '../support/scripted.ts';
import { CLIENT } from '../support/signing-in.ts';
import { http, startWireServer, type WireHandler } from '../support/wire-server.ts';

test('a sign-in and its discovery ask for no encoding (T104)', async () => {
  const signIn: WireHandler = ({ headers, target }, peer) => {
    const place = { token_endpoint: `http://${headers['host']}/oidc/v1/token` };
    const token = { access_token: TOKEN, expires_in: 3600, token_type: 'Bearer' };
    peer.send(http(JSON.stringify(target.includes('well-known') ? place : token)));
  };
  const server = await startWireServer({ GET: signIn, POST: signIn });
  const env = {
    DATABRICKS_HOST: server.host,
    DATABRICKS_CLIENT_ID: CLIENT.id,
    DATABRICKS_CLIENT_SECRET: CLIENT.secret,
  };
  const bridge = startBridge({ args: ['--connection', CONNECTION], env });
  expect(await bridge.call(1, 'tools/list')).toHaveProperty('result');
  expect(server.requests.map(({ what }) => what)).toEqual(['GET', 'POST', 'tools/list']);
  for (const { headers, what } of server.requests) expect(headers['accept-encoding'], what).toBe('identity');
});

test.each(['external-function', 'connection-proxy'])(
  'a plain request by %s asks for no encoding (T104)',
  async (route) => {
    const server = await startWireServer({ '*': (_request, peer) => peer.send(http('{}')) });
    const way = toWorkspace({ host: server.host, token: TOKEN, connection: CONNECTION });
    const { code } = await runBin({ args: ['request', 'GET', '/x', '--route', route, ...way.args], env: way.env });
    expect(code).toBe(0);
    expect(server.requests.map(({ headers }) => headers['accept-encoding'])).toEqual(['identity']);
  },
);
