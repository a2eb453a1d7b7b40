/** Certificates for a test, made when it runs. */

import { generate } from 'selfsigned';

export interface Certificate {
  readonly cert: string;
  readonly key: string;
}

export interface CertificateOptions {
  /** Who signs it; the certificate itself where nobody does. */
  readonly by?: Certificate;
  /** Names that it is made out to. */
  readonly names?: readonly string[];
  readonly validUntil?: Date;
}

const LONG_AGO = new Date('2001-01-01T00:00:00Z');

export async function makeAuthority(name: string): Promise<Certificate> {
  const { cert, private: key } = await generate([{ name: 'commonName', value: name }], {
    keyType: 'ec',
    algorithm: 'sha256',
    extensions: [
      { name: 'basicConstraints', cA: true, critical: true },
      { name: 'keyUsage', keyCertSign: true, cRLSign: true, critical: true },
    ],
  });
  return { cert, key };
}

/** A certificate of a server; 127.0.0.1 and localhost where no names are given. */
export async function makeCertificate({ by, names, validUntil }: CertificateOptions = {}): Promise<Certificate> {
  const altNames = (names ?? ['localhost']).map((value) => ({ type: 2, value }) as const);
  const { cert, private: key } = await generate([{ name: 'commonName', value: names?.[0] ?? 'localhost' }], {
    keyType: 'ec',
    algorithm: 'sha256',
    notBeforeDate: LONG_AGO,
    notAfterDate: validUntil ?? new Date(Date.now() + 86_400_000),
    ...(by && { ca: { key: by.key, cert: by.cert } }),
    extensions: [
      { name: 'basicConstraints', cA: false, critical: true },
      {
        name: 'subjectAltName',
        altNames: names === undefined ? [...altNames, { type: 7, ip: '127.0.0.1' } as const] : altNames,
      },
    ],
  });
  return { cert, key };
}
