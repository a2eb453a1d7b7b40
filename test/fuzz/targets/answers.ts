import { deepStrictEqual, match } from 'node:assert/strict';
import fc from 'fast-check';
import { readIncoming, toLine, withId } from '../../../src/protocol/incoming.ts';
import { type Choices, grown } from '../choices.ts';
import { membersOf } from '../json-oracle.ts';
import { joined, objectText, space, stringText, valueText } from '../json-texts.ts';
import type { Target } from '../target.ts';

interface Case {
  readonly text: string;
  readonly id: string;
}

function growCase(choices: Choices): Case {
  const kinds = [
    () => objectText(choices, 3, true),
    () =>
      joined(
        choices,
        [
          { key: '"jsonrpc"', value: '"2.0"' },
          { key: choices.of(['"id"', '"\\u0069d"', '"ID"']), value: valueText(choices, 1, true) },
          { key: choices.of(['"result"', '"error"']), value: valueText(choices, 3, true) },
          ...choices.several(1, () => ({ key: '"id"', value: stringText(choices) })),
        ],
        true,
      ),
  ];
  const text = space(choices, true) + choices.of(kinds)() + space(choices, true);
  return { text, id: choices.of([() => stringText(choices), () => String(choices.below(99)), () => '1e2'])() };
}

/** T039, T040, T045, T046: another id, and one line, without a change to anything else. */
export const answers: Target = {
  name: 'ids and lines',
  share: 10,
  property: fc.property(grown(160, growCase), ({ id, text }) => {
    const before = membersOf(text);
    const withAnother = membersOf(withId(text, id));
    // An id that stands twice keeps its first: the last is the one that counts.
    const last = before.findLastIndex(({ key }) => key === 'id');
    const expected = before.map(({ key, text }, index) => [key, index === last ? id : text]);
    if (last < 0) expected.unshift(['id', id]);
    deepStrictEqual(
      withAnother.map(({ key, text }) => [key, text]),
      expected,
    );

    const line = toLine(text);
    match(line, /^[^\n\r\u2028\u2029]*$/);
    deepStrictEqual(JSON.parse(line), JSON.parse(text));
    const [incoming] = readIncoming(text) ?? [];
    if (incoming) deepStrictEqual(incoming.text, text);
  }),
};
