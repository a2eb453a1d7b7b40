import { deepStrictEqual } from 'node:assert/strict';
import { isUtf8 } from 'node:buffer';
import fc from 'fast-check';
import { BodyNotUtf8, bodyText, openBody } from '../../../src/relay/body.ts';
import { type Choices, cut, grown } from '../choices.ts';
import { readStream } from '../event-stream-oracle.ts';
import { stringText, valueText } from '../json-texts.ts';
import type { Target } from '../target.ts';

const SPACES = ['', '', ' ', '\n', '\r\n', '\t', '\n'.repeat(70), ' '.repeat(5_000), '\ufeff'];
const STARTS = [
  'data: ',
  'event: message\ndata: ',
  ': hi\n\ndata: ',
  'id: 1\ndata: ',
  'retry: 9\n',
  'data\n',
  'event  \n',
];
const NASTY = [[0xff], [0xc3], [0xe2, 0x82], [0xed, 0xa0, 0x80], [0]];

function growChunks(choices: Choices): Uint8Array[] {
  const kinds = [
    () => valueText(choices, 2, true),
    () => `${choices.of(STARTS)}${stringText(choices)}\n\n`,
    () => `${choices.of(STARTS)}${stringText(choices)}${choices.of(['\n\n', '\r\r', '\r\n\r\n', '\n'])}data: b\n\n`,
    () => choices.of(['<html>', 'session not found', 'data', 'dat', 'idle: no', 'ok', '']),
  ];
  const text = choices.of(SPACES) + choices.of(kinds)() + choices.of(SPACES);
  const nasty = choices.oneIn(6) ? Uint8Array.from(choices.of(NASTY)) : new Uint8Array(0);
  const whole = Buffer.concat([Buffer.from(text), nasty, Buffer.from(choices.oneIn(4) ? 'data: c\n\n' : '')]);
  return cut(new Uint8Array(whole), choices);
}

/** Events without data are not handed on. */
const dataIn = (text: string) => readStream(text).data.filter((data) => data !== '');

type Read = { readonly is: string; readonly texts: readonly string[] };

async function read(chunks: readonly Uint8Array[], mayStream: boolean): Promise<Read> {
  const texts: string[] = [];
  try {
    const body = await openBody(given(chunks), mayStream, 100_000);
    if (body.is === 'whole') return { is: 'whole', texts: [bodyText(body.bytes)] };
    for await (const data of body.events) texts.push(bodyText(data));
    return { is: 'events', texts };
  } catch (thrown) {
    if (thrown instanceof BodyNotUtf8) return { is: 'not UTF-8', texts };
    throw thrown;
  }
}

async function* given(chunks: readonly Uint8Array[]): AsyncGenerator<Uint8Array, void, undefined> {
  yield* chunks;
}

/** T041, T104 to T106: what a body is, and what stands in it, does not depend on how it is cut. */
export const bodies: Target = {
  name: 'bodies',
  share: 8,
  property: fc.asyncProperty(grown(80, growChunks), fc.boolean(), async (chunks, mayStream) => {
    const whole = Buffer.concat(chunks);
    const [cutUp, inOne] = [await read(chunks, mayStream), await read([whole], mayStream)];
    deepStrictEqual(cutUp.is, inOne.is);
    if (isUtf8(whole)) {
      const text = new TextDecoder().decode(whole);
      deepStrictEqual(cutUp.texts, cutUp.is === 'events' ? dataIn(text) : [text]);
      deepStrictEqual(inOne.texts, cutUp.texts);
    } else {
      // Of a stream, the events before the broken byte have been handed on when it comes.
      const intact = dataIn(new TextDecoder().decode(whole));
      deepStrictEqual(cutUp.texts, intact.slice(0, cutUp.texts.length));
      if (cutUp.is === 'whole') throw new Error('broken UTF-8 was taken for text');
    }
    if (!mayStream) deepStrictEqual(cutUp.is === 'events', false);
  }),
};
