import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { isSameId, readIncoming, toLine, withId } from '../../src/protocol/incoming.ts';

/** A message with its `jsonrpc` member. */
const rpc = (members: string) => `{"jsonrpc":"2.0",${members}}`;

describe('readIncoming', () => {
  it.each([
    [rpc('"id":1,"result":{}'), [{ kind: 'answer', id: '1', error: undefined }]],
    [
      rpc('"id":null,"error":{"code":-1,"message":"m"}'),
      [{ kind: 'answer', id: undefined, error: { code: -1, message: 'm' } }],
    ],
    [rpc('"error":{"code":1.5}'), [{ kind: 'answer', id: undefined, error: { code: 1.5, message: '' } }]],
    [rpc('"method":"ping","id":4'), [{ kind: 'server-message' }]],
    [`[${rpc('"id":1,"result":1')},${rpc('"method":"n"')}]`, [{ kind: 'answer', id: '1' }, { kind: 'server-message' }]],
  ])('reads %s', (text, expected) => {
    expect(readIncoming(text)).toMatchObject(expected);
  });

  it.each([
    '',
    'nonsense',
    '[]',
    '1',
    '[1]',
    '{"error":"not found"}',
    '{"id":1,"result":{}}',
    '{"error_code":"X","message":"y"}',
    rpc('"error":"text"'),
    rpc('"id":1'),
    rpc('"__proto__":{"result":1}'),
  ])('does not take %s for MCP', (text) => {
    expect(readIncoming(text)).toBeUndefined();
  });

  it('hands on the elements of an array as they were written', () => {
    const elements = [rpc('"id":1,"result":{"x":1.0}'), rpc('"id":2,"result":-0')];
    expect(readIncoming(`[ ${elements.join(' ,\n')}]`)?.map(({ text }) => text)).toEqual(elements);
  });
});

describe('isSameId', () => {
  it.each([
    ['1', '1', true],
    ['1.0', '1', true],
    ['9007199254740993', '9007199254740992', true],
    ['"a"', '"\\u0061"', true],
    ['1', '"1"', false],
    ['1', '0', false],
    ['1', undefined, false],
  ])('of %s and %s is %s (T046)', (sent, answered, same) => {
    expect(isSameId(sent, answered)).toBe(same);
  });
});

describe('withId', () => {
  it.each([
    ['{ "id" : 0, "result":{"id":0} }', '{ "id" : 9007199254740993, "result":{"id":0} }'],
    ['{"result":{"id":0},"id":null}', '{"result":{"id":0},"id":9007199254740993}'],
    [' {"error":{"code":-1}}', ' {"id":9007199254740993,"error":{"code":-1}}'],
  ])('puts the id into %s (T045, T046)', (text, expected) => {
    expect(withId(text, '9007199254740993')).toBe(expected);
  });

  it('changes nothing but the id', () => {
    fc.assert(
      fc.property(fc.json(), fc.string(), (result, id) => {
        const text = (raw: string) => `{"jsonrpc":"2.0","result":${result},"id":${raw}}`;
        expect(withId(text('0'), JSON.stringify(id))).toBe(text(JSON.stringify(id)));
      }),
    );
  });
});

describe('toLine', () => {
  it('turns line breaks between tokens into spaces and leaves numbers and escapes alone (T039)', () => {
    expect(toLine('{\r\n  "a": 1.0,\n  "b": "x\\ny"\n}')).toBe('{   "a": 1.0,   "b": "x\\ny" }');
  });

  it('writes U+2028 and U+2029 as escapes (T040)', () => {
    expect(toLine('{"a":"\u2028\u2029"}')).toBe('{"a":"\\u2028\\u2029"}');
  });

  it('keeps the value, on one line', () => {
    const indent = fc.constantFrom(undefined, 2, '\t');
    fc.assert(
      fc.property(fc.jsonValue(), indent, fc.string({ unit: 'grapheme' }), (value, space, extra) => {
        const whole = { value, extra: `${extra}\u2028` };
        const line = toLine(JSON.stringify(whole, undefined, space));
        expect(line).not.toMatch(/[\n\r\u2028\u2029]/);
        expect(JSON.parse(line)).toEqual(JSON.parse(JSON.stringify(whole)));
      }),
    );
  });
});
