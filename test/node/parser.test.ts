import { cachedDataVersionTag } from 'node:v8';
import { expect, test } from 'vitest';
import { parserLoads, parserRuns } from '../../src/node/parser.ts';

test('V8 is told for the first answer alone not to optimize, since it takes no code from one set of flags under another', () => {
  const usual = cachedDataVersionTag();
  parserLoads();
  expect(cachedDataVersionTag()).not.toBe(usual);
  parserRuns();
  expect(cachedDataVersionTag()).toBe(usual);
  parserLoads();
  expect(cachedDataVersionTag()).toBe(usual);
});
