/** Which route to take, from what the routes showed. */

import type { RouteReport } from './routes.ts';

export interface Advice {
  readonly route: string;
  readonly because: string;
}

/** Round trips that differ by less are alike. */
const MUCH_FASTER = 0.7;

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
  if (worth !== otherWorth) return worth > otherWorth;
  return one.roundTripMs < MUCH_FASTER * other.roundTripMs;
}

/** What a person has of it, in the order in which it counts. */
function worthOf({ answersAsEvents, modern, standingStream, streams }: RouteReport): number {
  return (modern === 'yes' ? 4 : 0) + (streams && answersAsEvents ? 2 : 0) + (standingStream === 'open' ? 1 : 0);
}

function reasonsFor(best: RouteReport, others: readonly RouteReport[]): readonly string[] {
  const reasons: string[] = [];
  if (others.length === 0) return ['it is the only one that works'];
  if (best.modern === 'yes' && others.some(({ modern }) => modern !== 'yes'))
    reasons.push('headers of 2026-07-28 get through');
  if (best.streams && others.some(({ streams }) => !streams)) reasons.push('answers stream');
  if (best.standingStream === 'open' && others.some(({ standingStream }) => standingStream !== 'open')) {
    reasons.push('the server can speak of its own accord');
  }
  return reasons.length > 0 ? reasons : [`no other has more, and a round trip takes ${best.roundTripMs.toFixed(1)} ms`];
}
