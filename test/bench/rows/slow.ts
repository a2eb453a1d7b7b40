/** Quick calls beside a slow one. */

import { atMost, type Measure } from '../measure.ts';
import { inTurns, type Setting, withTalks } from '../setting.ts';
import { quantile } from '../statistics.ts';
import { call, oneByOne } from '../talk.ts';
import type { TargetName } from '../targets.ts';

/** How long the slow call takes, and how many quick ones are made beside it. */
const SLOW_MS = 2_000;
const QUICK = 100;
const TARGETS: readonly TargetName[] = ['bridge', 'floor'];

export function oneSlowCall(setting: Setting): Promise<Measure[]> {
  const quick = () => call(100, 100);
  return withTalks(setting, TARGETS, 'external-function', async (talkOf) => {
    for (const target of TARGETS) await oneByOne(talkOf(target), 1_000, quick);
    const alone = new Map<TargetName, number[]>();
    const beside = await inTurns(TARGETS, setting.rounds(25), async (target) => {
      const talk = talkOf(target);
      const slow = talk.exchange(call(100, 100, SLOW_MS));
      const times = await oneByOne(talk, QUICK, quick);
      await slow;
      alone.set(target, [...(alone.get(target) ?? []), ...(await oneByOne(talk, QUICK, quick))]);
      return times;
    });
    const times = new Map<TargetName, number[][]>();
    for (const target of TARGETS) {
      const rounds = beside.get(target);
      if (rounds === undefined || rounds === 'dies') continue;
      times.set(target, [[quantile(rounds.flat(), 0.99) / quantile(alone.get(target) ?? [], 0.99)]]);
    }
    return [
      {
        what: 'quick calls beside a slow one, p99',
        unit: 'ms',
        quantile: 0.99,
        samples: beside,
        budgets: [],
      },
      { what: 'the same, over that without it', unit: '×', samples: times, budgets: [atMost(1.2, '×')] },
    ];
  });
}
