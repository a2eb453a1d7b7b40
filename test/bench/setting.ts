/** What the rows measure in: the far side, the targets, and how they take turns. */

import { join } from 'node:path';
import { type Program, spawnTalk } from './child.ts';
import { openDirect } from './direct.ts';
import type { Far } from './far/control.ts';
import type { Samples } from './measure.ts';
import { orderOf } from './order.ts';
import { Died, handshake, type Talk } from './talk.ts';
import { programOf, type RouteName, type TargetName, type Where } from './targets.ts';

export interface Setting {
  readonly far: Far;
  readonly targets: readonly TargetName[];
  /** How many of so many rounds are run: fewer where it has to be quick. */
  rounds(full: number): number;
  readonly peers: Where['peers'];
  /** Of the Node that runs the targets. */
  readonly nodeMajor: number;
  /** How a target is started; undefined for the one that is no program. */
  program(target: TargetName, route?: RouteName): Program | undefined;
  /** Starts a target, without a word said to it. */
  start(target: TargetName, route?: RouteName): Talk;
  /** The same where it never ran before: what one start keeps for the next is not there, and cannot be put there. */
  startAnew(target: TargetName): Talk;
  /** Starts a target and shakes hands. */
  open(target: TargetName, route?: RouteName): Promise<Talk>;
}

export interface SettingOptions extends Omit<Where, 'origin' | 'route'> {
  readonly targets: readonly TargetName[];
  readonly isQuick: boolean;
  readonly nodeMajor: number;
}

export function settingFor(far: Far, { isQuick, nodeMajor, targets, ...where }: SettingOptions): Setting {
  const program = (target: TargetName, route: RouteName = 'external-function') =>
    programOf(target, { ...where, origin: far.origin, route });
  const start = (target: TargetName, route: RouteName = 'external-function'): Talk => {
    const started = program(target, route);
    return started ? spawnTalk(started) : openDirect(far.origin, route);
  };
  const startAnew = (target: TargetName): Talk => {
    const home = join(where.home, 'missing');
    const started = programOf(target, { ...where, home, origin: far.origin, route: 'external-function' });
    return started ? spawnTalk(started) : openDirect(far.origin, 'external-function');
  };
  return {
    far,
    targets,
    rounds: (full) => (isQuick ? Math.max(2, Math.ceil(full / 5)) : full),
    peers: where.peers,
    nodeMajor,
    program,
    start,
    startAnew,
    async open(target, route) {
      const talk = start(target, route);
      await handshake(talk);
      return talk;
    },
  };
}

/**
 * Lets every target have a turn in each round, in an order in which each comes after each other one equally often: what
 * else the machine does falls on all alike, and so does what the one before has left in its caches and its queues.
 *
 * @param turn - gives the samples of one turn; a target that dies in it has no more turns
 * @param from - how many rounds there were before, where the same is measured in parts
 */
export async function inTurns(
  targets: readonly TargetName[],
  rounds: number,
  turn: (target: TargetName) => Promise<readonly number[]>,
  from = 0,
): Promise<Samples> {
  const samples = new Map<TargetName, (readonly number[])[] | 'dies'>(targets.map((target) => [target, []]));
  for (let round = from; round < from + rounds; round++) {
    for (const place of orderOf(round, targets.length)) {
      const target = targets[place] as TargetName;
      const own = samples.get(target);
      if (own === undefined || own === 'dies') continue;
      try {
        own.push(await turn(target));
      } catch (thrown) {
        if (!(thrown instanceof Died)) throw thrown;
        samples.set(target, 'dies');
      }
    }
  }
  return samples;
}

/** How often the targets are started for one row. */
const STARTS = 3;

/**
 * Measures the same with targets that are started anew: one process can be slower than the next for as long as it lives.
 *
 * @param measure - told how often the targets were started before
 */
export async function startedAnew(measure: (started: number) => Promise<Samples>): Promise<Samples> {
  const samples = new Map<TargetName, readonly (readonly number[])[] | 'dies'>();
  for (let started = 0; started < STARTS; started++) {
    for (const [target, rounds] of await measure(started)) {
      const before = samples.get(target) ?? [];
      samples.set(target, rounds === 'dies' || before === 'dies' ? 'dies' : [...before, ...rounds]);
    }
  }
  return samples;
}

/** Opens every target, lets them take turns with what is done with their talks, and closes them. */
export async function withTalks<T>(
  { open }: Setting,
  targets: readonly TargetName[],
  route: RouteName,
  use: (talkOf: (target: TargetName) => Talk) => Promise<T>,
): Promise<T> {
  const talks = new Map<TargetName, Talk>();
  for (const target of targets) talks.set(target, await open(target, route));
  try {
    return await use((target) => talks.get(target) as Talk);
  } finally {
    await Promise.all([...talks.values()].map((talk) => talk.close()));
  }
}
