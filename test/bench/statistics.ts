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
  /**
   * What is set against the same of another target, round by round, since both had their turn in each: of a median, the
   * rounds' own; of another part of the samples, of which a round has too few, that of as many rounds as have enough.
   */
  readonly turns: readonly number[];
}

const MEDIAN = 0.5;
/** Samples of which what only one in a hundred exceeds can be told: twenty exceed it. */
const ENOUGH = 2_000;

/** What `compare` makes of two targets in each round, and the median of that: what a slow minute does, it does to both. */
export function paired(ours: Figure, theirs: Figure, compare: (ours: number, theirs: number) => number): number {
  return quantile(
    ours.turns.slice(0, theirs.turns.length).map((own, round) => compare(own, theirs.turns[round] as number)),
    MEDIAN,
  );
}

/** @param rounds - samples, round by round */
export function figureOf(rounds: readonly (readonly number[])[], q: number): Figure {
  const perRound = rounds.map((samples) => quantile(samples, q));
  const turns = q === MEDIAN ? perRound : together(rounds).map((samples) => quantile(samples, q));
  return { middle: quantile(rounds.flat(), q), low: Math.min(...perRound), high: Math.max(...perRound), turns };
}

/** The samples of as many rounds, one after the other, as have enough; of all, where those have not. */
function together(rounds: readonly (readonly number[])[]): number[][] {
  const count = Math.max(1, Math.floor(rounds.flat().length / ENOUGH));
  const size = Math.ceil(rounds.length / count);
  return Array.from({ length: count }, (_, place) => rounds.slice(place * size, (place + 1) * size).flat());
}
