import { describe, expect, it } from 'vitest';
import { Problem } from '../../src/protocol/problem.ts';
import type { CallClass, FailurePoint } from '../../src/protocol/retry.ts';
import { RetryBudget } from '../../src/protocol/retry-budget.ts';
import { Attempts } from '../../src/relay/attempts.ts';
import { Failure } from '../../src/relay/failure.ts';
import { HandClock } from '../support/hand-clock.ts';

const access = (token: string) => ({ origin: 'https://adb-1.azuredatabricks.net', token });
const failure = (point: FailurePoint) =>
  new Failure(point, new Problem('upstreamHttp', 'No.', { outcome: point === 'broken' ? 'unknown' : 'rejected' }));

/** How many attempts are made at a call that fails at these points, one after the other. */
function attemptsAt(callClass: CallClass, points: readonly FailurePoint[], budget = new RetryBudget()): number {
  const attempts = new Attempts(new HandClock(), callClass, 60_000, budget, 'not_sent');
  let made = 0;
  for (const point of points) {
    const used = access(`token-${made++}`);
    attempts.begin(used);
    try {
      attempts.failed(failure(point), used);
    } catch {
      return made;
    }
  }
  return made + 1;
}

describe('a call that fails', () => {
  it.each<[readonly FailurePoint[], number]>([
    [['unavailable', 'broken'], 3],
    [['token-refused', 'unavailable', 'broken'], 4],
    [['unavailable', 'token-refused', 'broken'], 4],
    [['token-refused', 'token-refused'], 2],
    [['busy', 'unavailable', 'broken'], 3],
    [['unsent', 'unsent', 'broken'], 3],
    [['unsent', 'unsent', 'unsent'], 3],
  ])('at %j is attempted so often: a fresh token uses up no repeat', (points, expected) => {
    expect(attemptsAt('safe', points)).toBe(expected);
  });

  it('spends the budget of all calls, but not on a fresh token or on what never left', () => {
    const budget = new RetryBudget();
    for (let call = 0; call < 20; call++) {
      expect(attemptsAt('effects', ['token-refused'], budget)).toBe(2);
      expect(attemptsAt('effects', ['unsent'], budget)).toBe(2);
    }
    for (let call = 0; call < 10; call++) expect(attemptsAt('safe', ['broken'], budget)).toBe(2);
    expect(attemptsAt('safe', ['broken'], budget)).toBe(1);
  });

  it('keeps the refusal of its token where there is no other one', () => {
    const attempts = new Attempts(new HandClock(), 'safe', 60_000, new RetryBudget(), 'not_sent');
    const only = access('the-only-token');
    attempts.begin(only);
    const refusal = failure('token-refused');
    expect(attempts.failed(refusal, only).waitMs).toBe(0);
    expect(attempts.refused).toBe(only);
    expect(() => attempts.begin(only)).toThrow(refusal);
    expect(() => attempts.begin(access('another-token'))).not.toThrow();
  });

  it.each<[FailurePoint, boolean]>([
    ['token-refused', false],
    ['broken', true],
  ])('at %s needs a new connection: %s', (point, expected) => {
    const attempts = new Attempts(new HandClock(), 'safe', 60_000, new RetryBudget(), 'not_sent');
    expect(attempts.needsFresh).toBe(false);
    attempts.failed(failure(point), access('token'));
    expect(attempts.needsFresh).toBe(expected);
  });
});
