import { fileURLToPath } from 'node:url';
import { expect, test } from 'vitest';
import { BIN } from '../support/bridge.ts';
import { soak } from './soak.ts';

const PROBE = fileURLToPath(new URL('../support/preload/probe.cjs', import.meta.url));

test('under load and faults nothing is lost, done twice or left behind, in a short form of the soak (T133, T134, T140)', async () => {
  const { broken, faults, sessions, tokens, verdict } = await soak({
    ...{ bin: BIN, probe: PROBE, ms: 3_000, seed: 133 },
    ...{ inFlight: 200, burst: 1_000, faultShare: 0.05, tokenLives: 3, sessionLosses: 5 },
  });
  expect(broken).toEqual([]);
  expect(tokens).toBe(4);
  expect(sessions).toBeGreaterThan(5);
  for (const [fault, count] of Object.entries(faults)) expect([fault, count > 0]).toEqual([fault, true]);
  expect(verdict.right).toBeGreaterThan(0.5 * verdict.asked);
});
