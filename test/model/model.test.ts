import { expect, test } from 'vitest';
import { fuzz } from '../fuzz/run.ts';
import { model } from '../fuzz/targets/model.ts';

/** A short run that is the same each time; `npm run fuzz -- --target model` has the long ones. */
const CASES = 200;
const SEED = 145;

test('the relay does what its model says in every order of events (T145)', async () => {
  expect((await fuzz(model, CASES, SEED))?.report).toBeUndefined();
});
