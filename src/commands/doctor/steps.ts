/** Steps in their order, each with what it builds on: what stands on a failed step is not tried. */

import type { Clock } from '../../ports.ts';
import { Problem } from '../../protocol/problem.ts';
import { type Finding, failureOf, skipped } from './finding.ts';

export interface Step {
  /** Stable, and unique among the steps of a run. */
  readonly name: string;
  /** Names of steps that have to have worked. */
  readonly after?: readonly string[];
  readonly run: () => Promise<Finding> | Finding;
}

export interface Result extends Finding {
  readonly name: string;
  readonly ms: number;
}

export interface Audience {
  /** A step is about to run. */
  begins(name: string): void;
  ends(result: Result): void;
}

/** Runs every step that can run, one after the other. A step that throws a Problem has failed by it. */
export async function runSteps(steps: readonly Step[], clock: Clock, audience: Audience): Promise<readonly Result[]> {
  const results: Result[] = [];
  /** Steps that failed, and those that could not be tried for that. */
  const lost = new Set<string>();
  for (const { after = [], name, run } of steps) {
    const missing = after.find((earlier) => lost.has(earlier));
    audience.begins(name);
    const sinceMs = clock.now();
    const finding = missing === undefined ? await found(run) : skipped(`not tried, since "${missing}" did not work`);
    const result: Result = { name, ms: Math.round((clock.now() - sinceMs) * 10) / 10, ...finding };
    if (missing !== undefined || result.status === 'failed') lost.add(name);
    results.push(result);
    audience.ends(result);
  }
  return results;
}

async function found(run: Step['run']): Promise<Finding> {
  try {
    return await run();
  } catch (thrown) {
    if (!(thrown instanceof Problem)) throw thrown;
    return failureOf(thrown);
  }
}
