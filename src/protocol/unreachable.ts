/** What the system codes of a failed send mean: one table for every message, command and token request. */

import { type Kind, Problem } from './problem.ts';
import type { FailurePoint } from './retry.ts';

type Lost = Error & { readonly code: string };
type Loss = readonly [codes: RegExp, what: string, kind?: Kind, point?: FailurePoint];

/** @returns undefined where the connection only ended */
export function lossOf({ code, message }: Lost): Loss | undefined {
  return losses().find(([codes]) => codes.test(`${code} ${message}`));
}

/** The parser of HTTP has one code for everything, and says in brackets what it is. */
export function detailOf({ code, message }: Lost): string {
  return /\(([\w ,/-]+)\)$/.exec(message)?.[1] ?? code;
}

export function demandsCertificate(code: string): boolean {
  return CERTIFICATE_DEMANDED.test(code);
}

/** Answers that came, but that no program can read. Made when one has come, as all tables of what goes wrong. */
const losses = (): readonly Loss[] => [
  [/^ENCODING_ZSTD\b/, 'The answer is compressed with zstd, which this version of Node cannot undo: 22.15 can'],
  [/^ENCODING_/, 'The answer is encoded in a way that the bridge cannot undo'],
  [/^UND_ERR_HEADERS_OVERFLOW\b/, 'The headers of the answer are larger than the bridge carries', 'tooLarge', 'final'],
  [
    /^HTTPParserError|^HPE_|^UND_ERR_(?:RES_)?(?:CONTENT_LENGTH|EXCEEDED)/,
    'The headers or the framing of the answer break the rules of HTTP',
    'outcomeUnknown',
    'broken',
  ],
  [
    /^UND_ERR_SOCKET bad response$/,
    'The server, or a gateway before it, sent a "100 Continue" that nobody asked for, which the bridge cannot skip',
    'outcomeUnknown',
    'broken',
  ],
  [
    /^UND_ERR_SOCKET bad upgrade$/,
    'The server, or a gateway before it, switched to another protocol (status 101) that nobody asked for',
    'outcomeUnknown',
    'broken',
  ],
];

export function endedEarly(code: string): string {
  return `The connection ended before the answer was there (${code}).`;
}

/**
 * The problem of a request of which no byte was sent.
 *
 * @param to - what the request was for, as the middle of a sentence
 */
export function whyUnreachable(
  failure: Error & { readonly code: string; readonly proxy?: string | undefined },
  to: string = WORKSPACE,
): { readonly problem: Problem; readonly isFinal: boolean } {
  const { code, proxy } = failure;
  const [, what = 'the connection failed', reason, isFinal = false] =
    reasons().find(([codes]) => codes.test(code)) ?? [];
  const who =
    proxy === undefined
      ? to === WORKSPACE
        ? 'The workspace cannot be reached'
        : `${to} cannot be reached`
      : `The proxy ${proxy} does not lead to ${to}`;
  const hint = proxy === undefined || code.startsWith('PROXY_') ? reason : PROXY_HINT;
  const sentence = `${who}: ${what} (${code}).`;
  const details = { outcome: 'not_sent' as const, ...(hint === undefined ? {} : { hint }) };
  return { problem: new Problem('unreachable', sentence, details, failure), isFinal };
}

const WORKSPACE = 'the workspace';
const FINAL = true;
const PROXY_HINT = 'Check the address of the proxy (--proxy, HTTPS_PROXY), or leave it out with --proxy none.';
const CERTIFICATE_DEMANDED = /ALERT_CERTIFICATE_REQUIRED$|ALERT_NO_CERTIFICATE$/;
const CERTIFICATE_HINT =
  'Have its owner let this machine in without one, or go through a proxy that shows one (--proxy).';
const CLOCK_HINT = 'Check the date of this machine; else its owner has to renew it.';

/** What each family of system codes means to the person, what to do about it, and whether trying again is vain. */
const reasons = (): readonly (readonly [codes: RegExp, what: string, hint: string, isFinal?: boolean])[] => [
  [
    /^WASM_OUT_OF_MEMORY$/,
    'Node.js has no memory left for WebAssembly, which reading HTTP takes',
    'Raise the limit of the address space (ulimit -v), or start node with --disable-wasm-trap-handler.',
    FINAL,
  ],
  [
    /^PROXY_407$/,
    'it wants a user and a password',
    'Put them into the address of the proxy, in UC_MCP_PROXY or HTTPS_PROXY: http://USER:PASSWORD@HOST:PORT',
    FINAL,
  ],
  [
    /^PROXY_4/,
    'it refused to lead to the workspace',
    'Ask its owner to let the workspace through, or leave the proxy out with NO_PROXY.',
    FINAL,
  ],
  [/^PROXY_BYTES$/, 'it sent bytes behind its answer, before anything was asked', 'Have its owner look at it.'],
  [/^BYTES_TOO_SOON$/, 'it sent bytes before anything was asked', 'Look at the gateway or proxy in between.'],
  [/^CLOSED_TOO_SOON$/, 'it closed the connection at once', 'Look at the gateway or proxy in between.'],
  [/^PROXY_/, 'it found no way to the workspace', 'Check the workspace host and the proxy.'],
  [/^ENOTFOUND$/, 'its name is unknown', 'Check the workspace host for a typing error, then the network or VPN.'],
  [/^EAI_AGAIN$/, 'names cannot be looked up', 'Check the network or VPN.'],
  [/^ECONNREFUSED$/, 'nothing listens there', 'Check the workspace host and its port.'],
  [/TIMEOUT|ETIMEDOUT/, 'it did not answer in time', 'Check the network, the VPN and the proxy.'],
  [/UNREACH|ENETDOWN/, 'there is no way to it', 'Check the network or VPN.'],
  [/^CERT_HAS_EXPIRED$/, 'its certificate has expired', CLOCK_HINT, FINAL],
  [/^CERT_NOT_YET_VALID$/, 'its certificate is not valid yet', CLOCK_HINT, FINAL],
  [
    /ALTNAME/,
    'its certificate is made out to another name',
    'Check the workspace host; if it is right, somebody else answers in its place.',
    FINAL,
  ],
  [CERTIFICATE_DEMANDED, 'it demands a client certificate, and the bridge has none', CERTIFICATE_HINT, FINAL],
  [
    /ALERT_HANDSHAKE_FAILURE$/,
    'it refused the TLS handshake: it demands a client certificate, or a cipher that is not offered',
    CERTIFICATE_HINT,
    FINAL,
  ],
  [
    /ALERT_PROTOCOL_VERSION$|UNSUPPORTED_PROTOCOL$|VERSION_TOO_LOW$/,
    'it does not speak a version of TLS that is new enough; 1.2 is the oldest that is used',
    'Have its owner, or that of the gateway before it, turn on TLS 1.2 or 1.3.',
    FINAL,
  ],
  [
    /CERT|SIGNATURE|ISSUER/,
    'its certificate is not trusted',
    'If your company uses its own certificate authority, name its file with --ca-file (UC_MCP_CA_FILE).',
    FINAL,
  ],
  [/^ERR_SSL_|^EPROTO$/, 'it does not speak TLS there', 'Check the workspace host and its port.'],
];
