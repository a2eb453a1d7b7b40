/** Small messages, one at a time and many at once. */

import { atLeastTimes, atMostMore, atMostTimes, type Measure } from '../measure.ts';
import { cpuMs } from '../process.ts';
import { inTurns, type Setting, startedAnew, withTalks } from '../setting.ts';
import { call, oneByOne, type Ready, rate, request } from '../talk.ts';
import type { TargetName } from '../targets.ts';

const ROUTE = 'external-function';
const KINDS: readonly (readonly [name: string, make: () => Ready])[] = [
  ['ping', () => request('ping')],
  ['1 KB tools/call', () => call(850, 850)],
];

export function oneMessage(setting: Setting): Promise<Measure[]> {
  const { targets } = setting;
  return withTalks(setting, targets, ROUTE, async (talkOf) => {
    for (const target of targets) await oneByOne(talkOf(target), 500, () => request('ping'));
    const measures: Measure[] = [];
    for (const [name, make] of KINDS) {
      const samples = await inTurns(targets, setting.rounds(100), (target) => oneByOne(talkOf(target), 100, make));
      measures.push({ what: `${name}, p50`, unit: 'ms', samples, budgets: [atMostTimes(1.25, 'floor')] });
      measures.push({ what: `${name}, p99`, unit: 'ms', quantile: 0.99, samples, budgets: [atMostTimes(2, 'floor')] });
    }
    return measures;
  });
}

export async function toolsList(setting: Setting): Promise<Measure[]> {
  const { targets } = setting;
  const make = () => request('tools/list');
  const rounds = setting.rounds(15);
  const samples = await startedAnew((started) =>
    withTalks(setting, targets, ROUTE, async (talkOf) => {
      for (const target of targets) await oneByOne(talkOf(target), 200, make);
      return inTurns(targets, rounds, (target) => oneByOne(talkOf(target), 100, make), started * rounds);
    }),
  );
  const budgets = [atMostTimes(1.3, 'floor'), atMostMore(1, 'ms', 'none')];
  return [{ what: 'tools/list, 120 KB', unit: 'ms', samples, budgets }];
}

export function manyAtOnce(setting: Setting): Promise<Measure[]> {
  const { targets } = setting;
  const make = () => request('ping');
  return withTalks(setting, targets, ROUTE, async (talkOf) => {
    for (const target of targets) await rate(talkOf(target), 64, 2_000, make);
    const measures: Measure[] = [];
    for (const inFlight of [1, 8, 64, 256]) {
      const costs = new Map<TargetName, number[][]>();
      const samples = await inTurns(targets, setting.rounds(20), async (target) => {
        const talk = talkOf(target);
        const total = inFlight === 1 ? 500 : 2_000;
        const before = await used(talk.pid);
        const perSecond = await rate(talk, inFlight, total, make);
        const after = await used(talk.pid);
        if (before !== undefined && after !== undefined) {
          costs.set(target, [...(costs.get(target) ?? []), [((after - before) * 1_000) / total]]);
        }
        return [perSecond];
      });
      const budgets = [atLeastTimes(0.8, 'floor'), ...(inFlight === 64 ? [atLeastTimes(8, 'mcp-remote')] : [])];
      measures.push({ what: `${inFlight} in flight`, unit: 'calls/s', samples, budgets });
      if (inFlight === 64) measures.push({ what: 'processor per call at 64', unit: 'µs', samples: costs, budgets: [] });
    }
    return measures;
  });
}

function used(pid: number | undefined): Promise<number | undefined> {
  return pid === undefined ? Promise.resolve(undefined) : cpuMs(pid);
}
