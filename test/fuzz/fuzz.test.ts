import { expect, test } from 'vitest';
import { fuzz } from './run.ts';
import { model } from './targets/model.ts';
import { TARGETS } from './targets.ts';

/** A short run that is the same each time; `npm run fuzz` has the long ones. */
const CASES = 1_500;
const SEED = 30;

/** The model has a test of its own. */
const READERS = TARGETS.filter((target) => target !== model);

test.each(READERS)('$name: nothing is found in a short run (T030, T179)', async (target) => {
  expect((await fuzz(target, CASES, SEED))?.report).toBeUndefined();
});
