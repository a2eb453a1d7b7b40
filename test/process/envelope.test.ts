import { expect, test } from 'vitest';
import { CONNECTION, SESSION_ID, startScripted, TOKEN } from '../support/scripted.ts';
import type { Seen } from '../support/seen.ts';

const CONTENT = { 'Content-Type': 'application/json', Accept: 'application/json, text/event-stream' };
const IN_SESSION = { ...CONTENT, 'MCP-Protocol-Version': '2025-11-25', 'Mcp-Session-Id': SESSION_ID };

function envelopeOf(call: Seen | undefined): Record<string, unknown> {
  return JSON.parse(call?.outer.body ?? '');
}

test('the envelope has exactly the fields of the recipe, as strings that hold JSON', async () => {
  const { bridge, of } = await startScripted();
  const text = '{"jsonrpc":"2.0","id":1,"method":"tools/list"}';
  bridge.send(text);
  await bridge.answer(1);
  expect(Object.entries(envelopeOf(of('tools/list')[0])).sort()).toEqual([
    ['connection_name', CONNECTION],
    ['headers', JSON.stringify(CONTENT)],
    ['json', text],
    ['method', 'POST'],
    ['params', null],
    ['path', '/'],
  ]);
});

test('at the end of a session it asks for a DELETE, without a message', async () => {
  const { bridge, of } = await startScripted();
  await bridge.initialize();
  await bridge.finish();
  const { headers, ...rest } = envelopeOf(of('DELETE')[0]);
  expect(rest).toEqual({ connection_name: CONNECTION, method: 'DELETE', path: '/', json: null, params: null });
  expect(JSON.parse(String(headers))).toEqual({ 'MCP-Protocol-Version': '2025-11-25', 'Mcp-Session-Id': SESSION_ID });
});

test("initialize names no version, and what follows names the server's (T051)", async () => {
  const { bridge, calls } = await startScripted();
  await bridge.initialize();
  await bridge.call(1, 'tools/list');
  expect(calls.map(({ headers }) => headers)).toEqual([CONTENT, IN_SESSION, IN_SESSION]);
});

test('configured headers stand inside the envelope with every message, and the path and the connection in it', async () => {
  const args = ['--header', 'X-MCP-Readonly: true', '--header', 'X-MCP-Toolsets: repos, issues', '--path', '/mcp/x'];
  const { bridge, calls } = await startScripted({}, { args });
  await bridge.initialize();
  await bridge.call(1, 'tools/list');
  await bridge.finish();
  expect(calls.map(({ what }) => what)).toEqual(['initialize', 'notifications/initialized', 'tools/list', 'DELETE']);
  for (const { connection, headers, outer, path } of calls) {
    expect({ connection, path }).toEqual({ connection: CONNECTION, path: '/mcp/x' });
    expect(headers).toMatchObject({ 'X-MCP-Readonly': 'true', 'X-MCP-Toolsets': 'repos, issues' });
    expect(Object.keys(outer.headers)).not.toContain('x-mcp-readonly');
  }
});

test('the headers of the call to the workspace are its own, and the token stands in them alone', async () => {
  const { bridge, calls } = await startScripted();
  await bridge.initialize();
  await bridge.finish();
  for (const { outer } of calls) {
    const { 'content-length': length, host, 'user-agent': agent, connection, ...headers } = outer.headers;
    expect(headers).toEqual({
      authorization: `Bearer ${TOKEN}`,
      'content-type': 'application/json',
      accept: 'text/plain',
      'accept-encoding': 'identity',
    });
    expect(agent).toMatch(/^uc-mcp-bridge\/\d+\.\d+\.\d+$/);
    expect(outer.body).not.toContain(TOKEN);
    expect([length, host, connection]).toEqual([
      String(Buffer.byteLength(outer.body)),
      expect.any(String),
      'keep-alive',
    ]);
  }
});

test('the id of the workspace, where the address has it, is sent along', async () => {
  const { bridge, calls, workspace } = await startScripted({}, { args: [] });
  const withId = await startScripted({}, { env: { DATABRICKS_HOST: `${workspace.host}/?o=1234567890` } });
  await withId.bridge.call(1, 'ping');
  await bridge.call(2, 'ping');
  expect(calls.map(({ outer }) => outer.headers['x-databricks-workspace-id'])).toEqual(['1234567890', undefined]);
});
