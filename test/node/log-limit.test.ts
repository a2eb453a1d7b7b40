import { expect, it } from 'vitest';
import { limited } from '../../src/node/log-limit.ts';
import { ModelClock } from '../model/clock.ts';

function open(debugs = false) {
  const lines: (readonly [what: string, fields: object])[] = [];
  const write = (fields: object, what: string) => lines.push([what, fields]);
  const clock = new ModelClock();
  const log = limited(
    { debugs, debug: write, info: write, warn: write, error: write, release: () => {}, close: async () => {} },
    clock,
  );
  return { clock, lines, log };
}

it('writes twenty lines of one sentence a minute, and says how many it left out (T141)', () => {
  const { clock, lines, log } = open();
  for (let call = 0; call < 1_000; call++) log.warn({ call }, 'a request failed');
  expect(lines).toHaveLength(20);
  log.warn({}, 'something else');
  log.warn({ kind: 'auth' }, 'a request failed');
  expect(lines).toHaveLength(22);
  clock.advance(60_000);
  log.warn({ call: 'next' }, 'a request failed');
  expect(lines.slice(22)).toEqual([
    ['left out lines that say the same', { leftOut: 980, sentence: 'a request failed' }],
    ['a request failed', { call: 'next' }],
  ]);
});

it('says at the end what it left out', () => {
  const { lines, log } = open();
  for (let call = 0; call < 21; call++) log.error({}, 'a request failed');
  void log.close();
  expect(lines.at(-1)).toEqual(['left out lines that say the same', { leftOut: 1, sentence: 'a request failed' }]);
});

it('leaves nothing out at debug level', () => {
  const { lines, log } = open(true);
  for (let call = 0; call < 100; call++) log.info({}, 'trying again');
  expect(lines).toHaveLength(100);
});
