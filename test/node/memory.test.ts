import { cachedDataVersionTag } from 'node:v8';
import { expect, test } from 'vitest';
import { leaveParserAsItIs } from '../../src/node/memory.ts';

test('what is set for the moment in which the parser is loaded is set back to what this version of V8 has', async () => {
  // Code that was compiled under other flags is not taken at the next start.
  const before = cachedDataVersionTag();
  leaveParserAsItIs();
  expect(cachedDataVersionTag()).not.toBe(before);
  await new Promise((resolve) => setImmediate(resolve));
  expect(cachedDataVersionTag()).toBe(before);
});
