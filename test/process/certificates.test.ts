import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import type { TlsOptions } from 'node:tls';
import { beforeAll, describe, expect, test } from 'vitest';
import { expectBridgeError } from '../support/bridge-error.ts';
import { type Certificate, makeAuthority, makeCertificate } from '../support/certificates.ts';
import { runBin } from '../support/run-bin.ts';
import { temporaryDirectory } from '../support/temporary.ts';
import { startWired, WRITE, write } from '../support/wired.ts';

let company: Certificate;
let good: Certificate;

beforeAll(async () => {
  company = await makeAuthority('Company CA');
  good = await makeCertificate({ by: company });
});

function caFile(text: string): string {
  const file = join(temporaryDirectory(), 'ca.pem');
  writeFileSync(file, text);
  return file;
}

describe('a company certificate is believed (T112)', () => {
  test.each<[string, (file: string) => { args?: string[]; env?: Record<string, string> }]>([
    ['by --ca-file', (file) => ({ args: ['--ca-file', file] })],
    ['by UC_MCP_CA_FILE', (file) => ({ env: { UC_MCP_CA_FILE: file } })],
    ['by NODE_EXTRA_CA_CERTS', (file) => ({ env: { NODE_EXTRA_CA_CERTS: file } })],
    ["by the system's store", (file) => ({ env: { SSL_CERT_FILE: file } })],
  ])('%s', async (_how, way) => {
    const { bridge, server } = await startWired({}, { tls: good, ...way(caFile(company.cert)) });
    const answers = await Promise.all([1, 2, 3, 4].map((id) => write(bridge, id)));
    for (const answer of answers) expect(answer).toHaveProperty('result');
    expect(server.of(WRITE)).toHaveLength(4);
  });

  test('by NODE_EXTRA_CA_CERTS, beside another one by --ca-file', async () => {
    const other = await makeAuthority('Other CA');
    const options = { args: ['--ca-file', caFile(other.cert)], env: { NODE_EXTRA_CA_CERTS: caFile(company.cert) } };
    const { bridge } = await startWired({}, { tls: good, ...options });
    expect(await write(bridge, 1)).toHaveProperty('result');
  });
});

describe('a certificate that proves nothing is refused before anything is sent (T112)', () => {
  test.each<[string, () => Promise<Certificate>, RegExp]>([
    ['of an unknown authority', async () => good, /not trusted .*--ca-file/],
    ['that is signed by itself', () => makeCertificate(), /not trusted .*--ca-file/],
    ['that has expired', () => makeCertificate({ by: company, validUntil: new Date('2002-01-01') }), /has expired/],
    ['made out to another name (T173)', () => makeCertificate({ by: company, names: ['x.example'] }), /another name/],
  ])('%s', async (what, make, message) => {
    const args = what.includes('authority') ? [] : ['--ca-file', caFile(company.cert)];
    const { bridge, server } = await startWired({}, { tls: await make(), args });
    expectBridgeError(await write(bridge, 1), {
      kind: 'unreachable',
      outcome: 'not_sent',
      message,
      data: { attempts: 1 },
    });
    expect(server.requests).toEqual([]);
  });

  test('even where NODE_TLS_REJECT_UNAUTHORIZED is 0, which is said loudly', async () => {
    const { bridge, server } = await startWired({}, { tls: good, env: { NODE_TLS_REJECT_UNAUTHORIZED: '0' } });
    expectBridgeError(await write(bridge, 1), { kind: 'unreachable', outcome: 'not_sent', message: /not trusted/ });
    await bridge.says(/"level":40[^\n]*NODE_TLS_REJECT_UNAUTHORIZED=0 is ignored/);
    expect(server.requests).toEqual([]);
  });
});

describe('a server that refuses the handshake is named with the reason, and nothing was run (T216)', () => {
  test.each<[string, Pick<TlsOptions, 'ciphers' | 'maxVersion' | 'minVersion' | 'requestCert'>, RegExp]>([
    ['a client certificate by TLS 1.3', { requestCert: true }, /demands a client certificate/],
    ['a client certificate by TLS 1.2', { requestCert: true, maxVersion: 'TLSv1.2' }, /demands a client certificate/],
    [
      'TLS 1.1',
      { minVersion: 'TLSv1', maxVersion: 'TLSv1.1', ciphers: 'DEFAULT@SECLEVEL=0' },
      /version of TLS that is new enough; 1\.2 is/,
    ],
    ['an old cipher', { ciphers: 'AES256-SHA', maxVersion: 'TLSv1.2' }, /or a cipher that is not offered/],
  ])('%s', async (what, options, message) => {
    const { bridge, server } = await startWired(
      {},
      { tls: { ...good, ...options }, args: ['--ca-file', caFile(company.cert)] },
    );
    const answer = await write(bridge, 1);
    // With TLS 1.3 the refusal may come behind the request, which the server has not read.
    const outcome = answer.error?.data?.['outcome'] === 'rejected' && what.endsWith('1.3') ? 'rejected' : 'not_sent';
    expectBridgeError(answer, { kind: 'unreachable', outcome, message, data: { attempts: 1 } });
    expect(answer.error?.message).not.toMatch(/connection ended|OUTCOME UNKNOWN/);
    expect(server.requests).toEqual([]);
  });
});

describe('a file for --ca-file that cannot be used ends the start with the reason (T112)', () => {
  test.each<[string, string | undefined, RegExp]>([
    ['is not there', undefined, /cannot be read \(ENOENT\)/],
    ['holds no certificate', 'hello', /holds no certificate in PEM form/],
    ['is broken', '-----BEGIN CERTIFICATE-----\nAAAA\n-----END CERTIFICATE-----\n', /is broken/],
  ])('that %s', async (_what, text, says) => {
    const file = text === undefined ? join(temporaryDirectory(), 'none.pem') : caFile(text);
    const { code, stderr } = await runBin({ args: ['--connection', 'c', '--ca-file', file] });
    expect(code).toBe(78);
    expect(stderr).toMatch(says);
  });
});
