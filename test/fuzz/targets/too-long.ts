import { deepStrictEqual } from 'node:assert/strict';
import fc from 'fast-check';
import { readLine } from '../../../src/protocol/read-line.ts';
import { grown } from '../choices.ts';
import { membersOf } from '../json-oracle.ts';
import { isJson } from '../line-oracle.ts';
import { lineBytes } from '../message-texts.ts';
import type { Target } from '../target.ts';

/** T023: of a line that is too long, the id is told rightly or not at all. */
export const tooLong: Target = {
  name: 'id of a line too long',
  share: 5,
  property: fc.property(
    grown(160, (choices) => ({ bytes: lineBytes(choices), head: choices.below(200), tail: choices.below(200) })),
    ({ bytes, head, tail }) => {
      const line = { is: 'too-long', head: bytes.subarray(0, head), tail: bytes.subarray(-tail - 1) } as const;
      const read = readLine(line);
      if (read?.kind !== 'refused') throw new Error('a line that is too long is refused');
      deepStrictEqual([read.problem.kind, read.problem.details.rpc], ['tooLarge', -32600]);
      const text = new TextDecoder().decode(bytes);
      const [said] = read.ids;
      if (said === undefined || !isJson(text)) return;
      const ids = membersOf(text).flatMap((member) => (member.key === 'id' ? [member.text] : []));
      deepStrictEqual(ids.includes(said), true, `${said} is not the id`);
    },
  ),
};
