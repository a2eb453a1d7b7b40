/**
 * A way through an HTTP proxy: CONNECT, for every scheme, so that the proxy sees no header and no body. undici's own agent
 * for it costs as much as its pool, waits five minutes for a proxy that says nothing, and tells a refusal in words only.
 */

import { type ClientRequest, request as requestByHttp } from 'node:http';
import { request as requestByHttps } from 'node:https';
import type { Socket } from 'node:net';
import type { SecureContext } from 'node:tls';
import { unescaped } from './proxy-choice.ts';

export interface Target {
  readonly hostname: string;
  readonly port: string;
  readonly protocol: string;
}

/** Whom the certificate of a proxy that is reached by TLS must come from. */
interface Trust {
  readonly rejectUnauthorized: true;
  readonly secureContext?: SecureContext;
}

/**
 * @param proxy - its user name and password are shown to it, and to nobody else
 * @param note - told of the question to the proxy while that is open
 */
export function openTunnel(
  proxy: URL,
  { hostname, port, protocol }: Target,
  trust: Trust,
  timeoutMs: number,
  note: (asking: ClientRequest) => void,
): Promise<Socket> {
  const authority = `${hostname.includes(':') ? `[${hostname}]` : hostname}:${port || (protocol === 'https:' ? 443 : 80)}`;
  return new Promise((resolve, reject) => {
    const ask = proxy.protocol === 'https:' ? requestByHttps : requestByHttp;
    const request = ask({
      ...trust,
      method: 'CONNECT',
      host: proxy.hostname.replace(/^\[|\]$/g, ''),
      port: proxy.port || (proxy.protocol === 'https:' ? 443 : 80),
      path: authority,
      headers: { host: authority, ...authorization(proxy) },
      agent: false,
    });
    note(request);
    const timer = setTimeout(() => request.destroy(coded('ETIMEDOUT', 'the proxy said nothing')), timeoutMs);
    const fail = (error: Error) => {
      clearTimeout(timer);
      reject(Object.assign(error, { proxy: proxy.origin }));
    };
    request.once('error', fail);
    // What is no 2xx is followed by a body; nobody needs it.
    request.once('connect', ({ statusCode = 0 }, socket: Socket, head: Buffer) => {
      if (statusCode >= 200 && statusCode < 300 && head.length === 0) {
        clearTimeout(timer);
        resolve(socket);
      } else if (head.length > 0 && statusCode < 300) {
        socket.on('error', () => {}).destroy();
        fail(coded('PROXY_BYTES', 'the proxy sent bytes behind its answer'));
      } else {
        socket.on('error', () => {}).destroy();
        fail(coded(`PROXY_${statusCode}`, `the proxy answered with status ${statusCode}`));
      }
    });
    request.end();
  });
}

function authorization({ password, username }: URL): { 'proxy-authorization'?: string } {
  if (username === '' && password === '') return {};
  const pair = `${unescaped(username)}:${unescaped(password)}`;
  return { 'proxy-authorization': `Basic ${Buffer.from(pair).toString('base64')}` };
}

function coded(code: string, message: string): Error {
  return Object.assign(new Error(message), { code });
}
