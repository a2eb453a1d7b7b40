import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { join } from 'node:path';
import { expect, onTestFinished, test } from 'vitest';
import { startBridge, toWorkspace } from '../support/bridge.ts';
import { makeCertificate } from '../support/certificates.ts';
import { runBin } from '../support/run-bin.ts';
import { CONNECTION, TOKEN } from '../support/scripted.ts';
import { temporaryDirectory } from '../support/temporary.ts';
import { startWireProxy } from '../support/wire-proxy.ts';
import { startWireServer } from '../support/wire-server.ts';

interface Setting {
  readonly host: string;
  readonly env?: Readonly<Record<string, string>>;
}

/** A workspace that answers everything alike. */
async function answering(status: number, body: string): Promise<Setting> {
  const server = createServer((_request, response) => {
    response.writeHead(status, { 'content-type': 'application/json' }).end(body);
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  onTestFinished(() => void server.close().closeAllConnections());
  return { host: `http://127.0.0.1:${(server.address() as AddressInfo).port}` };
}

/** Records a call in a sandbox, where it works. */
async function recorded(): Promise<string> {
  const file = join(temporaryDirectory(), 'record.jsonl');
  const bridge = startBridge({ args: ['--sandbox', '--record', file, '--record-bodies'] });
  await bridge.initialize();
  await bridge.call(1, 'tools/list');
  await bridge.finish();
  return file;
}

/** A port on which nothing listens. */
async function refusing(): Promise<Setting> {
  const server = createServer();
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const { port } = server.address() as AddressInfo;
  await new Promise((resolve) => server.close(resolve));
  return { host: `http://127.0.0.1:${port}` };
}

const BLOCKED = 'Source IP address: 192.0.2.1 is blocked by Databricks IP ACL for workspace: 4711';
const M2M = { DATABRICKS_TOKEN: '', DATABRICKS_CLIENT_ID: 'id-4711', DATABRICKS_CLIENT_SECRET: 'secret-0123456789' };

test.each<[string, () => Promise<Setting>, RegExp]>([
  [
    'a certificate that is not trusted',
    async () => ({ host: (await startWireServer({}, { tls: await makeCertificate() })).host }),
    /cannot be reached: its certificate is not trusted/,
  ],
  [
    'a proxy that answers 407',
    async () => {
      const { url } = await startWireProxy({ to: 1, refuses: 407 });
      return { host: 'https://workspace.example', env: { HTTPS_PROXY: url } };
    },
    /does not lead to the workspace: it wants a user and a password/,
  ],
  ['a refused connection', refusing, /cannot be reached: nothing listens there \(ECONNREFUSED\)/],
  [
    'a refused connection at sign-in',
    async () => ({ ...(await refusing()), env: M2M }),
    /cannot be reached: nothing listens there \(ECONNREFUSED\)/,
  ],
  [
    'a 403 of an IP access list',
    () => answering(403, JSON.stringify({ error_code: '403', message: BLOCKED })),
    /does not accept calls from this network/,
  ],
  [
    'a token that is refused',
    () => answering(401, '{"error_code":"401","message":"Invalid access token."}'),
    /did not accept the token/,
  ],
])(
  '%s: every command gives the sentence of serve (T225)',
  async (_, setting, says) => {
    const { env: more = {}, host } = await setting();
    const way = toWorkspace({ host, token: TOKEN, connection: CONNECTION });
    const env = { ...way.env, ...more };
    const bridge = startBridge({ args: way.args, env });
    const { error } = (await bridge.call(1, 'tools/list')) as unknown as {
      error: { message: string; data: { hint: string } };
    };
    const sentence = error.message.replace(error.data.hint, '').replace(/\.? ?$/, '');
    expect(sentence).toMatch(says);
    const record = await recorded();
    const commands = [
      ['replay', record],
      ['whoami'],
      ['list'],
      ['call', 'get_me'],
      ['request', 'GET', '/x'],
      ['doctor'],
    ];
    for (const words of commands) {
      const [name = ''] = words;
      const args = name === 'whoami' || name === 'list' ? [] : way.args;
      const { code, stderr, stdout } = await runBin({ args: [...words, ...args], env, timeoutMs: 60_000 });
      expect(code, name).not.toBe(0);
      const said = name === 'doctor' ? stdout : stderr;
      expect(said, name).toContain(sentence);
      expect(said, name).toContain(error.data.hint);
      expect(stdout, name).not.toMatch(/token +good/);
    }
  },
  60_000,
);
