/** What is held: after initialize, after many messages, after a large one, and some time after that. */

import { setTimeout as sleep } from 'node:timers/promises';
import { atMost, atMostMore, atMostTimes, type Measure } from '../measure.ts';
import { residentMb } from '../process.ts';
import type { Setting } from '../setting.ts';
import { call, Died, rate, request, type Talk } from '../talk.ts';
import type { TargetName } from '../targets.ts';

const MESSAGES = 10_000;
const LARGE = 10 * 1_024 * 1_024;
/** Until then what is not needed any more has been given back. */
const REST_MS = 20_000;
const SETTLE_MS = 500;

export async function memory(setting: Setting): Promise<Measure[]> {
  const programs = setting.targets.filter((target) => target !== 'none');
  const stages = await Promise.all([0, 1, 2, 3].map(() => new Map<TargetName, number[][] | 'dies'>()));
  const [first, many, large, rest] = stages as [Stage, Stage, Stage, Stage];
  for (let round = 0; round < setting.rounds(3); round++) {
    for (const target of programs) {
      const talk = await setting.open(target, 'connection-proxy');
      await note(first, target, talk, SETTLE_MS);
      await rate(talk, 8, MESSAGES, () => request('ping'));
      await note(many, target, talk, SETTLE_MS);
      try {
        await talk.exchange(call(LARGE, LARGE));
        await note(large, target, talk, 0);
        await note(rest, target, talk, REST_MS);
      } catch (thrown) {
        if (!(thrown instanceof Died)) throw thrown;
        large.set(target, 'dies');
        rest.set(target, 'dies');
      }
      await talk.close();
    }
  }
  const more = atMostMore(15, 'MB', 'floor');
  return [
    { what: 'memory after initialize', unit: 'MB', samples: first, budgets: [more, atMostTimes(0.65, 'mcp-remote')] },
    {
      what: `memory after ${MESSAGES} messages`,
      unit: 'MB',
      samples: many,
      budgets: [more, atMostTimes(0.4, 'mcp-remote')],
    },
    { what: 'memory gained by them', unit: 'MB', samples: gained(first, many), budgets: [atMost(15, 'MB')] },
    { what: 'memory after 10 MB both ways', unit: 'MB', samples: large, budgets: [more] },
    { what: `memory ${REST_MS / 1_000} s later`, unit: 'MB', samples: rest, budgets: [] },
    { what: 'memory not given back', unit: 'MB', samples: gained(many, rest), budgets: [atMost(15, 'MB')] },
  ];
}

type Stage = Map<TargetName, number[][] | 'dies'>;

async function note(stage: Stage, target: TargetName, talk: Talk, waitMs: number): Promise<void> {
  await sleep(waitMs);
  const rounds = stage.get(target);
  const held = talk.pid === undefined ? undefined : await residentMb(talk.pid);
  if (held !== undefined && rounds !== 'dies') stage.set(target, [...(rounds ?? []), [held]]);
}

function gained(before: Stage, after: Stage): Stage {
  const gains: Stage = new Map();
  for (const [target, later] of after) {
    const earlier = before.get(target);
    if (later === 'dies' || earlier === undefined || earlier === 'dies') continue;
    gains.set(
      target,
      later.map(([value = Number.NaN], round) => [value - (earlier[round]?.[0] ?? Number.NaN)]),
    );
  }
  return gains;
}
