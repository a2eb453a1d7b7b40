import { expect, test } from 'vitest';
import { withinReason } from '../../src/commands/within-reason.ts';
import { HandClock } from '../support/hand-clock.ts';

test('after ten seconds no question about details is waited for, and none is asked any more', async () => {
  const clock = new HandClock();
  const asked: string[] = [];
  const { ask } = withinReason((path) => {
    asked.push(path);
    return new Promise(() => {});
  }, clock);
  const first = ask('/first');
  clock.advance(9_999);
  clock.advance(1);
  await expect(first).rejects.toThrow(/no more time/);
  await expect(ask('/second')).rejects.toThrow(/no more time/);
  expect(asked).toEqual(['/first']);
});
