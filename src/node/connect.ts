/** How a connection to the workspace comes about: directly or through a proxy, and whom its certificate must come from. */

import type { Socket } from 'node:net';
import type { SecureContext } from 'node:tls';
import type { buildConnector } from 'undici';
import build from 'undici/lib/core/connect.js';
import type { Log } from '../ports.ts';
import { chooseProxy, mentionsProxy, type ProxyChoice } from './proxy-choice.ts';

/** TCP and TLS together, in milliseconds. */
const CONNECT_MS = 8_000;
/** Before the next address of a host is tried beside the first, in milliseconds. Node's 250 gives up too early. */
const NEXT_ADDRESS_MS = 2_000;
/** Silence after which the system asks whether the far end is still there, in milliseconds: slow tools are silent. */
const PROBE_MS = 30_000;

/**
 * Bytes that a connection may hold unread: two reads of Node's. With one, each read would fill it, and Node would stop reading
 * and start again for each: two calls of the system for 64 KB, and as much in JavaScript. [measured 2026-11-28]
 */
const UNREAD_BYTES = 128 * 1024;

/** What a certificate is refused with whose authority is not known. The system may know it. */
const UNKNOWN_AUTHORITY: ReadonlySet<unknown> = new Set([
  'UNABLE_TO_GET_ISSUER_CERT',
  'UNABLE_TO_GET_ISSUER_CERT_LOCALLY',
  'UNABLE_TO_VERIFY_LEAF_SIGNATURE',
  'SELF_SIGNED_CERT_IN_CHAIN',
  'DEPTH_ZERO_SELF_SIGNED_CERT',
]);

export interface Network {
  /** Address of the proxy for everything, `none` for no proxy at all; undefined where the environment decides. Secret. */
  readonly proxy?: string | undefined;
  /** Certificates, in PEM form, of authorities that are believed beside those that Node knows. */
  readonly authorities?: readonly string[] | undefined;
  readonly log?: Log | undefined;
}

type Connect = buildConnector.connector;

/** A connection, or the question to a proxy for one. */
interface Opening {
  once(event: 'close', listener: () => void): unknown;
  destroy(): unknown;
}

export interface Connector {
  readonly connect: Connect;
  /** Closes whatever is open or being opened: undici closes only what it was given, and that is what is open. */
  close(): void;
}

/** @param origin - what all of its connections lead to */
export function connectorFor(origin: string, { authorities = [], log, proxy }: Network): Connector {
  const choice = proxyFor(origin, proxy, log);
  const openings = new Set<Opening>();
  const usual = authorities.length === 0 ? connectBy(choice, undefined, note) : trusting(authorities);
  let wider: Promise<Connect | undefined> | undefined;

  function note(opening: Opening): void {
    openings.add(opening);
    opening.once('close', () => openings.delete(opening));
  }

  return {
    connect,
    close() {
      for (const opening of openings) opening.destroy();
    },
  };

  async function connect(target: buildConnector.Options, callback: buildConnector.Callback): Promise<void> {
    const tried = wider;
    const open = (await tried) ?? (await usual);
    open(target, (...[error, socket]) => {
      if (error === null) callback(null, socket);
      else if (tried !== undefined || !UNKNOWN_AUTHORITY.has(codeIn(error))) callback(error, null);
      else void again();

      /** Nothing was sent yet: a connection to somebody who is not believed is closed before that. */
      async function again(): Promise<void> {
        wider ??= trustingSystem();
        const better = await wider;
        if (better === undefined) callback(error as Error, null);
        else better(target, callback);
      }
    });
  }

  async function trusting(certificates: readonly string[]): Promise<Connect> {
    const { contextWith } = await import('./trust.ts');
    return connectBy(choice, contextWith(certificates), note);
  }

  async function trustingSystem(): Promise<Connect | undefined> {
    const { systemCertificates } = await import('./trust.ts');
    const system = systemCertificates(process.env);
    return system.length === 0 ? undefined : trusting([...authorities, ...system]);
  }
}

/** @param note - told of everything that is being opened */
function connectBy(
  choice: ProxyChoice | undefined,
  secureContext: SecureContext | undefined,
  note: (opening: Opening) => void,
): Connect {
  // NODE_TLS_REJECT_UNAUTHORIZED=0 would hand the token to anybody who stands in between.
  const trust = { rejectUnauthorized: true, ...(secureContext && { secureContext }) } as const;
  const open = build({
    ...trust,
    timeout: CONNECT_MS,
    keepAliveInitialDelay: PROBE_MS,
    highWaterMark: UNREAD_BYTES,
    autoSelectFamily: true,
    autoSelectFamilyAttemptTimeout: NEXT_ADDRESS_MS,
  });
  const direct: Connect = (target, callback) =>
    note(
      open(target, (...[error, socket]) => {
        if (error !== null) callback(error, null);
        else checkUnused(socket, callback);
      }),
    );
  if (choice === undefined) return direct;
  return async (target, callback) => {
    const { openTunnel } = await import('./proxy-tunnel.ts');
    openTunnel(choice.proxy, target, trust, CONNECT_MS, note).then(
      (socket) => {
        if (target.protocol === 'https:') direct({ ...target, httpSocket: socket }, callback);
        else checkUnused(socket, callback);
      },
      (error) => callback(error, null),
    );
  };
}

/**
 * Refuses a new connection on which bytes arrive, or which closes, before the first request: such bytes answer no request,
 * and undici replaces a closed connection without a wait, again and again.
 */
function checkUnused(socket: Socket, callback: buildConnector.Callback): void {
  // A TLS alert leaves the socket open, and undici would report the end behind it as the cause.
  socket.once('error', (alert) => socket.destroy(alert));
  const check = () => {
    const error = whyUnusable(socket);
    if (error === null) return callback(null, socket);
    socket.destroy();
    callback(error, null);
  };
  // Node begins to read in this turn of the event loop and sees in the next one what has arrived.
  setImmediate(() => setImmediate(check));
}

function whyUnusable(socket: Socket): Error | null {
  if (socket.readableLength > 0) return coded('BYTES_TOO_SOON', 'bytes arrived before the first request');
  if (socket.errored) return socket.errored;
  const isClosed = socket.destroyed || socket.readableEnded;
  return isClosed ? coded('CLOSED_TOO_SOON', 'the connection was closed before the first request') : null;
}

function coded(code: string, message: string): Error {
  return Object.assign(new Error(message), { code });
}

function proxyFor(origin: string, option: string | undefined, log: Log | undefined): ProxyChoice | undefined {
  if (option === undefined && !mentionsProxy(process.env)) return undefined;
  const choice = chooseProxy(origin, option, process.env);
  if (typeof choice === 'string') {
    log?.warn({}, choice);
    return undefined;
  }
  if (choice !== undefined) log?.info({ proxy: choice.proxy.origin, because: choice.because }, 'going through a proxy');
  return choice;
}

function codeIn(error: Error): unknown {
  return (error as { code?: unknown }).code;
}
