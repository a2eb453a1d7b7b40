import { fileURLToPath } from 'node:url';
import { expect, test } from 'vitest';
import { BIN } from '../support/bridge.ts';
import { soak } from './soak.ts';

const PROBE = fileURLToPath(new URL('../support/preload/probe.cjs', import.meta.url));

/** Token lives and session losses in the proportion of a day; `npm run soak -- --day` has all of them. */
test('under load and faults nothing is lost, done twice or left behind, in a short form of the soak (T133, T134, T140)', async () => {
  const { broken, sessions, tokens, verdict } = await soak({
    ...{ bin: BIN, probe: PROBE, ms: 2_000, seed: 133 },
    ...{ inFlight: 200, burst: 500, faultShare: 0.05, tokenLives: 1, sessionLosses: 4 },
  });
  expect(broken).toEqual([]);
  expect(tokens).toBe(2);
  expect(sessions).toBeGreaterThan(4);
  expect(verdict.right).toBeGreaterThan(0.5 * verdict.asked);
});
