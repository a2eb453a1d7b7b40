import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { editMember } from '../../src/protocol/edit.ts';

const set = (value: string) => () => value;
const drop = () => undefined;

describe('editMember', () => {
  it.each([
    ['in its place', '{ "a": 1 , "k" :[2] }', 'k', set('3'), '{ "a": 1 , "k" :3 }'],
    ['where it is alone', ' {"k":1}', 'k', set('{}'), ' {"k":{}}'],
    ['that is not there', '{"a":1.0}', 'k', set('2'), '{"k":2,"a":1.0}'],
    ['that is not there, in an empty object', '{ }', 'k', set('2'), '{"k":2 }'],
    ['whose key needs escapes', '{}', 'a"b', set('1'), '{"a\\"b":1}'],
    ['that stands twice: the one that counts', '{"k":1,"k":2}', 'k', set('3'), '{"k":1,"k":3}'],
  ])('sets a member %s', (_, text, key, edit, expected) => {
    expect(editMember(text, key, edit)).toBe(expected);
  });

  it.each([
    ['alone', '{"k":1}', '{}'],
    ['first', '{ "k" : 1 , "b":2}', '{ "b":2}'],
    ['last', '{"a":1 , "k":2 }', '{"a":1 }'],
    ['between', '{"a":1,"k":{"k":0},"b":12345678901234567890}', '{"a":1,"b":12345678901234567890}'],
    ['twice', '{"k":1,"a":2,"k":3}', '{"a":2}'],
    ['twice and alone', '{"k":1,"k":3}', '{}'],
    ['nowhere', '{"a":1}', '{"a":1}'],
  ])('takes a member out that stands %s', (_, text, expected) => {
    expect(editMember(text, 'k', drop)).toBe(expected);
  });

  it('shows the raw text, and leaves everything alone where nothing is changed', () => {
    const seen: (string | undefined)[] = [];
    const text = '{"k": 1.0 ,"k2":null}';
    for (const key of ['k', 'k2', 'none']) {
      const same = editMember(text, key, (raw) => {
        seen.push(raw);
        return raw;
      });
      expect(same).toBe(text);
    }
    expect(seen).toEqual(['1.0', 'null', undefined]);
  });

  it('does to the text what is done to the value', () => {
    const object = fc.dictionary(fc.string(), fc.jsonValue());
    fc.assert(
      fc.property(object, fc.string(), fc.option(fc.jsonValue(), { nil: undefined }), (value, key, next) => {
        const edited: unknown = JSON.parse(editMember(JSON.stringify(value), key, () => JSON.stringify(next)));
        const expected = Object.entries(value).filter(([name]) => name !== key);
        if (next !== undefined) expected.push([key, next]);
        expect(edited).toEqual(JSON.parse(JSON.stringify(Object.fromEntries(expected))));
      }),
    );
  });
});
