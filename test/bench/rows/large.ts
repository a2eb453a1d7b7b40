/** Large messages, there and back; and whether their time grows with their size alone. */

import { atMost, atMostTimes, type Measure, type Samples } from '../measure.ts';
import { inTurns, type Setting, startedAnew, withTalks } from '../setting.ts';
import { quantile } from '../statistics.ts';
import { call, type Ready, timed } from '../talk.ts';
import type { RouteName, TargetName } from '../targets.ts';

const KB = 1_024;
const MB = 1_024 * KB;

interface Size {
  readonly name: string;
  readonly bytes: number;
  readonly route: RouteName;
  /**
   * Each time the targets are started, before those that count. From 1 MB on, messages get memory that the system has to find
   * first until some fifty megabytes have gone through: only then does what was freed come back. [page faults counted
   * 2026-11-28]
   */
  readonly warm: number;
  /** Each time the targets are started. */
  readonly rounds: number;
  /** Most times what the floor takes. */
  readonly times: number;
  /** Calls in one turn: of small ones, one alone says little. */
  readonly calls: number;
}

const SIZES: readonly Size[] = [
  { name: '64 KB', bytes: 64 * KB, route: 'external-function', warm: 3, rounds: 10, times: 1.3, calls: 20 },
  { name: '1 MB', bytes: MB, route: 'external-function', warm: 6, rounds: 10, times: 1.5, calls: 8 },
  { name: '64 KB', bytes: 64 * KB, route: 'connection-proxy', warm: 3, rounds: 10, times: 1.3, calls: 20 },
  { name: '1 MB', bytes: MB, route: 'connection-proxy', warm: 6, rounds: 10, times: 1.5, calls: 8 },
  { name: '10 MB', bytes: 10 * MB, route: 'connection-proxy', warm: 5, rounds: 10, times: 1.5, calls: 1 },
  { name: '50 MB', bytes: 50 * MB, route: 'connection-proxy', warm: 1, rounds: 4, times: 1.5, calls: 1 },
];

const WAYS: readonly (readonly [way: string, make: (bytes: number) => Ready])[] = [
  ['up', (bytes) => call(bytes, 0)],
  ['down', (bytes) => call(0, bytes)],
  ['both', (bytes) => call(bytes, bytes)],
];

export async function largeMessages(setting: Setting): Promise<Measure[]> {
  const measures: Measure[] = [];
  const perByte = new Map<string, number[]>();
  for (const size of SIZES) {
    for (const [way, make] of WAYS) {
      const samples = await startedAnew((started) => exchange(setting, size, () => make(size.bytes), started));
      const what = `${size.name} ${way}, ${size.route}`;
      measures.push({ what, unit: 'ms', samples, budgets: [atMostTimes(size.times, 'floor')] });
      if (size.route === 'connection-proxy') note(perByte, way, samples, size.bytes);
    }
  }
  for (const [way] of WAYS) measures.push(growth(way, perByte));
  return measures;
}

function exchange(
  setting: Setting,
  { calls, rounds: full, route, warm: turns }: Size,
  make: () => Ready,
  started: number,
): Promise<Samples> {
  const { targets } = setting;
  return withTalks(setting, targets, route, async (talkOf) => {
    const turn = async (target: TargetName) => {
      const times: number[] = [];
      while (times.length < calls) times.push(await timed(talkOf(target), make()));
      return times;
    };
    const warm = await inTurns(targets, turns, turn);
    const alive = targets.filter((target) => warm.get(target) !== 'dies');
    const rounds = setting.rounds(full);
    const samples = new Map(await inTurns(alive, rounds, turn, started * rounds));
    for (const target of targets) if (!alive.includes(target)) samples.set(target, 'dies');
    return samples;
  });
}

const GROWING: readonly TargetName[] = ['bridge', 'floor'];

function note(perByte: Map<string, number[]>, way: string, samples: Samples, bytes: number): void {
  for (const target of GROWING) {
    const rounds = samples.get(target);
    const key = `${target} ${way}`;
    if (rounds === undefined || rounds === 'dies') continue;
    perByte.set(key, [...(perByte.get(key) ?? []), (quantile(rounds.flat(), 0.5) * 1e6) / bytes]);
  }
}

/** By how much a byte of a larger message costs more than one of the smallest. */
function growth(way: string, perByte: ReadonlyMap<string, readonly number[]>): Measure {
  const samples = new Map<TargetName, number[][]>();
  for (const target of GROWING) {
    const costs = perByte.get(`${target} ${way}`) ?? [];
    const [smallest = Number.NaN] = costs;
    samples.set(target, [[Math.max(...costs) / smallest]]);
  }
  return { what: `growth of time per byte, ${way}`, unit: '×', samples, budgets: [atMost(1.5, '×')] };
}
