/** What a row of the table holds, and what is asked of it. */

import { type Figure, figureOf, paired } from './statistics.ts';
import type { TargetName } from './targets.ts';

/** Samples of each target, round by round; or that it does not get through this at all. */
export type Samples = ReadonlyMap<TargetName, readonly (readonly number[])[] | 'dies'>;

export interface Measure {
  readonly what: string;
  readonly unit: string;
  /** Which part of the samples must not be exceeded; the median where it is left out. */
  readonly quantile?: number;
  readonly samples: Samples;
  readonly budgets: readonly Budget[];
}

type FigureOf = (target: TargetName) => Figure | undefined;

export interface Budget {
  /** What is asked, as the table shows it: `≤ 1.5 × floor`. */
  readonly says: string;
  /** @returns what is compared with the limit; undefined where a part of it was not measured */
  readonly value: (figure: FigureOf) => number | undefined;
  readonly limit: number;
  /** Whether the value must not be above the limit, or not below it. */
  readonly side: 'at-most' | 'at-least';
}

export interface Verdict {
  readonly says: string;
  readonly value: number | undefined;
  /** Undefined where it was not measured. */
  readonly isMet: boolean | undefined;
}

export function figuresOf({ samples, quantile = 0.5 }: Measure): FigureOf {
  return (target) => {
    const rounds = samples.get(target);
    return rounds === undefined || rounds === 'dies' ? undefined : figureOf(rounds, quantile);
  };
}

export function verdictsOn(measure: Measure): Verdict[] {
  const figures = figuresOf(measure);
  return measure.budgets.map(({ limit, says, side, value }) => {
    const found = value(figures);
    const isMet = found === undefined ? undefined : side === 'at-most' ? found <= limit : found >= limit;
    return { says, value: found, isMet };
  });
}

type Other = Exclude<TargetName, 'bridge'>;

/** The bridge takes at most so many times what another takes. */
export function atMostTimes(limit: number, other: Other): Budget {
  return { says: `≤ ${limit} × ${other}`, limit, side: 'at-most', value: (of) => over(of, other) };
}

/** The bridge does at least so many times what another does. */
export function atLeastTimes(limit: number, other: Other): Budget {
  return { says: `≥ ${limit} × ${other}`, limit, side: 'at-least', value: (of) => over(of, other) };
}

/** The bridge takes at most so much more than another. */
export function atMostMore(limit: number, unit: string, other: Other): Budget {
  return { says: `≤ ${other} + ${limit} ${unit}`, limit, side: 'at-most', value: (of) => more(of, other) };
}

/** The bridge takes at most so much. */
export function atMost(limit: number, unit: string): Budget {
  return { says: `≤ ${limit} ${unit}`.trimEnd(), limit, side: 'at-most', value: (of) => of('bridge')?.middle };
}

function over(of: FigureOf, other: Other): number | undefined {
  const [ours, theirs] = [of('bridge'), of(other)];
  return ours && theirs && paired(ours, theirs, (own, their) => own / their);
}

function more(of: FigureOf, other: Other): number | undefined {
  const [ours, theirs] = [of('bridge'), of(other)];
  return ours && theirs && paired(ours, theirs, (own, their) => own - their);
}
