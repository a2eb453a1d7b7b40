import { deepStrictEqual } from 'node:assert/strict';
import fc from 'fast-check';
import { editMember } from '../../../src/protocol/edit.ts';
import { elements, members, rawAt, rawMember, splice } from '../../../src/protocol/json.ts';
import { type Choices, grown } from '../choices.ts';
import { elementsOf, membersOf, rawOfPath } from '../json-oracle.ts';
import { arrayText, objectText, space, valueText } from '../json-texts.ts';
import type { Target } from '../target.ts';

interface Case {
  readonly object: string;
  readonly array: string;
  readonly path: readonly string[];
  readonly value: string;
}

const PATH_KEYS = ['params', 'id', 'a', '', '__proto__', 'x"id', 'paramſ', 'constructor', 'missing'];

function growCase(choices: Choices): Case {
  return {
    object: space(choices, true) + objectText(choices, 3, true) + space(choices, true),
    array: space(choices, true) + arrayText(choices, 3, true) + space(choices, true),
    path: choices.several(3, () => choices.of(PATH_KEYS)),
    value: valueText(choices, 1),
  };
}

/** The scanners find what a list of tokens finds, and what is replaced changes nothing else. */
export const json: Target = {
  name: 'json scanners',
  share: 10,
  property: fc.property(grown(200, growCase), ({ array, object, path, value }) => {
    const found = members(object).map(({ end, key, start }) => ({ start, end, text: object.slice(start, end), key }));
    deepStrictEqual(found, membersOf(object));
    const items = elements(array).map(({ end, start }) => ({ start, end, text: array.slice(start, end) }));
    deepStrictEqual(items, elementsOf(array));

    const raw = rawAt(object, ...path);
    deepStrictEqual(raw?.trim(), rawOfPath(object, path));
    const span = path.length > 0 ? rawMember(object, ...path) : undefined;
    if (span) deepStrictEqual(rawOfPath(splice(object, span, value), path), value);
  }),
};

/** What is edited has the new value, or is gone; everything beside it is as its sender wrote it. */
export const edits: Target = {
  name: 'json edits',
  share: 5,
  property: fc.property(grown(120, growCase), ({ object, path: [key = 'id'], value }) => {
    const before = membersOf(object);
    const others = before.filter((member) => member.key !== key).map(({ key, text }) => [key, text]);

    const put = membersOf(editMember(object, key, () => value));
    deepStrictEqual(put.findLast((member) => member.key === key)?.text, value);
    deepStrictEqual(put.length, Math.max(before.length, others.length + 1));
    deepStrictEqual(
      put.filter((member) => member.key !== key).map(({ key, text }) => [key, text]),
      others,
    );

    const without = membersOf(editMember(object, key, () => undefined));
    deepStrictEqual(
      without.map(({ key, text }) => [key, text]),
      others,
    );
  }),
};
