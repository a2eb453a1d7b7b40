import { deepStrictEqual } from 'node:assert/strict';
import fc from 'fast-check';
import { chooseRoute } from '../../../src/databricks/routes/choose.ts';
import type { Access, Route } from '../../../src/ports.ts';
import { headersFor } from '../../../src/protocol/headers.ts';
import { readLine } from '../../../src/protocol/read-line.ts';
import type { Session } from '../../../src/protocol/session.ts';
import { grown } from '../choices.ts';
import { lineBytes } from '../message-texts.ts';
import type { Target } from '../target.ts';

const ACCESS: Access = { origin: 'https://adb-1.azuredatabricks.net', token: 'dapi-0123456789', workspaceId: '1' };
const DESTINATION = { connection: 'github', url: undefined, service: undefined, path: '/mcp' } as const;
const SESSION: Session = {
  at: 'open',
  generation: 1,
  handshake: { initialize: '{}' },
  version: '2025-11-25',
  id: 'session-1',
};

const ROUTES: readonly { readonly route: Route; readonly path: string }[] = [
  {
    route: chooseRoute({ ...DESTINATION, route: 'external-function' }, 'test'),
    path: '/api/2.0/external-function',
  },
  {
    route: chooseRoute({ ...DESTINATION, route: 'connection-proxy' }, 'test'),
    path: '/api/2.0/unity-catalog/connections/github/proxy/mcp',
  },
  { route: chooseRoute({ ...DESTINATION, route: 'managed-mcp' }, 'test'), path: '/api/2.0/mcp/external/github' },
  {
    route: chooseRoute({ ...DESTINATION, connection: undefined, service: 'a.b.c', route: 'managed-mcp' }, 'test'),
    path: '/ai-gateway/mcp-services/a.b.c',
  },
];

/** Beside these, a message adds only the headers that are derived from it. */
const OUTER = ['accept', 'accept-encoding', 'authorization', 'content-type', 'user-agent', 'x-databricks-workspace-id'];
const DERIVED = new Set(['mcp-protocol-version', 'mcp-session-id', 'mcp-method', 'mcp-name']);

/** T179, T180, T181: whatever a message says, it goes to the same place by the same way, as it was written. */
export const calls: Target = {
  name: 'calls',
  share: 10,
  property: fc.property(
    grown(160, (choices) => lineBytes(choices)),
    (bytes) => {
      const message = readLine({ is: 'whole', bytes });
      if (message === undefined || message.kind === 'refused' || message.kind === 'dropped') return;
      const headers = headersFor(message, SESSION);
      for (const { path, route } of ROUTES) {
        const call = route.wrap({ method: 'POST', headers, text: message.text }, ACCESS);
        deepStrictEqual([call.origin, call.method, call.path], [ACCESS.origin, 'POST', path]);
        deepStrictEqual(call.headers['authorization'], 'Bearer dapi-0123456789');
        const added = Object.keys(call.headers).filter((name) => !OUTER.includes(name));
        if (route.name !== 'external-function') {
          deepStrictEqual(
            added.filter((name) => !DERIVED.has(name)),
            [],
          );
          deepStrictEqual(call.body, message.text);
          continue;
        }
        deepStrictEqual(added, []);
        const envelope = JSON.parse(String(call.body));
        deepStrictEqual(
          { ...envelope, headers: JSON.parse(envelope.headers) },
          {
            connection_name: 'github',
            method: 'POST',
            path: '/mcp',
            headers,
            json: message.text,
            params: null,
          },
        );
      }
      deepStrictEqual(Object.keys(Object.prototype), []);
    },
  ),
};
