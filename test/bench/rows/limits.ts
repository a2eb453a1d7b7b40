/** What is as long as may be gets through. */

import { atMost, type Measure } from '../measure.ts';
import { inTurns, type Setting, withTalks } from '../setting.ts';
import { call, timed } from '../talk.ts';
import type { RouteName } from '../targets.ts';

const MB = 1_024 * 1_024;
/** Room for what is around the ballast. An envelope takes 4 MiB with every escape in it; a line takes 64 MiB. */
const LONGEST: readonly (readonly [RouteName, up: number, down: number])[] = [
  ['external-function', 3.6 * MB, 60 * MB],
  ['connection-proxy', 63.9 * MB, 63.9 * MB],
];

export async function limits(setting: Setting): Promise<Measure[]> {
  const measures: Measure[] = [];
  for (const [route, up, down] of LONGEST) {
    const samples = await withTalks(setting, ['bridge'], route, (talkOf) =>
      inTurns(['bridge'], 1, async (target) => {
        const talk = talkOf(target);
        return [(await timed(talk, call(up, 0))) + (await timed(talk, call(0, down)))];
      }),
    );
    measures.push({ what: `the longest there may be, ${route}`, unit: 'ms', samples, budgets: [atMost(10_000, 'ms')] });
  }
  return measures;
}
