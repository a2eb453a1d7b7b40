import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { beforeAll, describe, expect, onTestFinished, test, vi } from 'vitest';
import { proxySecrets } from '../../src/node/network.ts';
import { Secrets } from '../../src/protocol/secrets.ts';
import { type BridgeProcess, startBridge, toWorkspace } from '../support/bridge.ts';
import { expectBridgeError } from '../support/bridge-error.ts';
import { type Certificate, makeAuthority, makeCertificate } from '../support/certificates.ts';
import { FAST_CLOCK, HIGH_RANDOM } from '../support/preload.ts';
import { runBin } from '../support/run-bin.ts';
import { CONNECTION, TOKEN } from '../support/scripted.ts';
import { temporaryDirectory } from '../support/temporary.ts';
import { startWireProxy, type WireProxy, type WireProxyOptions } from '../support/wire-proxy.ts';
import { startWireServer, type WireServer } from '../support/wire-server.ts';
import { WRITE, write } from '../support/wired.ts';

const SECRET = 'p%40ss-canary-0123456789';
const PLAIN = 'p@ss-canary-0123456789';
/** A name that only the proxy can find. */
const WORKSPACE = 'https://workspace.example';

let company: Certificate;
let certificate: Certificate;

beforeAll(async () => {
  company = await makeAuthority('Company CA');
  certificate = await makeCertificate({ by: company, names: ['workspace.example', 'localhost'] });
});

interface Proxied {
  readonly bridge: BridgeProcess;
  readonly proxy: WireProxy;
  readonly server: WireServer;
}

async function startProxied(
  way: (proxy: WireProxy) => { args?: string[]; env?: Record<string, string> },
  {
    host = () => WORKSPACE,
    plain = false,
    ...options
  }: Partial<WireProxyOptions> & { host?: (server: WireServer) => string; plain?: boolean } = {},
  nodeArgs: readonly string[] = [],
): Promise<Proxied> {
  const server = await startWireServer({}, plain ? {} : { tls: certificate });
  const proxy = await startWireProxy({ to: server.port, ...options });
  const file = join(temporaryDirectory(), 'ca.pem');
  writeFileSync(file, company.cert);
  const { args = [], env } = way(proxy);
  const to = toWorkspace({ host: host(server), token: TOKEN, connection: CONNECTION });
  const bridge = startBridge({ args: [...to.args, '--ca-file', file, ...args], env: { ...to.env, ...env }, nodeArgs });
  return { bridge, proxy, server };
}

