import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { grown } from '../fuzz/choices.ts';
import { isJson } from '../fuzz/line-oracle.ts';
import { lineBytes } from '../fuzz/message-texts.ts';
import { startBridge } from '../support/bridge.ts';
import { type RawHandler, startRawWorkspace } from '../support/raw-workspace.ts';

const LINES = 400;
/** The lines are the same each time; `npm run fuzz -- --target calls` has others. */
const SEED = 179;

const ROUTES: readonly (readonly [route: string, path: string])[] = [
  ['external-function', '/api/2.0/external-function'],
  ['connection-proxy', '/api/2.0/unity-catalog/connections/github/proxy/'],
  ['managed-mcp', '/api/2.0/mcp/external/github'],
];

const nothing: RawHandler = (_, response) => void response.writeHead(202).end();

describe.each(ROUTES)('on the route %s', (route, path) => {
  test('whatever a client writes, every call goes to the same place in the same way (T179)', async () => {
    const workspace = await startRawWorkspace({ POST: nothing });
    const bridge = startBridge({
      args: ['--connection', 'github', '--route', route, '--log-level', 'error'],
      env: { DATABRICKS_HOST: workspace.host, DATABRICKS_TOKEN: 'dapi-0123456789' },
    });
    const lines = fc.sample(grown(160, lineBytes), { numRuns: LINES, seed: SEED });
    for (const line of lines) bridge.child.stdin.write(Buffer.concat([line, Buffer.from('\n')]));
    await bridge.finish();

    const asked = workspace.calls.filter(({ method }) => method === 'POST');
    expect(asked.length).toBeGreaterThan(LINES / 10);
    expect(new Set(asked.map((call) => call.path))).toEqual(new Set([path]));
    const { host } = new URL(workspace.host);
    for (const { body, headers } of asked) {
      expect([headers.host, headers.authorization]).toEqual([host, 'Bearer dapi-0123456789']);
      expect(isJson(body)).toBe(true);
      if (route === 'external-function')
        expect(JSON.parse(body)).toMatchObject({ connection_name: 'github', params: null });
    }
  });
});
