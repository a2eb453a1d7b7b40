/** Lines as clients send them, as they might, and as they never should. */

import type { Choices } from './choices.ts';
import { joined, numberText, objectText, space, stringText, valueText } from './json-texts.ts';

type Member = { readonly key: string; readonly value: string };

const JSONRPC_KEYS = ['"jsonrpc"', '"jsonrpc"', '"jsonrpc"', '"json\\u0072pc"', '"JSONRPC"'];
const VERSIONS = ['"2.0"', '"2.0"', '"2.0"', '"2.0"', '"2\\u002e0"', '"1.0"', '2.0', 'null', '["2.0"]'];
const ID_KEYS = ['"id"', '"id"', '"id"', '"\\u0069d"', '"i\\u0064"', '"Id"', '"ID"'];
const ODD_IDS = ['null', 'true', '{}', '[]', '""', '"__proto__"', '"\\u0061"', '"\\ud800"', '"$&"', '{"id":1}'];
const METHOD_KEYS = ['"method"', '"method"', '"method"', '"\\u006dethod"', '"Method"'];
const METHODS = [
  ...['"tools/call"', '"tools/list"', '"ping"', '"initialize"', '"notifications/cancelled"', '"prompts/get"'],
  ...['"resources/read"', '"tasks/get"', '"subscriptions/listen"', '"tools\\/call"', '"t\\u00f6ols"', '""', '" "'],
  ...['1', 'null', '["ping"]', '"漢"', '"a\\r\\nX-Evil: 1"', '"=?base64?eA==?="'],
];
const MODERN = ['"io.modelcontextprotocol/protocolVersion"', '"io.modelcontextprotocol\\/protocolVersion"'];
const PROTOCOL_VERSIONS = ['"2026-07-28"', '"2026-07-28"', '"x\\ny"', '""', '1', 'null'];

/** A single message, more or less: `jsonrpc`, an id, a method and what belongs to it, in any order. */
export function messageText(choices: Choices): string {
  const members: Member[] = [{ key: choices.of(JSONRPC_KEYS), value: choices.of(VERSIONS) }];
  if (!choices.oneIn(3)) members.push({ key: choices.of(ID_KEYS), value: idText(choices) });
  if (!choices.oneIn(4)) members.push({ key: choices.of(METHOD_KEYS), value: choices.of(METHODS) });
  if (!choices.oneIn(3)) members.push({ key: choices.of(['"params"', '"param\\u0073"']), value: paramsText(choices) });
  if (choices.oneIn(5)) members.push({ key: choices.of(['"result"', '"error"']), value: valueText(choices, 2) });
  if (choices.oneIn(6)) members.push({ key: choices.of(['"result"', '"error"']), value: valueText(choices, 1) });
  if (choices.oneIn(6)) members.push(choices.of(members));
  if (choices.oneIn(4)) members.push({ key: stringText(choices), value: valueText(choices, 3) });
  return space(choices) + joined(choices, shuffled(choices, members)) + space(choices);
}

/** A message, a batch of them, any other JSON, or a message that nests deeply. */
export function lineText(choices: Choices): string {
  const kind = choices.below(40);
  if (kind < 33) return messageText(choices);
  if (kind < 37) return `[${choices.several(4, () => messageText(choices)).join(',')}]`;
  if (kind < 39) return valueText(choices, 3);
  return choices.oneIn(12) ? deepText(choices) : objectText(choices, 4);
}

/** Nesting that ends just before, at or just behind the deepest that is carried. */
function deepText(choices: Choices): string {
  const levels = 9_997 + choices.below(7);
  const [open, close] = choices.of([
    ['[', ']'],
    ['{"a":', '}'],
  ] as const);
  const nested = open.repeat(levels) + (open === '[' ? '' : '1') + close.repeat(levels);
  return `{"jsonrpc":"2.0","id":1,"method":"x","params":${nested}}`;
}

function idText(choices: Choices): string {
  return choices.of([() => String(choices.below(1000)), () => numberText(choices), () => choices.of(ODD_IDS)])();
}

function paramsText(choices: Choices): string {
  if (choices.oneIn(4)) return valueText(choices, 3);
  const meta = joined(choices, [
    ...choices.several(1, () => ({ key: stringText(choices), value: valueText(choices, 1) })),
    ...choices.several(2, () => ({ key: choices.of(MODERN), value: choices.of(PROTOCOL_VERSIONS) })),
  ]);
  const members: Member[] = [
    { key: '"_meta"', value: choices.oneIn(6) ? valueText(choices, 1) : meta },
    { key: choices.of(['"name"', '"uri"', '"taskId"', '"requestId"', '"n\\u0061me"']), value: stringText(choices) },
    { key: '"arguments"', value: valueText(choices, 3) },
  ];
  return joined(choices, shuffled(choices, members.slice(choices.below(2))));
}

function shuffled<Item>(choices: Choices, items: readonly Item[]): Item[] {
  const left = [...items];
  return items.map(() => left.splice(choices.below(left.length), 1)[0] as Item);
}

/** Bytes that are no UTF-8, or that a reader of JSON might stumble over. */
const NASTY: readonly (readonly number[])[] = [
  ...[[0xff], [0xc0, 0xaf], [0xed, 0xa0, 0x80], [0xf0, 0x9f, 0x97], [0xf4, 0x90, 0x80, 0x80], [0x80], [0xe2, 0x80]],
  ...[[0xef, 0xbb, 0xbf], [0xfe, 0xff], [0xff, 0xfe], [0], [0x0d], [0x0b], [0x1f], [0xc2, 0xa0], [0xe2, 0x80, 0xa8]],
  ...['"', '\\', '{', '}', '[', ']', ',', ':', '-', '.', 'e', '+', '0', '/', 'u', '\\u', 't', '\t', "'", '//'].map(
    (text) => [...Buffer.from(text)],
  ),
];

/** A line in bytes, about half of the time with some damage done. */
export function lineBytes(choices: Choices): Uint8Array {
  let bytes: Uint8Array = Buffer.from(lineText(choices));
  for (let damages = Math.max(0, choices.below(6) - 2); damages > 0; damages--) {
    const at = choices.below(bytes.length + 1);
    const [before, after] = [bytes.subarray(0, at), bytes.subarray(at)];
    const nasty = Uint8Array.from(choices.of(NASTY));
    switch (choices.below(6)) {
      case 0:
        bytes = Buffer.concat([before, nasty, after]);
        break;
      case 1:
        bytes = Buffer.concat([before, nasty, after.subarray(1)]);
        break;
      case 2:
        bytes = Buffer.concat([before, after.subarray(1 + choices.below(4))]);
        break;
      case 3:
        bytes = before;
        break;
      case 4:
        bytes = Buffer.concat([bytes.subarray(0, choices.below(at + 1)), after]);
        break;
      case 5:
        bytes = Buffer.concat([nasty, bytes]);
        break;
    }
  }
  // A line has no line feed in it.
  return bytes.filter((byte) => byte !== 0x0a);
}
