/** Which route to take, from what the routes showed. */

import type { RouteReport } from './routes.ts';

export interface Advice {
  readonly route: string;
  readonly because: string;
}

/** Round trips that differ by less are alike: by a share, and by what a person could notice. */
const MUCH_FASTER = 0.7;
const NOTICED_MS = 20;

/**
 * @param reports - of the routes that worked, the configured one first
 * @returns undefined where none worked
 */
export function adviseOn(reports: readonly RouteReport[]): Advice | undefined {
  const [first, ...others] = reports;
  if (first === undefined) return undefined;
  const best = others.reduce((one, other) => (isBetter(other, one) ? other : one), first);
  return {
    route: best.name,
    because: reasonsFor(
      best,
      reports.filter((report) => report !== best),
    ).join(', '),
  };
}

function isBetter(one: RouteReport, other: RouteReport): boolean {
  const [worth, otherWorth] = [worthOf(one), worthOf(other)];
  return worth === otherWorth ? isMuchFaster(one, other) : worth > otherWorth;
}

function isMuchFaster({ roundTripMs: one }: RouteReport, { roundTripMs: other }: RouteReport): boolean {
  return one !== undefined && other !== undefined && one < MUCH_FASTER * other && other - one > NOTICED_MS;
}

/** What a person can have of a route, in the order in which it counts, and the words for it. */
const GAINS: readonly (readonly [has: (report: RouteReport) => boolean, words: string])[] = [
  [({ modern }) => modern === 'yes', 'headers of 2026-07-28 get through'],
  [({ answersAsEvents, streams }) => streams && answersAsEvents, 'answers stream'],
  [({ standingStream }) => standingStream === 'open', 'the server can speak of its own accord'],
];

function worthOf(report: RouteReport): number {
  return GAINS.reduce((worth, [has]) => 2 * worth + (has(report) ? 1 : 0), 0);
}

function reasonsFor(best: RouteReport, others: readonly RouteReport[]): readonly string[] {
  if (others.length === 0) return ['it is the only one that works'];
  const gains = GAINS.filter(([has]) => has(best) && !others.every(has)).map(([, words]) => words);
  if (gains.length > 0) return gains;
  const trip = best.roundTripMs === undefined ? '' : `, and a round trip takes ${best.roundTripMs.toFixed(1)} ms`;
  return [`no other has more${trip}`];
}
