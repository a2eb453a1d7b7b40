/** From this machine to the door of the workspace: its name, its address, and whose certificate it shows. */

import { lookup } from 'node:dns/promises';
import type { Socket } from 'node:net';
import { type PeerCertificate, TLSSocket } from 'node:tls';
import { connectorFor, type Network } from '../../node/connect.ts';
import { chooseProxy, type ProxyChoice } from '../../node/proxy-choice.ts';
import type { SendFailure } from '../../ports.ts';
import { excerpt } from '../../protocol/excerpt.ts';
import { Problem } from '../../protocol/problem.ts';
import { failureOf as failureOfCall } from '../../relay/failure.ts';
import { type Finding, failure, note, ok, skipped } from './finding.ts';

const DAY_MS = 86_400_000;
/** A certificate that ends sooner is worth a word. */
const SOON_MS = 7 * DAY_MS;

/** The proxy that calls to the workspace go through; undefined where they go directly. */
export function proxyTo(origin: string, { proxy }: Network): ProxyChoice | undefined {
  const choice = chooseProxy(origin, proxy, process.env);
  return typeof choice === 'object' ? choice : undefined;
}

/** Whether the name of the host, or of the proxy before it, leads to an address. */
export async function examineName(origin: string, proxy: ProxyChoice | undefined): Promise<Finding> {
  const { hostname } = proxy?.proxy ?? new URL(origin);
  const whose = proxy === undefined ? '' : ` (the proxy of ${proxy.because})`;
  try {
    const found = await lookup(hostname.replace(/^\[|\]$/g, ''), { all: true });
    const addresses = found.map(({ address }) => address);
    return ok(`${hostname}${whose} is ${addresses.slice(0, 3).join(', ')}`, { hostname, addresses });
  } catch (cause) {
    const problem = problemOf(origin, cause);
    return failure(`${hostname}${whose} has no address (${codeOf(cause)}).`, problem.hint);
  }
}

/** Opens one connection as calls open theirs, looks at it, and closes it. */
export async function examineConnecting(
  origin: string,
  network: Network,
  proxy: ProxyChoice | undefined,
  nowMs: number,
): Promise<Finding> {
  let socket: Socket;
  try {
    socket = await connected(origin, network);
  } catch (cause) {
    const { hint, kind, message } = problemOf(origin, cause);
    return failure(message, hint, 1, { kind, code: codeOf(cause) });
  }
  try {
    const by = proxy === undefined ? '' : ` through the proxy ${proxy.proxy.host} (${proxy.because})`;
    if (!(socket instanceof TLSSocket)) return ok(`TCP${by}, without TLS: this is for loopback only`, { tls: false });
    return describeTls(socket, by, nowMs);
  } finally {
    socket.destroy();
  }
}

function describeTls(socket: TLSSocket, by: string, nowMs: number): Finding {
  const certificate = socket.getPeerCertificate();
  const protocol = socket.getProtocol() ?? 'TLS';
  const issuer = excerpt(issuerOf(certificate));
  const endsMs = Date.parse(certificate.valid_to);
  const says = `${protocol}${by}, certificate of ${excerpt(nameIn(certificate.subject))} by ${issuer}`;
  const data = { tls: true, protocol, issuer, validTo: certificate.valid_to };
  if (endsMs - nowMs > SOON_MS || Number.isNaN(endsMs)) return ok(says, data);
  const days = Math.max(0, Math.round((endsMs - nowMs) / DAY_MS));
  return note(`${says}, which ends in ${days} days`, 'Tell whoever runs the workspace or the proxy.', data);
}

function issuerOf({ issuer }: PeerCertificate): string {
  return issuer === undefined ? 'somebody who is not named' : nameIn(issuer);
}

function nameIn(name: PeerCertificate['subject'] | undefined): string {
  const { CN, O } = name ?? {};
  return [O, CN].flatMap((part) => part ?? []).join(' ') || '?';
}

function connected(origin: string, network: Network): Promise<Socket> {
  const { hostname, port, protocol } = new URL(origin);
  const host = hostname.replace(/^\[|\]$/g, '');
  const target = {
    hostname: host,
    host: hostname,
    protocol,
    port: port === '' ? (protocol === 'https:' ? '443' : '80') : port,
  };
  return new Promise((resolve, reject) => {
    connectorFor(origin, network).connect(target, (error, socket) => {
      if (socket) resolve(socket);
      else reject(error);
    });
  });
}

/** The words that calls would fail with. */
function problemOf(origin: string, cause: unknown): Problem {
  const error = cause instanceof Error ? cause : new Error(String(cause));
  const { proxy } = error as { proxy?: string };
  const known = { code: codeOf(cause), sent: false, proxy };
  const failed: SendFailure = Object.assign(new Error(error.message, { cause }), known);
  const { problem } = failureOfCall(failed);
  return problem.kind === 'unreachable'
    ? problem
    : new Problem('unreachable', `${origin} cannot be reached (${known.code}).`);
}

function codeOf(cause: unknown): string {
  const { code, errors } = (cause ?? {}) as { code?: unknown; errors?: readonly unknown[] };
  if (typeof code === 'string') return code;
  return errors?.[0] === undefined ? 'no code' : codeOf(errors[0]);
}

export function noName(): Finding {
  return skipped('the address is a number');
}
