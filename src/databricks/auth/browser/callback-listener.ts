/**
 * Waits for the browser to come back from the sign-in: on loopback only, for one callback. Requests that do not belong to
 * this sign-in are refused, and the wait goes on. [T175, T195]
 */

import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import { Problem } from '../../../protocol/problem.ts';
import { callbackPage } from './callback-page.ts';
import { codeOf } from './token-file.ts';

const FIRST_PORT = 8020;
const LAST_PORT = 8040;

export interface CallbackListener {
  readonly redirect: string;
  /** Resolves with the query of the callback that has this state. */
  callback(state: string): Promise<URLSearchParams>;
  close(): void;
}

type Handle = (request: IncomingMessage, response: ServerResponse) => void;

/** @param fixed - the one port to use. @throws Problem if no port is free */
export async function listenForCallback(fixed: number | undefined): Promise<CallbackListener> {
  let handle: Handle = (_, response) => answer(response, 404, 'This page does not exist.');
  const onRequest: Handle = (request, response) => handle(request, response);
  const [first, last] = fixed === undefined ? [FIRST_PORT, LAST_PORT] : [fixed, fixed];
  for (let port = first; port <= last; port++) {
    const servers = await listenOn(port, onRequest);
    if (servers === undefined) continue;
    const close = () => {
      for (const server of servers) {
        server.close();
        server.closeIdleConnections();
      }
    };
    return {
      redirect: `http://localhost:${port}`,
      callback: (state) =>
        new Promise((resolve) => {
          handle = (request, response) => {
            const query = refusedOrQuery(request, port, state);
            if (typeof query === 'string') return answer(response, 400, query);
            handle = (_, late) => answer(late, 400, 'This sign-in has been answered already.');
            answer(response, query.has('code') ? 200 : 400, outcomeOf(query), () => resolve(query));
          };
        }),
      close,
    };
  }
  const which =
    fixed === undefined ? `None of the ports ${FIRST_PORT} to ${LAST_PORT}` : `Port ${fixed} is not free: it`;
  throw new Problem('auth', `${which} can be used for the sign-in.`, {
    hint: 'End the program that uses it, or set DATABRICKS_OAUTH_CALLBACK_PORT to a free port.',
    misconfigured: true,
  });
}

/** Both addresses of `localhost`: which one a browser takes is its own choice. @returns undefined if the port is taken */
async function listenOn(port: number, handle: Handle): Promise<readonly Server[] | undefined> {
  const servers: Server[] = [];
  for (const host of ['127.0.0.1', '::1']) {
    const server = createServer({ maxHeaderSize: 32 * 1024, requestTimeout: 10_000 }, handle);
    try {
      await new Promise<void>((resolve, reject) => {
        server.once('error', reject);
        server.listen({ port, host }, resolve);
      });
      servers.push(server);
    } catch (error) {
      // Without IPv6 the one address is enough.
      if (host === '::1' && codeOf(error) !== 'EADDRINUSE') continue;
      for (const open of servers) open.close();
      return undefined;
    }
  }
  return servers;
}

/** @returns a sentence for the page if the request is not the callback of this sign-in. It quotes nothing. */
function refusedOrQuery({ headers, method, url = '' }: IncomingMessage, port: number, state: string) {
  // A page of another site that points a name of its own at this machine is told by the Host header.
  const hosts = [`localhost:${port}`, `127.0.0.1:${port}`, `[::1]:${port}`];
  if (!hosts.includes(headers.host ?? '')) return 'This request is for another host.';
  const [path, query = ''] = url.split(/\?(.*)/s);
  if (method !== 'GET' || path !== '/') return 'This page does not exist.';
  const parameters = new URLSearchParams(query);
  const states = parameters.getAll('state');
  if (states.length !== 1 || states[0] !== state) return 'This request does not belong to the sign-in that is waiting.';
  return parameters;
}

function outcomeOf(query: URLSearchParams): string {
  return query.has('code')
    ? 'You can close this window and go back.'
    : 'The sign-in was not completed. Go back to see what to do.';
}

function answer(response: ServerResponse, status: number, sentence: string, sent?: () => void): void {
  response.writeHead(status, {
    'content-type': 'text/html; charset=utf-8',
    'content-security-policy': "default-src 'none'; style-src 'unsafe-inline'; script-src 'unsafe-inline'",
    'referrer-policy': 'no-referrer',
    'cache-control': 'no-store',
    connection: 'close',
  });
  response.end(callbackPage(status === 200, sentence), sent);
}
