/** What an MCP server can do to the bridge with a list of tools and with members that repeat. */

import { expect, test } from 'vitest';
import { type BridgeProcess, startBridge } from '../support/bridge.ts';
import { expectBridgeError } from '../support/bridge-error.ts';
import { MAX_RSS } from '../support/preload.ts';
import { answer, type RawHandler, startRawWorkspace } from '../support/raw-workspace.ts';

const META = { 'io.modelcontextprotocol/protocolVersion': '2026-07-28' };
/** Node itself, and a few copies of the texts here, which are short. */
const MOST_MIB = 400;

/** A server that answers with what a cursor of the client names. */
async function startWith(
  results: (size: number) => string,
  script: Readonly<Record<string, RawHandler>> = {},
): Promise<BridgeProcess> {
  const workspace = await startRawWorkspace({
    'tools/list': ({ body }, response) => {
      const { id, params } = JSON.parse(body);
      response.setHeader('content-type', 'application/json');
      response.end(`{"jsonrpc":"2.0","id":${JSON.stringify(id)},"result":${results(Number(params.cursor))}}`);
    },
    ...script,
  });
  return startBridge({
    args: ['--connection', 'github', '--route', 'managed-mcp'],
    env: { DATABRICKS_HOST: workspace.host, DATABRICKS_TOKEN: 'dapi-canary-of-a-list' },
    nodeArgs: MAX_RSS,
  });
}

let ids = 0;

async function timed(bridge: BridgeProcess, size: number, more: object = { _meta: META }): Promise<number> {
  const started = performance.now();
  expect(await bridge.call(++ids, 'tools/list', { cursor: String(size), ...more })).toHaveProperty('result.tools');
  return performance.now() - started;
}

/** Asks for a list and for another one of four times the size: sixteen times the time would be quadratic. */
async function expectLinear(bridge: BridgeProcess, size: number, more?: object): Promise<void> {
  await timed(bridge, 1, more);
  const short = await timed(bridge, size, more);
  expect(await timed(bridge, 4 * size, more)).toBeLessThan(10 * short + 2_000);
}

async function expectSmall(bridge: BridgeProcess): Promise<void> {
  expect(await bridge.finish()).toEqual({ code: 0, signal: null });
  expect(Number(/max rss: (\d+) MiB/.exec(bridge.stderr)?.[1])).toBeLessThan(MOST_MIB);
}

function repeated(count: number, text: (nth: number) => string): string {
  return Array.from({ length: count }, (_, nth) => text(nth)).join(',');
}

function listOf(schema: string): string {
  return `{"tools":[{"name":"wide","inputSchema":${schema}}]}`;
}

/** Inside as many properties as can be carried. */
function deep(inner: string, depth = 4_000): string {
  return `${'{"properties":{"a":'.repeat(depth)}${inner}${'}}'.repeat(depth)}`;
}

test.each<[string, (size: number) => string]>([
  ['many properties', (size) => `{"properties":{${repeated(size, (nth) => `"p${nth}":{}`)}}}`],
  ['a long anyOf', (size) => `{"anyOf":[${repeated(size, () => '{}')}]}`],
  ['many definitions', (size) => `{"$defs":{${repeated(size, (nth) => `"p${nth}":{}`)}}}`],
  ['siblings behind a deep chain', (size) => deep(`{"properties":{${repeated(size, (nth) => `"p${nth}":{}`)}}}`)],
])('a schema with %s takes linear time and little memory (T241)', async (_what, schema) => {
  const bridge = await startWith((size) => listOf(schema(size)));
  await expectLinear(bridge, 20_000);
  await expectSmall(bridge);
});

test('headers asked for behind a deep chain cost their tool, and no memory (T241)', async () => {
  const asks = (nth: number) => `"p${nth}":{"type":"string","x-mcp-header":"h${nth}"}`;
  const bridge = await startWith((size) => listOf(deep(`{"properties":{${repeated(size, asks)}}}`)));
  const list = await bridge.call(1, 'tools/list', { cursor: '20000', _meta: META });
  expect(list.result).toEqual({ tools: [] });
  await expectSmall(bridge);
});

test.each<[string, (size: number) => string]>([
  ['behind the others', (size) => `{"tools":[],${repeated(size, () => '"resultType":"complete"')}}`],
  ['between others', (size) => `{"tools":[],${repeated(size, () => '"a":1,"resultType":"complete"')}}`],
])('a member that repeats %s is taken out in one pass for a legacy client (T242)', async (_where, result) => {
  const bridge = await startWith(result, {
    initialize: ({ id }, response) => {
      response.writeHead(400, { 'content-type': 'application/json' });
      const error = { code: -32022, message: 'Unsupported version', data: { supported: ['2026-07-28'] } };
      response.end(JSON.stringify({ jsonrpc: '2.0', id, error }));
    },
    'server/discover': answer({ resultType: 'complete', supportedVersions: ['2026-07-28'], capabilities: {} }),
  });
  expect(await bridge.initialize()).toHaveProperty('result.protocolVersion', '2025-11-25');
  await expectLinear(bridge, 5_000, {});
  expect(bridge.lines.at(-1)).not.toContain('resultType');
  await expectSmall(bridge);
});

test.each<[string, string]>([
  ['tiny values', `[${'[],'.repeat(3e6)}0]`],
  ['nested arrays', `${'['.repeat(4e6)}${']'.repeat(4e6)}`],
])('a message of the client with millions of %s is refused before it is parsed (T246)', async (_what, value) => {
  const bridge = await startWith(() => '{"tools":[]}');
  await bridge.initialize();
  bridge.send(`{"jsonrpc":"2.0","id":1,"method":"tools/call","method":"tools/call","params":${value}}`);
  const line = await bridge.line(({ error }) => error !== undefined);
  expectBridgeError(JSON.parse(line), { code: -32600, kind: 'badMessage', outcome: 'not_sent' });
  expect(await timed(bridge, 1)).toBeLessThan(5_000);
  await expectSmall(bridge);
});
