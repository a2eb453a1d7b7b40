import { expect, test } from 'vitest';
import { expectBridgeError } from '../support/bridge-error.ts';
import { SOCKET_GUARD } from '../support/preload.ts';
import { http, startWireServer } from '../support/wire-server.ts';
import { startWired, WRITE, write } from '../support/wired.ts';

/** Where the bridge has connected to, and what it has looked up, as the socket saw it. */
function reached(stderr: string): string[] {
  return [...new Set([...stderr.matchAll(/^guard: \w+ (.+)$/gm)].map(([, where = '']) => where))];
}

const REDIRECTS = [301, 302, 303, 307, 308];

test('a redirect is not followed, wherever it leads: the host that is configured is the only one ever reached (T168, T169)', async () => {
  const evil = await startWireServer();
  const targets = [
    '/other',
    `http://127.0.0.1:${evil.port}/`,
    `//127.0.0.1:${evil.port}/x`,
    'https://evil.example/',
    'file:///etc/passwd',
    'data:,x',
  ];
  const { bridge, server } = await startWired(
    {
      [WRITE]: (request, peer) => {
        const [status, location] = JSON.parse(request.message).params.arguments.title.split(' ');
        peer.send(http('<html>moved</html>', Number(status), { location }));
      },
    },
    { nodeArgs: SOCKET_GUARD },
  );
  const cases = REDIRECTS.flatMap((status) => targets.map((location) => `${status} ${location}`));
  for (const [id, title] of cases.entries()) {
    const answer = await bridge.call(id, 'tools/call', { name: 'issue_write', arguments: { title } });
    const data = { httpStatus: Number(title.slice(0, 3)) };
    expectBridgeError(answer, { kind: 'upstreamHttp', outcome: 'rejected', data });
  }
  expect(server.of(WRITE)).toHaveLength(cases.length);
  expect(reached(bridge.stderr)).toEqual([`127.0.0.1:${server.port}`]);
  expect(evil.connections).toBe(0);
});

test('what a refusal names as the place to sign in is not asked (T171)', async () => {
  const evil = await startWireServer();
  const place = `http://127.0.0.1:${evil.port}/.well-known/oauth-protected-resource`;
  const headers = {
    'www-authenticate': `Bearer resource_metadata="${place}", authorization_uri="${place}", realm="https://evil.example/"`,
    link: `<${place}>; rel="alternate"`,
    refresh: `0; url=${place}`,
  };
  const { bridge, server } = await startWired(
    { [WRITE]: (_request, peer) => peer.send(http('{"error":"invalid_token"}', 401, headers)) },
    { nodeArgs: SOCKET_GUARD },
  );
  expectBridgeError(await write(bridge, 1), { kind: 'auth', outcome: 'rejected' });
  expect(await bridge.call(2, 'tools/list')).toHaveProperty('result');
  expect(reached(bridge.stderr)).toEqual([`127.0.0.1:${server.port}`]);
  expect(evil.connections).toBe(0);
});
