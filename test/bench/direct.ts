/** No bridge at all: the same requests, straight at the workspace, by the fastest client there is for Node. */

import { Pool } from 'undici';
import { Died, type Ready, type Talk } from './talk.ts';
import type { RouteName } from './targets.ts';

const ADDRESS: Readonly<Record<RouteName, string>> = {
  'external-function': '/api/2.0/external-function',
  'connection-proxy': '/api/2.0/unity-catalog/connections/bench/proxy/mcp',
};
const INNER = JSON.stringify(
  JSON.stringify({ 'Content-Type': 'application/json', Accept: 'application/json, text/event-stream' }),
);
const START = `{"connection_name":"bench","method":"POST","path":"/mcp","headers":${INNER},"json":`;

export function openDirect(origin: string, route: RouteName): Talk {
  const pool = new Pool(origin);
  const headers = { authorization: 'Bearer bench', 'content-type': 'application/json' };

  const send = (body: string | Buffer) =>
    new Promise<void>((resolve, reject) => {
      pool.dispatch(
        { method: 'POST', path: ADDRESS[route], headers, body },
        {
          onRequestStart() {},
          onResponseStart() {},
          onResponseData() {},
          onResponseEnd: () => resolve(),
          onResponseError: (_, error) => reject(new Died(error.message)),
        },
      );
    });
  const bodyOf = (line: Ready['line']) =>
    route === 'external-function' ? `${START}${JSON.stringify(line.toString().trimEnd())},"params":null}` : line;

  return {
    exchange: ({ line }) => send(bodyOf(line)),
    notify: (line) => void send(bodyOf(line)),
    close: () => pool.close(),
  };
}
