import { deepStrictEqual, strictEqual } from 'node:assert/strict';
import { isUtf8 } from 'node:buffer';
import fc from 'fast-check';
import { readIncoming, toLine } from '../../../src/protocol/incoming.ts';
import { readJson } from '../../../src/protocol/json-reader.ts';
import { FIELDS, type Structure } from '../../../src/protocol/structure.ts';
import { type Choices, grown } from '../choices.ts';
import { depthOf, elementsOf, membersOf, valuesIn } from '../json-oracle.ts';
import { arrayText, joined, objectText, space, stringText, valueText } from '../json-texts.ts';
import { isJson } from '../line-oracle.ts';
import { lineBytes } from '../message-texts.ts';
import type { Target } from '../target.ts';

const LIMITS = { depth: 5, values: 25 };
const strict = new TextDecoder('utf-8', { fatal: true, ignoreBOM: true });

interface Shown {
  readonly key: string | undefined;
  readonly text: string;
  readonly members: readonly Shown[];
}

/** The messages that the reader has noted, with their members and the members of those. */
function shown({ bytes, places }: Structure): Shown[] {
  const textAt = (start = 0, end = 0) => strict.decode(bytes.subarray(start, end));
  const levels: Shown[][] = [[], [], []];
  for (let place = 0; place < places.length; place += FIELDS) {
    const [nameStart, nameEnd, start, end, level = 0] = places.slice(place, place + FIELDS);
    const members: Shown[] = [];
    const key = level === 0 ? undefined : JSON.parse(textAt(nameStart, nameEnd));
    levels[level]?.push({ key, text: textAt(start, end), members });
    levels[level + 1] = members;
  }
  return levels[0] ?? [];
}

function expected(text: string, levels: number, key?: string): Shown {
  const isSearched = levels > 0 && text.startsWith('{');
  return {
    key,
    text,
    members: isSearched ? membersOf(text).map((member) => expected(member.text, levels - 1, member.key)) : [],
  };
}

function jsonBytes(choices: Choices): Uint8Array {
  if (!choices.oneIn(3)) return lineBytes(choices);
  const text = choices.oneIn(4) ? arrayText(choices, 4, true) : objectText(choices, 4, true);
  const whole = Buffer.from(space(choices, true) + text + space(choices, true));
  if (choices.oneIn(6)) return whole.subarray(0, choices.below(whole.length));
  if (choices.oneIn(6)) whole[choices.below(whole.length)] = choices.below(256);
  return whole;
}

/** T011, T026, T030: accepts what a strict decoder and JSON.parse accept, and finds the members that are in it. */
export const jsonReader: Target = {
  name: 'json reader',
  share: 20,
  property: fc.property(grown(160, jsonBytes), (bytes) => {
    const read = readJson(bytes, LIMITS);
    const text = isUtf8(bytes) ? strict.decode(bytes) : undefined;
    strictEqual(read !== undefined, text !== undefined && isJson(text));
    if (read === undefined || text === undefined) return;
    strictEqual(read.type === 'excess', depthOf(text) > LIMITS.depth || valuesIn(text) > LIMITS.values);
    if (read.type === 'excess') return;
    strictEqual(read.isOneLine, toLine(text) === text);
    strictEqual(read.isArray, text.trimStart().startsWith('['));
    const messages = read.isArray ? elementsOf(text).map((element) => element.text) : [text.trim()];
    deepStrictEqual(
      shown(read),
      messages.map((message) => expected(message, 2)),
    );
  }),
};

function responseText(choices: Choices): string {
  const members = [
    { key: '"jsonrpc"', value: choices.of(['"2.0"', '"2.0"', '"2.0"', '"2\\u002e0"', '2.0']) },
    { key: choices.of(['"id"', '"id"', '"\\u0069d"']), value: choices.of(['1', '"a"', 'null', '1e2', '{}']) },
    { key: choices.of(['"result"', '"result"', '"error"']), value: valueText(choices, 2) },
    ...(choices.oneIn(4) ? [{ key: stringText(choices), value: valueText(choices, 1) }] : []),
    ...(choices.oneIn(6) ? [{ key: choices.of(['"id"', '"result"', '"method"']), value: '2' }] : []),
  ];
  return space(choices) + joined(choices, members, choices.oneIn(3)) + space(choices);
}

/** T043, T045, T046: a response has the id, the error and the text that JSON.parse finds. */
export const responses: Target = {
  name: 'responses',
  share: 10,
  property: fc.property(
    grown(160, (choices) => choices.several(3, () => responseText(choices))),
    fc.boolean(),
    (texts, isBatch) => {
      const text = isBatch ? `[${texts.join(',')}]` : (texts[0] ?? '{}');
      const all = (isBatch ? texts.map((one) => one.trim()) : [text]).map((one) => {
        const { method, error, jsonrpc, result, ...rest } = JSON.parse(one);
        if (jsonrpc !== '2.0') return undefined;
        const id = membersOf(one).findLast(({ key }) => key === 'id')?.text;
        if (method !== undefined) return { kind: 'server-message', id, text: one };
        const isError = typeof error === 'object' && error !== null && !Array.isArray(error);
        if (!isError && result === undefined) return undefined;
        deepStrictEqual(Object.hasOwn(rest, 'id'), id !== undefined);
        const shownError = isError
          ? {
              code: typeof error.code === 'number' ? error.code : undefined,
              message: typeof error.message === 'string' ? error.message : '',
            }
          : undefined;
        return { kind: 'answer', id: id === 'null' ? undefined : id, text: one, error: shownError };
      });
      const isSound = all.length > 0 && all.every((one) => one !== undefined);
      deepStrictEqual(readIncoming(Buffer.from(text)), isSound ? all : undefined);
    },
  ),
};
