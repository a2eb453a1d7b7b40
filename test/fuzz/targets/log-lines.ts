import { deepStrictEqual, match } from 'node:assert/strict';
import fc from 'fast-check';
import { bounded, LINE_BYTES } from '../../../src/node/log-line.ts';
import { type Choices, grown } from '../choices.ts';
import type { Target } from '../target.ts';

const SAID = [
  ...[
    'a',
    '\r\n',
    '\u001b[2J',
    '\u009b31m',
    '\u001b]8;;http://evil\u0007',
    '\u202e',
    '\u2066',
    '\u2028',
    '\0',
    '\u007f',
  ],
  ...['"', '\\', '{"level":60}', '漢', '😀', '\ud800', '\ufeff', '\u200b', 'x'.repeat(300), '漢'.repeat(400)],
];

function growLine(choices: Choices): { readonly text: string; readonly json: boolean } {
  const said = choices.several(6, () => choices.of(SAID)).join('');
  const fields = {
    level: 40,
    time: 1,
    pid: 2,
    because: said,
    list: choices.several(3, () => choices.of(SAID)),
    msg: said,
  };
  // A secret that was taken out of the middle may leave what is no JSON any more.
  const json = !choices.oneIn(6);
  return { text: json ? `${JSON.stringify(fields)}\n` : `${JSON.stringify(fields).slice(choices.below(40))}\n`, json };
}

/** T165: whatever is said, it is one line of bounded length without a character that a terminal acts on. */
export const logLines: Target = {
  name: 'log lines',
  share: 4,
  property: fc.property(grown(40, growLine), ({ json, text }) => {
    const line = bounded(text);
    // biome-ignore lint/suspicious/noControlCharactersInRegex: that there are none is what is looked at
    match(line, /^[^\0-\u001f\u007f-\u009f\u200b-\u200f\u2028\u2029\u202a-\u202e\u2066-\u2069\ufeff]*\n$/);
    deepStrictEqual(Buffer.byteLength(line) <= LINE_BYTES, true, `${Buffer.byteLength(line)} bytes`);
    if (!json) return;
    const { level, msg } = JSON.parse(line);
    deepStrictEqual([level, JSON.parse(text).msg.startsWith(String(msg).replace(/…$/, ''))], [40, true]);
  }),
};
