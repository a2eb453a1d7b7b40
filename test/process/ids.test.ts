import { describe, expect, test } from 'vitest';
import { raw } from '../support/canned.ts';
import { startScripted } from '../support/scripted.ts';

const IDS = [
  '0',
  '-1',
  '9007199254740993',
  '123456789012345678901234567890',
  '1e2',
  '1.0',
  '-0',
  '""',
  '"1"',
  '"__proto__"',
  '"constructor"',
  String.raw`"\u0041\n\"\\\ud800"`,
  '"𝄞 é"',
  `"$& $\` $' $$ $1"`,
  `"${'x'.repeat(10_000)}"`,
];

function request(id: string): string {
  return `{"jsonrpc":"2.0","id":${id},"method":"tools/call","params":{"name":${JSON.stringify(id)}}}`;
}

function answer(id: string, payload: string): string {
  return `{"jsonrpc":"2.0","id":${id},"result":{"payload":${JSON.stringify(payload)}}}`;
}

describe('every id comes back as it was written, with the payload of its own request (T020)', () => {
  test('from a server that behaves', async () => {
    const { bridge } = await startScripted({ 'tools/call': ({ id = '' }) => raw(answer(id, id)) });
    for (const id of IDS) bridge.send(request(id));
    await bridge.finish();
    expect([...bridge.lines].sort()).toEqual(IDS.map((id) => answer(id, id)).sort());
  });

  test.each([
    ['that passes numbers through a float', (id: string) => JSON.stringify(JSON.parse(id))],
    ['that makes a string of each', (id: string) => JSON.stringify(String(JSON.parse(id)))],
    ['that answers 0 to everything (T046)', () => '0'],
    ['that answers null to everything (T045)', () => 'null'],
  ])('from a server %s', async (_what, mangle) => {
    const { bridge } = await startScripted({ 'tools/call': ({ id = '' }) => raw(answer(mangle(id), id)) });
    for (const id of IDS) bridge.send(request(id));
    await bridge.finish();
    expect([...bridge.lines].sort()).toEqual(IDS.map((id) => answer(id, id)).sort());
  });

  test('from a server that leaves it out (T045)', async () => {
    const { bridge } = await startScripted({
      'tools/call': ({ id = '' }) => raw(`{"jsonrpc":"2.0","result":{"payload":${JSON.stringify(id)}}}`),
    });
    for (const id of IDS) bridge.send(request(id));
    await bridge.finish();
    const expected = IDS.map((id) => `{"id":${id},"jsonrpc":"2.0","result":{"payload":${JSON.stringify(id)}}}`);
    expect([...bridge.lines].sort()).toEqual(expected.sort());
  });

  test('from a server whose error leaves it out (T045)', async () => {
    const { bridge } = await startScripted({
      'tools/call': () => raw('{"jsonrpc":"2.0","error":{"code":-32000,"message":"no"}}', 400),
    });
    for (const id of IDS) bridge.send(request(id));
    await bridge.finish();
    const expected = IDS.map((id) => `{"id":${id},"jsonrpc":"2.0","error":{"code":-32000,"message":"no"}}`);
    expect([...bridge.lines].sort()).toEqual(expected.sort());
  });

  test('from a server that writes it twice, of which the last counts (T046)', async () => {
    const { bridge } = await startScripted({
      'tools/call': ({ id = '' }) => raw(`{"jsonrpc":"2.0","id":${id},"result":{},"id":7}`),
    });
    bridge.send(request('1'));
    await bridge.finish();
    expect(bridge.messages.map(({ id }) => id)).toEqual([1]);
  });

  test('in an error of the bridge, even where a word of it stands in a header of the user', async () => {
    const { bridge } = await startScripted(
      { 'tools/call': () => raw('no', 400) },
      { args: ['--header', 'X-Env: production'] },
    );
    bridge.send(request('"production-1"'));
    await bridge.finish();
    expect(bridge.lines).toEqual([expect.stringContaining('{"jsonrpc":"2.0","id":"production-1","error":')]);
  });

  test('in an error of the bridge, but for U+2028 and U+2029, which become escapes (T040)', async () => {
    const { bridge } = await startScripted({ 'tools/call': () => raw('no', 400) });
    bridge.send(request('"a\u2028b\u2029c"'));
    await bridge.finish();
    expect(bridge.lines).toEqual([expect.stringContaining(String.raw`"id":"a\u2028b\u2029c","error":`)]);
  });

  test('in an error of the bridge', async () => {
    const { bridge } = await startScripted({ 'tools/call': () => raw('no', 400) });
    for (const id of IDS) bridge.send(request(id));
    await bridge.finish();
    expect(bridge.lines).toHaveLength(IDS.length);
    for (const id of IDS)
      expect(bridge.lines).toContainEqual(expect.stringContaining(`{"jsonrpc":"2.0","id":${id},"error":`));
  });
});
