/** Middle and ends of what was measured. */

/** @param q - 0.5 for the median, 0.99 for what only one in a hundred exceeds */
export function quantile(values: readonly number[], q: number): number {
  const sorted = [...values].sort((a, b) => a - b);
  return sorted[Math.min(sorted.length - 1, Math.floor(sorted.length * q))] ?? Number.NaN;
}

export interface Figure {
  readonly middle: number;
  /** The same of the lowest and of the highest round. */
  readonly low: number;
  readonly high: number;
}

/** @param rounds - samples, round by round */
export function figureOf(rounds: readonly (readonly number[])[], q: number): Figure {
  const perRound = rounds.map((samples) => quantile(samples, q));
  return { middle: quantile(rounds.flat(), q), low: Math.min(...perRound), high: Math.max(...perRound) };
}
