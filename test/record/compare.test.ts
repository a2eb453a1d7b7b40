import { describe, expect, it } from 'vitest';
import { differences } from '../../src/record/compare.ts';

const answer = (result: unknown, id: unknown = 1) => JSON.stringify({ jsonrpc: '2.0', id, result });
const text = (value: string) => answer({ content: [{ type: 'text', text: value }] });

describe('two answers', () => {
  it.each([
    [answer({ a: 1 }), answer({ a: 1 }, 'other')],
    ['{"jsonrpc":"2.0","id":1,"result":{"a":1,"b":[2]}}', '{"id":1,"result": {"b":[2],"a":1},"jsonrpc":"2.0"}'],
    [text('at 2026-01-01T00:00:00Z'), text('at 2026-11-25T01:02:03.456+01:00')],
    [text('{"id":"550e8400-e29b-41d4-a716-446655440000"}'), text('{ "id": "550e8400-e29b-41d4-a716-446655440001" }')],
    [text('commit 0123456789abcdef01'), text('commit 1123456789abcdef02')],
    [text('http://127.0.0.1:4000/x'), text('http://127.0.0.1:5000/x')],
  ])('are the same where only what is another each time differs: %s', (before, now) => {
    expect(differences(before, now)).toEqual([]);
  });

  it.each([
    [answer({ a: 1 }), answer({ a: 2 }), ['result.a: 1, now 2']],
    [answer({ a: 1 }), answer({ a: '1' }), ['result.a: 1, now "1"']],
    [answer({ a: 1 }), answer({}), ['result.a: 1, now nothing']],
    [answer({}), answer({ isError: true }), ['result.isError: nothing, now true']],
    [answer([1, 2]), answer([1]), ['result: 2 items, now 1']],
    [text('{"n":[1,2]}'), text('{"n":[1,3]}'), ['result.content[0].text:.n[1]: 2, now 3']],
    [text('one'), text('two'), ['result.content[0].text: "one", now "two"']],
  ])('differ in what they say, and it is said where: %s', (before, now, expected) => {
    expect(differences(before, now)).toEqual(expected);
  });

  it('differ when one is an error, or an error of another kind', () => {
    const error = (kind: string, message: string) =>
      JSON.stringify({
        id: 1,
        error: { code: -32603, message, data: { source: 'uc-mcp-bridge', kind, outcome: 'unknown' } },
      });
    expect(differences(error('timeout', 'a'), error('timeout', 'b'))).toEqual([]);
    expect(differences(error('timeout', 'a'), error('auth', 'a'))).toEqual(['error.kind: "timeout", now "auth"']);
    expect(differences(answer({}), error('auth', 'a'))).toHaveLength(2);
  });

  it('differ in five places at most, each shown in one short line', () => {
    const many = Object.fromEntries(Array.from({ length: 20 }, (_, i) => [`k${i}`, `\u001b${'x'.repeat(1000)}`]));
    const found = differences(answer(many), answer({}));
    expect(found).toHaveLength(5);
    for (const line of found) expect(line).toMatch(/^[^\p{Cc}]{1,120}$/u);
  });
});

it('shows keys without what a terminal acts on (T254)', () => {
  const key = 'evil\u001b]0;x\u0007\u202e';
  const of = (value: number) => JSON.stringify({ result: { [key]: value } });
  expect(differences(of(1), of(2))).toEqual(['result.evil�]0;x��: 1, now 2']);
});
