/** Whose certificates are believed, beyond what Node believes by itself. Loaded only where that is not enough. */

import { X509Certificate } from 'node:crypto';
import { readFileSync } from 'node:fs';
import * as tls from 'node:tls';

/** Where the systems that keep their authorities in one file keep it. */
const SYSTEM_BUNDLES: readonly string[] = [
  '/etc/ssl/certs/ca-certificates.crt',
  '/etc/pki/tls/certs/ca-bundle.crt',
  '/etc/ssl/ca-bundle.pem',
  '/etc/pki/tls/cacert.pem',
  '/etc/ssl/cert.pem',
];

const CERTIFICATE =
  /-----BEGIN (?:TRUSTED |X509 )?CERTIFICATE-----[^-]{1,1000000}-----END (?:TRUSTED |X509 )?CERTIFICATE-----/g;

/** @returns the certificates in a file, or a sentence's end that says why there are none */
export function readCaFile(file: string): readonly string[] | string {
  let text: string;
  try {
    text = readFileSync(file, 'latin1');
  } catch (error) {
    return `cannot be read (${(error as NodeJS.ErrnoException).code})`;
  }
  const certificates = text.match(CERTIFICATE) ?? [];
  if (certificates.length === 0) return 'holds no certificate in PEM form';
  try {
    for (const certificate of certificates) new X509Certificate(certificate);
  } catch {
    return 'holds a certificate that is broken';
  }
  return certificates;
}

/** What Node believes by itself, and those. */
export function contextWith(more: readonly string[]): tls.SecureContext {
  return tls.createSecureContext({ ca: [...usual(), ...more] });
}

/** The authorities of the system: where Node cannot ask for them yet, those of the file in which Linux keeps them. */
export function systemCertificates(env: Readonly<Record<string, string | undefined>>): readonly string[] {
  const ask = newer().getCACertificates;
  if (ask !== undefined) return ask('system');
  const named = env['SSL_CERT_FILE'];
  for (const file of named === undefined || named === '' ? SYSTEM_BUNDLES : [named]) {
    const certificates = certificatesIn(file);
    if (certificates.length > 0) return certificates;
  }
  return [];
}

/** Naming authorities puts out those that Node has, NODE_EXTRA_CA_CERTS with them: they have to be named again. */
function usual(): readonly string[] {
  const ask = newer().getCACertificates;
  if (ask !== undefined) return ask('default');
  const extra = process.env['NODE_EXTRA_CA_CERTS'];
  return [...tls.rootCertificates, ...(extra === undefined || extra === '' ? [] : certificatesIn(extra))];
}

/** Node 22.15 and 23.10 have it. */
function newer(): { readonly getCACertificates?: (type: 'default' | 'system') => string[] } {
  return tls as object;
}

function certificatesIn(file: string): readonly string[] {
  try {
    return readFileSync(file, 'latin1').match(CERTIFICATE) ?? [];
  } catch {
    return [];
  }
}
