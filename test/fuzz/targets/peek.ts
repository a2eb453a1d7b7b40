import { deepStrictEqual } from 'node:assert/strict';
import fc from 'fast-check';
import { readLine } from '../../../src/protocol/read-line.ts';
import { grown } from '../choices.ts';
import { type Expected, expectedOf } from '../line-oracle.ts';
import { lineBytes } from '../message-texts.ts';
import type { Target } from '../target.ts';

/** What the bridge makes of a line, as far as the requirements speak of it. */
function readAs(bytes: Uint8Array): Expected {
  const read = readLine({ is: 'whole', bytes });
  return read === undefined ? { kind: 'ignored' } : shown(read);
}

function shown(read: NonNullable<ReturnType<typeof readLine>>): Expected {
  switch (read.kind) {
    case 'dropped':
      return { kind: 'dropped' };
    case 'refused':
      return { kind: 'refused', rpc: read.problem.details.rpc ?? Number.NaN, ids: read.ids };
    case 'batch':
      return { kind: 'batch', messages: read.messages.map(shown), text: read.text };
    case 'response':
      return { kind: 'response', id: read.id, method: undefined, text: read.text, modern: undefined };
    case 'notification':
      return { kind: 'notification', id: undefined, method: read.method, text: read.text, modern: read.modern };
    case 'request':
      return { kind: 'request', id: read.id, method: read.method, text: read.text, modern: read.modern };
  }
}

/** T006 to T022, T026, T030, T036: refused exactly where JSON.parse or the rules refuse, else the same id and method. */
export const peek: Target = {
  name: 'peek',
  share: 25,
  property: fc.property(
    grown(160, (choices) => lineBytes(choices)),
    (bytes) => {
      deepStrictEqual(readAs(bytes), expectedOf(bytes));
    },
  ),
};
