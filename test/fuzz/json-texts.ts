/** JSON as nobody in his right mind writes it, and texts that are nearly JSON. */

import type { Choices } from './choices.ts';

const PLAIN = ['a', 'id', ' ', '{', '}', '[', ']', ',', ':', '/', '-', '0', 'e', '$&', '$1'];
const BEYOND_ASCII = ['é', '\u0085', '\u2028', '\u2029', '\ufeff', '\u017f', '漢', '😀', '\u202e', '\u007f', '\u00a0'];
const ESCAPES = [
  ...['\\"', '\\\\', '\\/', '\\n', '\\r', '\\t', '\\b', '\\f', '\\u0000', '\\u0022', '\\u005c', '\\u000a'],
  ...['\\u0069d', '\\ud83d\\ude00', '\\ud800', '\\udc00', '\\u2028', '\\uFEFF'],
];
const NUMBERS = [
  ...['0', '1', '-0', '-1', '1.0', '1e2', '1E+2', '1.5', '15e-1', '1e400', '-1e400', '1e-400', '0.1'],
  ...['9007199254740993', '-9007199254740993', '9007199254740992.5', '1'.repeat(400), `0.${'3'.repeat(60)}`],
];
const WORDS = ['true', 'false', 'null'];
const SPACES = ['', '', '', '', ' ', '\t', '  ', '\r', ' \t '];

/** White space between tokens; with line feeds where a text is not a line. */
export function space(choices: Choices, lineFeeds = false): string {
  const drawn = choices.of(SPACES);
  return lineFeeds && choices.oneIn(8) ? `${drawn}\n` : drawn;
}

export function stringText(choices: Choices): string {
  const pieces = choices.several(5, () => choices.of(choices.of([PLAIN, ESCAPES, BEYOND_ASCII])));
  return `"${pieces.join('')}"`;
}

export function numberText(choices: Choices): string {
  return choices.of(NUMBERS);
}

/** Any JSON value, up to so many levels deep. */
export function valueText(choices: Choices, levels: number, lineFeeds = false): string {
  const kind = choices.below(levels > 0 ? 6 : 3);
  if (kind === 0) return choices.of(WORDS);
  if (kind === 1) return numberText(choices);
  if (kind === 2) return stringText(choices);
  if (kind === 3) return arrayText(choices, levels, lineFeeds);
  return objectText(choices, levels, lineFeeds);
}

export function arrayText(choices: Choices, levels: number, lineFeeds = false): string {
  const gap = () => space(choices, lineFeeds);
  const items = choices.several(4, () => `${gap()}${valueText(choices, levels - 1, lineFeeds)}${gap()}`);
  return `[${items.length === 0 ? gap() : items.join(',')}]`;
}

/** Keys that readers fall for: written with escapes, of the prototype, in another case. */
const KEYS = [
  ...['"a"', '"b"', '""', '"id"', '"\\u0069d"', '"ID"', '"params"', '"method"', '"result"', '"error"', '"1"'],
  ...['"__proto__"', '"constructor"', '"param\u017f"', '"_meta"', '"x\\"id"', '"\\\\"', '"tools"', '"name"'],
];

export function objectText(choices: Choices, levels: number, lineFeeds = false): string {
  const members = choices.several(5, () => ({
    key: choices.of(KEYS),
    value: valueText(choices, levels - 1, lineFeeds),
  }));
  return joined(choices, members, lineFeeds);
}

/** An object with these members, spaced at random. */
export function joined(
  choices: Choices,
  members: readonly { readonly key: string; readonly value: string }[],
  lineFeeds = false,
): string {
  const gap = () => space(choices, lineFeeds);
  const texts = members.map(({ key, value }) => `${gap()}${key}${gap()}:${gap()}${value}${gap()}`);
  return `{${texts.length === 0 ? gap() : texts.join(',')}}`;
}
