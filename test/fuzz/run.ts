import fc from 'fast-check';
import type { Target } from './target.ts';

export interface Finding {
  readonly target: string;
  /** Seed and path of the case, the case itself as small as it could be made, and what was wrong with it. */
  readonly report: string;
}

/** How many cases each target gets of so many. */
export function sharesOf(targets: readonly Target[], cases: number): Map<Target, number> {
  const all = targets.reduce((sum, { share }) => sum + share, 0);
  return new Map(targets.map((target) => [target, Math.max(1, Math.round((cases * target.share) / all))]));
}

/** Runs one target until its first finding. The same seed gives the same cases. */
export async function fuzz({ name, property }: Target, cases: number, seed: number): Promise<Finding | undefined> {
  const details = await fc.check(property, { numRuns: cases, seed });
  if (!details.failed) return undefined;
  const what = details.errorInstance instanceof Error ? details.errorInstance.message : String(details.errorInstance);
  return { target: name, report: `${await fc.asyncDefaultReportMessage(details)}\n${what}` };
}
