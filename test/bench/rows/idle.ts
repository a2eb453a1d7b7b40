/** What is used when nothing is said. */

import { setTimeout as sleep } from 'node:timers/promises';
import { atMost, type Measure } from '../measure.ts';
import { cpuMs } from '../process.ts';
import type { Setting } from '../setting.ts';
import { oneByOne, request } from '../talk.ts';
import type { TargetName } from '../targets.ts';

const IDLE_MS = 60_000;
/** No processor to speak of: a thousandth of one. Node itself collects its garbage once or twice in that time, for 10 ms each. */
const SHARE = 1 / 1_000;
/** For what belongs to the start: a timer of half a second more does not count as idle. */
const SETTLE_MS = 2_000;

export async function idle(setting: Setting): Promise<Measure[]> {
  const idleMs = setting.rounds(10) < 10 ? IDLE_MS / 10 : IDLE_MS;
  const processor = new Map<TargetName, number[][]>();
  const sockets = new Map<TargetName, number[][]>();
  for (const target of setting.targets.filter((name) => name === 'bridge' || name === 'floor')) {
    const talk = await setting.open(target);
    await oneByOne(talk, 100, () => request('ping'));
    await sleep(SETTLE_MS);
    const before = await used(talk.pid);
    await sleep(idleMs);
    const after = await used(talk.pid);
    sockets.set(target, [[(await setting.far.tell({})).sockets]]);
    if (before !== undefined && after !== undefined) processor.set(target, [[after - before]]);
    await talk.close();
  }
  return [
    {
      what: `processor in ${idleMs / 1_000} s of idling`,
      unit: 'ms',
      samples: processor,
      budgets: [atMost(idleMs * SHARE, 'ms')],
    },
    { what: 'sockets after that', unit: '', samples: sockets, budgets: [atMost(1, '')] },
  ];
}

function used(pid: number | undefined): Promise<number | undefined> {
  return pid === undefined ? Promise.resolve(undefined) : cpuMs(pid);
}