describe('a workspace behind a proxy is reached by CONNECT (T113)', () => {
  test.each<[string, (proxy: WireProxy) => { args?: string[]; env?: Record<string, string> }]>([
    ['HTTPS_PROXY', ({ url }) => ({ env: { HTTPS_PROXY: url } })],
    ['https_proxy', ({ url }) => ({ env: { https_proxy: url, HTTPS_PROXY: 'http://127.0.0.1:1' } })],
    ['ALL_PROXY', ({ url }) => ({ env: { ALL_PROXY: url } })],
    ['a bare address', ({ port }) => ({ env: { HTTPS_PROXY: `127.0.0.1:${port}` } })],
    ['--proxy, above NO_PROXY', ({ url }) => ({ args: ['--proxy', url], env: { NO_PROXY: '*' } })],
    ['UC_MCP_PROXY', ({ url }) => ({ env: { UC_MCP_PROXY: url, HTTPS_PROXY: 'http://127.0.0.1:1' } })],
    [
      'NO_PROXY for others',
      ({ url }) => ({ env: { HTTPS_PROXY: url, NO_PROXY: 'localhost,10.0.0.0/8,.example.com' } }),
    ],
  ])('%s', async (_what, way) => {
    const { bridge, proxy, server } = await startProxied(way);
    expect(await write(bridge, 1)).toHaveProperty('result');
    expect(await write(bridge, 2)).toHaveProperty('result');
    expect(proxy.asked).toEqual([{ to: 'workspace.example:443', authorization: undefined }]);
    expect(server.of(WRITE)).toHaveLength(2);
    await bridge.says(/going through a proxy/);
  });

  test('by a proxy that speaks TLS itself', async () => {
    const { bridge, proxy } = await startProxied(({ url }) => ({ env: { HTTPS_PROXY: url } }), { tls: certificate });
    expect(await write(bridge, 1)).toHaveProperty('result');
    expect(proxy.asked).toHaveLength(1);
  });

  test('on loopback without TLS too, by HTTP_PROXY', async () => {
    const way = ({ url }: WireProxy) => ({ env: { HTTP_PROXY: url } });
    const { bridge, proxy, server } = await startProxied(way, { host: ({ host }) => host, plain: true });
    expect(await write(bridge, 1)).toHaveProperty('result');
    expect(proxy.asked).toEqual([{ to: `127.0.0.1:${server.port}`, authorization: undefined }]);
  });

  test('with user and password, which are shown to nobody else', async () => {
    const way = ({ url }: WireProxy) => ({ env: { HTTPS_PROXY: url.replace('//', `//ada:${SECRET}@`) } });
    const { bridge, proxy, server } = await startProxied(way, { wants: `ada:${PLAIN}` });
    expect(await write(bridge, 1)).toHaveProperty('result');
    expect(proxy.asked[0]?.authorization).toBe(`Basic ${Buffer.from(`ada:${PLAIN}`).toString('base64')}`);
    expect(JSON.stringify(server.requests)).not.toMatch(/proxy-auth|canary-0123456789"/);
    await bridge.says(/going through a proxy/);
    for (const form of [SECRET, PLAIN]) expect(bridge.stderr + bridge.lines.join()).not.toContain(form);
  });
});

test.each([
  ['50%canary-0123456789', '50%canary-0123456789'],
  ['100%zz%-canary-0123456789%', '100%zz%-canary-0123456789%'],
  ['a@b@canary-0123456789', 'a@b@canary-0123456789'],
  ['%E4canary-0123456789%20', '%E4canary-0123456789 '],
])('the password %s is taken as written, and shown to the proxy alone (T221)', async (written, meant) => {
  const address = ({ url }: WireProxy) => url.replace('//', `//ada:${written}@`);
  for (const way of [
    (proxy: WireProxy) => ({ env: { HTTPS_PROXY: `  ${address(proxy)}` } }),
    (proxy: WireProxy) => ({ env: { UC_MCP_PROXY: address(proxy) } }),
  ]) {
    const { bridge, proxy } = await startProxied(way, { wants: `ada:${meant}` });
    expect(await write(bridge, 1)).toHaveProperty('result');
    expect(proxy.asked[0]?.authorization).toBe(`Basic ${Buffer.from(`ada:${meant}`).toString('base64')}`);
    expect(bridge.stderr + bridge.lines.join()).not.toContain('canary-0123456789');
  }
});

test.each([
  'http://ada:s3cret@canary-01234@h:1',
  '  http://ada:canary-0123@h:1',
  ' ada: canary-0123 @h',
  'http://a:canary/0123@h',
])('the secret of %s is known, however it is written (T221)', (address) => {
  vi.stubEnv('HTTPS_PROXY', address);
  onTestFinished(() => void vi.unstubAllEnvs());
  const secrets = new Secrets();
  for (const secret of proxySecrets(undefined)) secrets.add(secret);
  // A variable that is changed by this is kept from other programs.
  expect(secrets.scrub(address)).not.toMatch(/canary|0123/);
});

test('a proxy that sends bytes behind its 200 is asked three times, with growing waits, and named (T256)', async () => {
  const way = ({ url }: WireProxy) => ({ env: { HTTP_PROXY: url } });
  const behind = 'HTTP/1.1 200 OK\r\ncontent-length: 2\r\n\r\n{}';
  const options = { behind, host: ({ host }: WireServer) => host, plain: true };
  const { bridge, proxy, server } = await startProxied(way, options, HIGH_RANDOM);
  expectBridgeError(await write(bridge, 1), { kind: 'unreachable', outcome: 'not_sent', message: /PROXY_BYTES/ });
  const [first = 0, second = 0, third = 0, ...more] = proxy.askedAtMs;
  expect(more).toEqual([]);
  // Nine tenths of 400 and of 800 ms.
  expect(second - first).toBeGreaterThan(350);
  expect(third - second).toBeGreaterThan(700);
  expect(server.requests).toEqual([]);
});

describe('a proxy is left out (T113)', () => {
  test.each<[string, (proxy: WireProxy) => { args?: string[]; env?: Record<string, string> }]>([
    ['by NO_PROXY', ({ url }) => ({ env: { HTTPS_PROXY: url, NO_PROXY: 'localhost' } })],
    ['by no_proxy with a port', ({ url }) => ({ env: { HTTPS_PROXY: url, no_proxy: 'x,LOCALHOST:*,localhost' } })],
    ['by *', ({ url }) => ({ env: { HTTPS_PROXY: url, NO_PROXY: '*' } })],
    ['by --proxy none', ({ url }) => ({ args: ['--proxy', 'none'], env: { HTTPS_PROXY: url } })],
    ['since it is for http', ({ url }) => ({ env: { HTTP_PROXY: url } })],
  ])('%s', async (_what, way) => {
    const { bridge, proxy } = await startProxied(way, { host: ({ host }) => host });
    expect(await write(bridge, 1)).toHaveProperty('result');
    expect(proxy.asked).toEqual([]);
  });

  test('by the sandbox, which is in the process itself', async () => {
    const bridge = startBridge({
      args: ['--sandbox'],
      env: { HTTP_PROXY: 'http://127.0.0.1:1', ALL_PROXY: 'http://127.0.0.1:1' },
    });
    expect(await bridge.initialize()).toHaveProperty('result');
  });
});

describe('a proxy that does not lead there is named, without its password, and nothing was sent (T113, T097)', () => {
  const way = ({ url }: WireProxy) => ({ env: { HTTPS_PROXY: url.replace('//', `//ada:${SECRET}@`) } });

  test.each<[string, Partial<WireProxyOptions>, RegExp, number]>([
    ['it wants other credentials', { wants: 'bob:x' }, /wants a user and a password \(PROXY_407\).*USER:PASSWORD@/, 1],
    ['it refuses', { refuses: 403 }, /refused to lead to the workspace \(PROXY_403\)/, 1],
    ['it finds no way', { refuses: 502 }, /found no way to the workspace \(PROXY_502\)/, 3],
  ])('%s', async (_what, options, message, attempts) => {
    const { bridge, proxy, server } = await startProxied(way, options);
    const answer = await write(bridge, 1);
    expectBridgeError(answer, { kind: 'unreachable', outcome: 'not_sent', message, data: { attempts } });
    expect(answer.error?.message).toContain(`The proxy ${proxy.url} does not lead`);
    expect(proxy.asked).toHaveLength(attempts);
    expect(server.connections).toBe(0);
    for (const form of [SECRET, PLAIN]) expect(bridge.stderr + JSON.stringify(answer)).not.toContain(form);
  });

  test('it is gone', async () => {
    const { bridge } = await startProxied(() => ({ env: { HTTPS_PROXY: `http://ada:${SECRET}@127.0.0.1:1` } }));
    const message = /The proxy http:\/\/127\.0\.0\.1:1 does not lead to the workspace: .*ECONNREFUSED.*--proxy none/;
    expectBridgeError(await write(bridge, 1), { kind: 'unreachable', outcome: 'not_sent', message });
    expect(bridge.stderr).not.toContain(SECRET);
  });

  test('it says nothing', async () => {
    const { bridge } = await startProxied(way, { silent: true }, FAST_CLOCK);
    expectBridgeError(await write(bridge, 1), { kind: 'unreachable', outcome: 'not_sent', message: /in time/ });
  });
});

test.each([
  ['socks5://127.0.0.1:1', /SOCKS is not spoken/],
  ['ftp://x', /give the address of an HTTP proxy/],
  [`http://ada:${SECRET}@x/path`, /give the address of an HTTP proxy/],
])('--proxy %s is refused at the start, and not quoted (T113)', async (url, says) => {
  const { code, stderr } = await runBin({ args: ['--connection', 'c', '--proxy', url] });
  expect(code).toBe(78);
  expect(stderr).toMatch(says);
  expect(stderr).not.toContain(SECRET);
});
