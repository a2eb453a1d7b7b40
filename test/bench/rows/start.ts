/** From the spawn to the answer of initialize, the far side being warm. */

import { atMost, atMostTimes, type Budget, type Measure } from '../measure.ts';
import { inTurns, type Setting } from '../setting.ts';
import { handshake } from '../talk.ts';
import type { TargetName } from '../targets.ts';

/** What is added to each answer where the far side is far away. */
const DISTANCE_MS = 50;
/** Of each program: one start differs from the next by more than what is to be seen. */
const STARTS = 61;

export async function coldStart(setting: Setting): Promise<Measure[]> {
  const programs = setting.targets.filter((target) => target !== 'none');
  const samples = await inTurns(programs, setting.rounds(STARTS), async (target) => [
    (await start(setting, target)).ms,
  ]);
  const budgets = [timesFloor(setting), atMostTimes(0.25, 'mcp-remote')];
  const anew: Setting = { ...setting, start: setting.startAnew };
  const ours = programs.filter((target) => target === 'bridge' || target === 'floor');
  const first = await inTurns(ours, setting.rounds(STARTS), async (target) => [(await start(anew, target)).ms]);
  return [
    { what: 'cold start', unit: 'ms', samples, budgets },
    { what: 'cold start, the very first', unit: 'ms', samples: first, budgets: [] },
  ];
}

export async function firstContact(setting: Setting): Promise<Measure[]> {
  const programs = setting.targets.filter((target) => target !== 'none');
  const requests = await inTurns(programs, 2, async (target) => [(await start(setting, target)).requests]);
  await setting.far.tell({ delayMs: DISTANCE_MS });
  const samples = await inTurns(programs, setting.rounds(STARTS), async (target) => [
    (await start(setting, target)).ms,
  ]);
  await setting.far.tell({ delayMs: 0 });
  return [
    { what: 'requests until initialize is answered', unit: '', samples: requests, budgets: [atMost(1, '')] },
    { what: `cold start, ${DISTANCE_MS} ms away`, unit: 'ms', samples, budgets: [timesFloor(setting)] },
  ];
}

/** Before Node 22.8 there is no compile cache. */
function timesFloor({ nodeMajor }: Setting): Budget {
  return atMostTimes(nodeMajor < 22 ? 2.3 : 2, 'floor');
}

async function start({ far, start }: Setting, target: TargetName): Promise<{ ms: number; requests: number }> {
  await far.tell({ reset: true });
  const from = performance.now();
  const talk = start(target);
  await handshake(talk);
  const ms = performance.now() - from;
  const { untilInitialized } = await far.tell({});
  await talk.close();
  return { ms, requests: untilInitialized };
}
