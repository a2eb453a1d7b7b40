import { describe, expect, test } from 'vitest';
import { startUpstream } from '../sandbox/raw-http.ts';
import { result, rpcError, silence } from '../support/canned.ts';
import { latch } from '../support/latch.ts';
import { CONNECTION, startScripted } from '../support/scripted.ts';

const META = { 'io.modelcontextprotocol/protocolVersion': '2026-07-28' };
const CONTENT = { 'Content-Type': 'application/json', Accept: 'application/json, text/event-stream' };

function request(id: number | string, method: string, params: object = {}): object {
  return { jsonrpc: '2.0', id, method, params: { ...params, _meta: META } };
}

function base64(text: string): string {
  return `=?base64?${Buffer.from(text).toString('base64')}?=`;
}

describe('a message of 2026-07-28 carries its own headers (T052)', () => {
  test.each<[string, object, string | undefined]>([
    ['tools/list', {}, undefined],
    ['tools/call', { name: 'get_me' }, 'get_me'],
    ['prompts/get', { name: 'with blanks inside' }, 'with blanks inside'],
    ['resources/read', { uri: 'file:///a%20b', name: 'not this' }, 'file:///a%20b'],
    ['tools/call', { name: 'größe' }, base64('größe')],
    ['tools/call', { name: '🗼\ud800' }, base64('🗼\ufffd')],
    ['tools/call', { name: ' edge' }, base64(' edge')],
    ['tools/call', { name: 'edge\t' }, base64('edge\t')],
    ['tools/call', { name: 'two\r\nX-Evil: lines' }, base64('two\r\nX-Evil: lines')],
    ['tools/call', { name: '\u001b[2J\0\u007f' }, base64('\u001b[2J\0\u007f')],
    ['tools/call', { name: '=?base64?Zm9v?=' }, base64('=?base64?Zm9v?=')],
    ['tools/call', { name: '' }, base64('')],
    ['tools/call', { name: 7 }, undefined],
  ])('%s with %j', async (method, params, name) => {
    const { bridge, calls } = await startScripted();
    bridge.send(request(1, method, params));
    await bridge.answer(1);
    expect(calls.map(({ headers }) => headers)).toEqual([
      {
        ...CONTENT,
        'MCP-Protocol-Version': '2026-07-28',
        'Mcp-Method': method,
        ...(name !== undefined && { 'Mcp-Name': name }),
      },
    ]);
  });
});

test('it belongs to no session, even while one is open, and waits for nobody', async () => {
  const { arrived, bridge } = await startScripted({ 'notifications/initialized': silence });
  await bridge.initialize();
  await arrived('notifications/initialized');
  bridge.send(request(1, 'tools/list'));
  await bridge.answer(1);
  expect((await arrived('tools/list')).headers).not.toHaveProperty('Mcp-Session-Id');
});

test('it does not end or replace the session of other messages', async () => {
  const { bridge, of } = await startScripted();
  await bridge.initialize();
  bridge.send(request(1, 'tools/list'));
  await bridge.answer(1);
  await bridge.call(2, 'tools/list');
  expect(of('tools/list').map(({ headers }) => [headers['MCP-Protocol-Version'], 'Mcp-Session-Id' in headers])).toEqual(
    [
      ['2026-07-28', false],
      ['2025-11-25', true],
    ],
  );
});

test('what server/discover was answered while the server was down is not remembered', async () => {
  let down = true;
  const known = { supportedVersions: ['2026-07-28'], capabilities: {} };
  const { bridge, of } = await startScripted({
    'server/discover': (call) => (down ? rpcError(call, -32000, 'Service unavailable', 503) : result(call, known)),
  });
  bridge.send(request(1, 'server/discover'));
  expect(await bridge.answer(1)).toHaveProperty('error');
  const asked = of('server/discover').length;
  down = false;
  bridge.send(request(2, 'server/discover'));
  expect(await bridge.answer(2)).toMatchObject({ result: known });
  expect(of('server/discover')).toHaveLength(asked + 1);
});

test('it is cancelled by the end of its exchange, and not by a message to the server (T129)', async () => {
  const [arrived, gone] = [latch(), latch()];
  const upstream = await startUpstream((_request, response) => {
    response.once('close', gone.open);
    arrived.open();
  });
  const behind = { connections: { [CONNECTION]: { url: upstream.origin } }, onCall: undefined };
  const { bridge } = await startScripted({}, { workspace: behind });
  bridge.send(request(0, 'tools/call', { name: 'slow' }));
  await arrived.opened;
  bridge.send({ jsonrpc: '2.0', method: 'notifications/cancelled', params: { requestId: 0 } });
  await gone.opened;
  expect(await bridge.finish()).toEqual({ code: 0, signal: null });
  expect(upstream.seen).toHaveLength(1);
  expect(bridge.lines).toEqual([]);
});
