import { deepStrictEqual, strictEqual } from 'node:assert/strict';
import fc from 'fast-check';
import { readIncoming, toLine } from '../../../src/protocol/incoming.ts';
import { PLACES, type Scanned, scan } from '../../../src/protocol/scan.ts';
import { readUsualAnswer } from '../../../src/protocol/usual-answer.ts';
import { type Choices, grown } from '../choices.ts';
import { depthOf, membersOf } from '../json-oracle.ts';
import { joined, objectText, space, stringText, valueText } from '../json-texts.ts';
import { lineBytes } from '../message-texts.ts';
import type { Target } from '../target.ts';

const DEPTH_LIMIT = 5;
/** The usual one, and some that end in the midst of everything. */
const WINDOWS = [undefined, 8, 9, 10, 11, 12, 13, 31];
const strict = new TextDecoder('utf-8', { fatal: true, ignoreBOM: true });

function textAt(bytes: Uint8Array, start: number, end: number): string {
  return strict.decode(bytes.subarray(start, end));
}

interface Shown {
  readonly key: string;
  readonly text: string;
}

/** The members that the scan has noted, as `membersOf` shows them. */
function shown(bytes: Uint8Array, { count, table }: Scanned): { outer: Shown[]; inner: Shown[][] } {
  const outer: Shown[] = [];
  const inner: Shown[][] = [];
  for (let i = 0; i < count; i++) {
    const [nameStart = 0, nameEnd = 0, start = 0, end = 0, level] = table.subarray(i * PLACES, (i + 1) * PLACES);
    const member = { key: JSON.parse(textAt(bytes, nameStart, nameEnd)), text: textAt(bytes, start, end) };
    if (level === 1) {
      outer.push(member);
      inner.push([]);
    } else inner.at(-1)?.push(member);
  }
  return { outer, inner };
}

function expected(text: string): Shown[] {
  return membersOf(text).map(({ key, text: value }) => ({ key, text: value }));
}

/** T011, T026, T030: what the scan takes, a strict decoder and JSON.parse take too, and find the same members in it. */
export const scanned: Target = {
  name: 'scan',
  share: 15,
  property: fc.property(
    grown(160, (choices) =>
      choices.oneIn(3) ? Buffer.from(space(choices, true) + objectText(choices, 4, true)) : lineBytes(choices),
    ),
    (bytes) => {
      for (const size of WINDOWS) {
        const found = scan(bytes, DEPTH_LIMIT, size);
        if (found === undefined) continue;
        const text = strict.decode(bytes);
        JSON.parse(text);
        strictEqual(depthOf(text) <= DEPTH_LIMIT, true);
        strictEqual(found.isOneLine, toLine(text) === text);
        const { inner, outer } = shown(bytes, found);
        deepStrictEqual(outer, expected(text));
        deepStrictEqual(
          inner,
          outer.map((member) => (member.text.startsWith('{') ? expected(member.text) : [])),
        );
      }
    },
  ),
};

function answerText(choices: Choices): string {
  const members = [
    { key: '"jsonrpc"', value: choices.of(['"2.0"', '"2.0"', '"2.0"', '"2\\u002e0"', '2.0']) },
    { key: choices.of(['"id"', '"id"', '"\\u0069d"']), value: choices.of(['1', '"a"', 'null', '1e2', '{}']) },
    { key: choices.of(['"result"', '"result"', '"error"']), value: valueText(choices, 2) },
    ...(choices.oneIn(4) ? [{ key: stringText(choices), value: valueText(choices, 1) }] : []),
    ...(choices.oneIn(6) ? [{ key: choices.of(['"id"', '"result"', '"method"']), value: '2' }] : []),
  ];
  return space(choices, choices.oneIn(3)) + joined(choices, members, choices.oneIn(3)) + space(choices);
}

/** T043, T045, T046: an answer that is read from its bytes is the one that would be read from its text. */
export const usualAnswers: Target = {
  name: 'usual answers',
  share: 10,
  property: fc.property(grown(160, answerText), (text) => {
    const answer = readUsualAnswer(Buffer.from(text));
    if (answer === undefined) return;
    deepStrictEqual([{ ...answer }], readIncoming(text));
    strictEqual(toLine(answer.text), answer.text);
  }),
};
