/** What the suite says of a scenario, and what it said of the same one on the other way. */

/** One line of a scenario's `checks.json`. */
export interface Check {
  readonly id: string;
  readonly name: string;
  readonly status: 'SUCCESS' | 'FAILURE' | 'WARNING' | 'SKIPPED' | 'INFO';
  readonly errorMessage?: string;
}

/** What a suite has found, by scenario. */
export type Results = ReadonlyMap<string, readonly Check[]>;

/** A check that came out worse than it should have. */
export interface Worse {
  /** Its id, which the suite gives to several checks of one requirement, and its name. */
  readonly check: string;
  /** Whether it fails, or just does not come to pass. */
  readonly fails: boolean;
  readonly why: string;
}

export function passed(checks: readonly Check[]): number {
  return checks.filter(({ status }) => status === 'SUCCESS').length;
}

/** Checks that came out one way or another. */
export function decided(checks: readonly Check[]): number {
  return checks.filter(({ status }) => status !== 'SKIPPED' && status !== 'INFO').length;
}

/** The checks that pass less often through the bridge than without it, or fail more often. */
export function worse(direct: readonly Check[], bridged: readonly Check[]): Worse[] {
  const checks = new Set([...direct, ...bridged].map(keyOf));
  return [...checks].flatMap<Worse>((check) => {
    const [before, after] = [direct, bridged].map((all) => all.filter((one) => keyOf(one) === check));
    const failures = (after ?? []).filter(isFailure);
    const lost = passed(before ?? []) - passed(after ?? []);
    if (lost <= 0 && failures.length <= (before ?? []).filter(isFailure).length) return [];
    if (failures.length === 0) return [{ check, fails: false, why: 'did not come to pass' }];
    return [{ check, fails: true, why: failures.map(reasonOf).join('; ') }];
  });
}

/** The checks that fail. */
export function failing(checks: readonly Check[]): Worse[] {
  return checks.filter(isFailure).map((check) => ({ check: keyOf(check), fails: true, why: reasonOf(check) }));
}

function isFailure({ status }: Check): boolean {
  return status === 'FAILURE' || status === 'WARNING';
}

function reasonOf({ errorMessage, status }: Check): string {
  return errorMessage ?? status;
}

function keyOf({ id, name }: Check): string {
  return `${id} (${name})`;
}
