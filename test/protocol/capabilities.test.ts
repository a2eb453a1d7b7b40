import { describe, expect, it } from 'vitest';
import { opensPages, withoutInvitations } from '../../src/protocol/capabilities.ts';

const initialize = (capabilities: string) =>
  `{"jsonrpc":"2.0", "id":1.0,"method":"initialize","params":{"x":9007199254740993,"capabilities": ${capabilities} ,"z":1e2}}`;

describe('withoutInvitations', () => {
  it.each([
    [
      '{"sampling":{},"elicitation":{"url":{}},"roots":{"listChanged":true}}',
      '{}',
      ['sampling', 'elicitation', 'roots'],
    ],
    ['{ "experimental" : { "b":1, "a":1.0 } , "sampling":{} }', '{"experimental" : { "b":1, "a":1.0 }}', ['sampling']],
    ['{"roots":{},"tasks":{"sampling":{}}}', '{"tasks":{"sampling":{}}}', ['roots']],
  ])('of %s leaves %s, and the rest as it was written (T050)', (capabilities, left, cut) => {
    expect(withoutInvitations(initialize(capabilities))).toEqual({ text: initialize(left), cut });
  });

  it.each(['{}', '{ "tasks" : {} }', 'null', '[]', '"sampling"'])('changes nothing in %s (T050)', (capabilities) => {
    const text = initialize(capabilities);
    expect(withoutInvitations(text)).toEqual({ text, cut: [] });
  });

  it('changes nothing where there are no capabilities', () => {
    const text = '{"jsonrpc":"2.0","id":1,"method":"initialize"}';
    expect(withoutInvitations(text)).toEqual({ text, cut: [] });
  });
});

describe('opensPages', () => {
  it.each([
    ['{"elicitation":{"url":{}}}', true],
    ['{"elicitation":{"form":{},"url":{"x":1}}}', true],
    ['{"elicitation":{}}', false],
    ['{"elicitation":{"form":{}}}', false],
    ['{"elicitation":{"url":true}}', false],
    ['{"elicitation":null}', false],
    ['{"url":{}}', false],
    ['[]', false],
  ])('of %s is %s', (capabilities, expected) => {
    expect(opensPages(initialize(capabilities))).toBe(expected);
  });
});
