import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { elements, members, rawAt, splice } from '../../src/protocol/json.ts';

/** JSON text as people and libraries write it: with white space in odd places, and escapes. */
const jsonText = fc
  .tuple(fc.json(), fc.constantFrom(0, 1, 3, '\t', ' \n'))
  .map(([json, indent]) => JSON.stringify(JSON.parse(json), undefined, indent));

describe('members', () => {
  it('finds what JSON.parse finds, as it was written', () => {
    fc.assert(
      fc.property(fc.dictionary(fc.string(), jsonText), (record) => {
        const text = `{ ${Object.entries(record)
          .map(([key, value]) => `${JSON.stringify(key)} :\n${value}`)
          .join(' , ')} }`;
        expect(members(text).map(({ key, start, end }) => [key, text.slice(start, end)])).toEqual(
          Object.entries(record),
        );
      }),
    );
  });

  it.each([
    ['{}', []],
    ['  { } ', []],
    [
      '{"a":1e400,"a":-0}',
      [
        ['a', '1e400'],
        ['a', '-0'],
      ],
    ],
    [
      '{"a\\"b":"c\\\\","d":[{"e":"}"}]}',
      [
        ['a"b', '"c\\\\"'],
        ['d', '[{"e":"}"}]'],
      ],
    ],
    ['{"__proto__":{"x":1}}', [['__proto__', '{"x":1}']]],
    ['{"\\u0069d":3}', [['id', '3']]],
  ])('reads %s', (text, expected) => {
    expect(members(text).map(({ key, start, end }) => [key, text.slice(start, end)])).toEqual(expected);
  });
});

describe('elements', () => {
  it('finds what JSON.parse finds, as it was written', () => {
    fc.assert(
      fc.property(fc.array(jsonText), (values) => {
        const text = ` [ ${values.join(' , ')} ] `;
        expect(elements(text).map(({ start, end }) => text.slice(start, end))).toEqual(values);
      }),
    );
  });
});

describe('rawAt', () => {
  it.each([
    ['{"params":{"requestId": 1.0 }}', '1.0'],
    ['{"params":{"requestId":"a\\nb"}}', '"a\\nb"'],
    ['{"params":[]}', undefined],
    ['{"params":{}}', undefined],
    ['{"params":{"requestId":1},"params":{"requestId":2}}', '2'],
  ])('of params.requestId in %s is %s', (text, expected) => {
    expect(rawAt(text, 'params', 'requestId')).toBe(expected);
  });
});

describe('splice', () => {
  it('replaces one value and nothing else', () => {
    const text = '{ "id" : 12 , "x" : 1.0 }';
    const [id] = members(text);
    expect(splice(text, id ?? { start: 0, end: 0 }, '"a"')).toBe('{ "id" : "a" , "x" : 1.0 }');
  });
});
