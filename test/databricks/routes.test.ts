import { describe, expect, it } from 'vitest';
import { chooseRoute, type Destination } from '../../src/databricks/routes/choose.ts';

const ACCESS = { origin: 'https://ws.example.com', token: 'eyJ-oauth-token', workspaceId: '42' };
const CALL = { method: 'POST', headers: { 'Mcp-Session-Id': 's', Accept: 'a/b' }, text: '{"a":1.0}' } as const;
const to = (destination: Partial<Destination>) =>
  chooseRoute(
    {
      connection: undefined,
      url: undefined,
      service: undefined,
      route: 'external-function',
      path: '/',
      ...destination,
    },
    'uc-mcp-bridge/1.2.3',
  );

describe('external-function', () => {
  it('puts method, path, headers and text into an envelope whose members are strings of JSON', () => {
    const { body, headers, method, origin, path } = to({ connection: 'github', path: '/mcp' }).wrap(CALL, ACCESS);
    expect({ method, origin, path }).toEqual({
      method: 'POST',
      origin: 'https://ws.example.com',
      path: '/api/2.0/external-function',
    });
    expect(JSON.parse(String(body))).toEqual({
      connection_name: 'github',
      method: 'POST',
      path: '/mcp',
      headers: '{"Mcp-Session-Id":"s","Accept":"a/b"}',
      json: '{"a":1.0}',
      params: null,
    });
    expect(headers).toEqual({
      authorization: 'Bearer eyJ-oauth-token',
      'content-type': 'application/json',
      accept: 'text/plain',
      'accept-encoding': 'identity',
      'user-agent': 'uc-mcp-bridge/1.2.3',
      'x-databricks-workspace-id': '42',
    });
  });

  it('sends DELETE inside the envelope, with no JSON', () => {
    const { body, method } = to({ connection: 'github' }).wrap({ method: 'DELETE', headers: {} }, ACCESS);
    expect(method).toBe('POST');
    expect(JSON.parse(String(body))).toMatchObject({ method: 'DELETE', json: null });
  });
});

describe('the routes without an envelope', () => {
  it.each<[Partial<Destination>, string]>([
    [{ connection: 'github', route: 'connection-proxy' }, '/api/2.0/unity-catalog/connections/github/proxy/'],
    [
      { connection: 'github', route: 'connection-proxy', path: '/mcp' },
      '/api/2.0/unity-catalog/connections/github/proxy/mcp',
    ],
    [{ connection: 'github', route: 'managed-mcp' }, '/api/2.0/mcp/external/github'],
    [{ service: 'system.ai.github' }, '/ai-gateway/mcp-services/system.ai.github'],
    [{ url: { origin: undefined, path: '/api/2.0/mcp/genie/1' } }, '/api/2.0/mcp/genie/1'],
    [{ url: { origin: 'https://ws.example.com', path: '/api/2.0/mcp/sql' } }, '/api/2.0/mcp/sql'],
  ])('%o lead to %s, with the text as it is', (destination, path) => {
    const route = to(destination);
    expect(route.streams).toBe(true);
    expect(route.wrap(CALL, ACCESS)).toEqual({
      origin: 'https://ws.example.com',
      method: 'POST',
      path,
      headers: {
        'mcp-session-id': 's',
        accept: 'a/b',
        authorization: 'Bearer eyJ-oauth-token',
        'accept-encoding': 'identity',
        'user-agent': 'uc-mcp-bridge/1.2.3',
        'x-databricks-workspace-id': '42',
      },
      body: '{"a":1.0}',
    });
  });
});

describe('--url on another host', () => {
  const app = to({ url: { origin: 'https://x.databricksapps.com', path: '/mcp' } });

  it('gives the token to a Databricks App that was named', () => {
    expect(app.wrap(CALL, ACCESS)).toMatchObject({ origin: 'https://x.databricksapps.com', path: '/mcp' });
  });

  it('gives no personal access token to an App', () => {
    expect(() => app.wrap(CALL, { ...ACCESS, token: 'dapi0123' })).toThrow(/takes no personal access token/);
  });

  it.each(['https://evil.example', 'https://databricksapps.com.evil.example', 'https://xdatabricksapps.com'])(
    'gives no token to %s (T171)',
    (origin) => {
      expect(() => to({ url: { origin, path: '/mcp' } }).wrap(CALL, ACCESS)).toThrow(/the workspace is https:\/\/ws/);
    },
  );
});
