import { describe, expect, it } from 'vitest';
import { nextCursor, paramHeaders, readToolList, toolHeaders } from '../../src/protocol/tool-headers.ts';

const string = (name: unknown) => ({ type: 'string', 'x-mcp-header': name });
const schema = (properties: object, more: object = {}) => ({ type: 'object', properties, ...more });

describe('toolHeaders', () => {
  it('finds annotations at any depth of properties (T053)', () => {
    const nested = schema({ owner: string('owner'), filter: schema({ region: string('Region') }) });
    expect(toolHeaders(nested)).toEqual({
      is: 'sound',
      headers: [
        { name: 'owner', path: ['owner'] },
        { name: 'Region', path: ['filter', 'region'] },
      ],
    });
  });

  it.each([
    ['an empty name', schema({ a: string('') })],
    ['a name that is no token', schema({ a: string('a b') })],
    ['a line break', schema({ a: string('a\r\nb') })],
    ['a name that is no string', schema({ a: string(5) })],
    ['a number', schema({ a: { type: 'number', 'x-mcp-header': 'a' } })],
    ['an object', schema({ a: { type: 'object', 'x-mcp-header': 'a' } })],
    ['no type', schema({ a: { 'x-mcp-header': 'a' } })],
    ['two that differ in case only', schema({ a: string('Region'), b: string('region') })],
    ['the root', { 'x-mcp-header': 'a', ...schema({}) }],
    ['items', schema({ a: { type: 'array', items: string('a') } })],
    ['oneOf', schema({ a: { oneOf: [string('a')] } })],
    ['$defs', schema({}, { $defs: { x: string('a') } })],
  ])('refuses %s (T053)', (_, unsound) => {
    expect(toolHeaders(unsound)).toMatchObject({ is: 'unsound' });
  });

  it.each([
    ...['items', 'prefixItems', 'contains', 'additionalProperties', 'propertyNames', 'unevaluatedItems'],
    ...['unevaluatedProperties', 'oneOf', 'anyOf', 'allOf', 'not', 'if', 'then', 'else'],
  ])('refuses an annotation below %s, by itself, in a list and in a property (T053)', (keyword) => {
    for (const below of [string('h'), [{}, string('h')], schema({ b: string('h') })]) {
      expect(toolHeaders(schema({ a: string('sound') }, { [keyword]: below }))).toMatchObject({ is: 'unsound' });
    }
  });

  it.each(['patternProperties', 'dependentSchemas', '$defs', 'definitions'])(
    'refuses an annotation below a name in %s (T053)',
    (keyword) => {
      expect(toolHeaders(schema({}, { [keyword]: { x: string('h') } }))).toMatchObject({ is: 'unsound' });
    },
  );

  it('takes a property of that name for a property, and data for data', () => {
    expect(toolHeaders(schema({ 'x-mcp-header': { type: 'string' } }))).toEqual({ is: 'sound', headers: [] });
    expect(toolHeaders(schema({ a: { type: 'object', default: { 'x-mcp-header': 'a' } } }))).toMatchObject({
      is: 'sound',
    });
    expect(toolHeaders(undefined)).toEqual({ is: 'sound', headers: [] });
  });

  it('does not overflow at any depth', () => {
    let deep: object = string('a');
    for (let i = 0; i < 100_000; i++) deep = { items: deep };
    expect(toolHeaders(deep)).toMatchObject({ is: 'unsound' });
  });
});

describe('paramHeaders', () => {
  const headers = ['s', 'i', 'b', 'n'].map((name) => ({ name, path: [name] }));
  it.each([
    [
      { s: 'octo', i: 7, b: false },
      { 'Mcp-Param-s': 'octo', 'Mcp-Param-i': '7', 'Mcp-Param-b': 'false' },
    ],
    [{ s: 'größe' }, { 'Mcp-Param-s': '=?base64?Z3LDtsOfZQ==?=' }],
    [{ s: null, i: 1.5, b: {}, n: [] }, {}],
    [{ i: 2 ** 53 }, {}],
    [undefined, {}],
    ['text', {}],
  ])('of %o are %o (T053)', (args, expected) => {
    expect(paramHeaders(headers, args)).toEqual(expected);
  });

  it('reads own members only', () => {
    expect(paramHeaders([{ name: 'a', path: ['constructor', 'name'] }], {})).toEqual({});
  });
});

describe('readToolList', () => {
  const tool = (name: string, header: string) =>
    `{ "name":"${name}","big":9007199254740993,"inputSchema":${JSON.stringify(schema({ owner: string(header) }))} }`;

  it('learns what each tool asks for, and leaves the text alone where all are sound (T053)', () => {
    const text = `{"jsonrpc":"2.0","id":1,"result":{"tools":[ ${tool('a', 'owner')} ],"nextCursor":"p\\u0032"}}`;
    const list = readToolList(text);
    expect(list.text).toBe(text);
    expect([...list.tools]).toEqual([['a', [{ name: 'owner', path: ['owner'] }]]]);
    expect(nextCursor(text)).toBe('"p\\u0032"');
  });

  it('takes out a tool whose annotation is unsound, and nothing else (T053)', () => {
    const text = `{"result":{"tools":[${tool('a', 'x y')} , ${tool('b', 'owner')},${tool('c', '')}],"ttlMs":0}}`;
    const list = readToolList(text);
    expect(list.text).toBe(`{"result":{"tools":[${tool('b', 'owner')}],"ttlMs":0}}`);
    expect(list.dropped.map((dropped) => dropped.tool)).toEqual(['a', 'c']);
    expect([...list.tools.keys()]).toEqual(['b']);
  });

  it.each(['{"result":{}}', '{"result":{"tools":null}}', '{"error":{}}'])('makes nothing of %s', (text) => {
    expect(readToolList(text)).toMatchObject({ text, dropped: [] });
  });
});
