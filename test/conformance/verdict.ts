import { type Check, decided, failing, passed, type Results, type Worse, worse } from './check.ts';
import { NAMED_DIFFERENCES, type NamedDifference } from './named-differences.ts';
import type { Run } from './runs.ts';

/** How one scenario went on both ways. */
export interface Verdict {
  readonly run: Run;
  /** Who is under test. */
  readonly leg: 'client' | 'server';
  readonly scenario: string;
  readonly direct: Score;
  readonly bridged: Score;
  /** What must not be. */
  readonly unexplained: readonly Worse[];
  /** What may be. */
  readonly named: readonly NamedDifference[];
}

export interface Score {
  readonly passed: number;
  readonly of: number;
}

/**
 * As a client, the bridge and who uses it have to pass everything. As a server, they have to pass what the server does
 * without them.
 */
export function judge(run: Run, leg: 'client' | 'server', direct: Results, bridged: Results): Verdict[] {
  return [...new Set([...direct.keys(), ...bridged.keys()])].sort().map((scenario) => {
    const [before, after] = [direct.get(scenario) ?? [], bridged.get(scenario) ?? []];
    const differences = leg === 'client' ? failingOrMissing(before, after) : worse(before, after);
    const explained = differences.map((difference) => [difference, nameOf(run, scenario, difference)] as const);
    return {
      run,
      leg,
      scenario,
      direct: score(before),
      bridged: score(after),
      unexplained: explained.filter(([, named]) => named === undefined).map(([difference]) => difference),
      named: [...new Set(explained.flatMap(([, named]) => named ?? []))],
    };
  });
}

/** Names of differences that were not seen: their reason has gone. */
export function unusedNames(verdicts: readonly Verdict[]): NamedDifference[] {
  const used = new Set(verdicts.flatMap(({ named }) => named));
  return NAMED_DIFFERENCES.filter((difference) => !used.has(difference));
}

function failingOrMissing(direct: readonly Check[], bridged: readonly Check[]): Worse[] {
  const failed = failing(bridged);
  return [...failed, ...worse(direct, bridged).filter(({ check }) => !failed.some((one) => one.check === check))];
}

function nameOf({ revision }: Run, scenario: string, { check, fails }: Worse): NamedDifference | undefined {
  return NAMED_DIFFERENCES.find(
    (named) =>
      named.revision === revision &&
      named.scenario === scenario &&
      named.fails === fails &&
      check.startsWith(`${named.check} `),
  );
}

function score(checks: readonly Check[]): Score {
  return { passed: passed(checks), of: decided(checks) };
}
