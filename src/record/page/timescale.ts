/**
 * Time as a length on the page. Calls of milliseconds lie hours apart: what lies between them is folded to a short piece,
 * so that they can be seen at all. Pure.
 */

export type Span = readonly [from: number, to: number];

export interface Fold {
  /** On the page, from 0 to 1. */
  readonly from: number;
  readonly to: number;
  /** How long it is in truth. */
  readonly ms: number;
}

export interface Timescale {
  /** Place on the page, from 0 to 1. */
  place(ms: number): number;
  /** The time at a place. */
  time(place: number): number;
  readonly folds: readonly Fold[];
}

/** Shorter pauses are never folded. */
const SHORTEST_FOLD_MS = 400;
/** A pause is folded when it is longer than this share of all the time in which something happened. */
const FOLD_SHARE = 1 / 16;
/** What all folds together may take of the page. */
const FOLDS_SHARE = 0.3;
/** What one fold takes at most, as a share of the time in which something happened. */
const LONGEST_FOLD_SHARE = 1 / 18;

/** Room behind the last call, where marks stand, and half as much before the first one. */
const MARGIN_SHARE = 0.025;

/** @param fold - whether long pauses are folded */
export function timescale(spans: readonly Span[], fold: boolean): Timescale {
  const busy = merged(spans);
  const busyMs = busy.reduce((sum, [from, to]) => sum + to - from, 0);
  const marginMs = busyMs * MARGIN_SHARE;
  const first = (busy[0]?.[0] ?? 0) - marginMs / 2;
  const last = (busy.at(-1)?.[1] ?? 1) + marginMs;
  const gaps = busy.slice(1).map(([to], index): Span => [busy[index]?.[1] ?? 0, to]);
  const longest = Math.max(SHORTEST_FOLD_MS, busyMs * FOLD_SHARE);
  const folded = fold ? gaps.filter(([from, to]) => to - from > longest) : [];
  const foldMs = Math.min(busyMs * LONGEST_FOLD_SHARE, (busyMs * FOLDS_SHARE) / Math.max(1, folded.length));

  /** Where the slope changes: time, and length so far. */
  const knots: (readonly [ms: number, length: number])[] = [[first, 0]];
  let length = 0;
  let at = first;
  for (const [from, to] of folded) {
    length += from - at;
    knots.push([from, length]);
    length += foldMs;
    knots.push([to, length]);
    at = to;
  }
  length += Math.max(last - at, Number.MIN_VALUE);
  knots.push([last, length]);

  return {
    place: (ms) => along(knots, ms, 0, 1) / length,
    time: (place) => along(knots, place * length, 1, 0),
    folds: folded.map(([from, to]) => ({
      from: along(knots, from, 0, 1) / length,
      to: along(knots, to, 0, 1) / length,
      ms: to - from,
    })),
  };
}

/** Spans without overlap, in order. */
function merged(spans: readonly Span[]): Span[] {
  const result: [number, number][] = [];
  for (const [from, to] of spans.toSorted((a, b) => a[0] - b[0])) {
    const last = result.at(-1);
    if (last !== undefined && from <= last[1]) last[1] = Math.max(last[1], to);
    else result.push([from, to]);
  }
  return result;
}

type Knot = readonly [number, number];

/** Goes from one member of the knots to the other, straight between two of them. */
function along(knots: readonly Knot[], value: number, from: 0 | 1, to: 0 | 1): number {
  let low = 0;
  let high = knots.length - 1;
  while (high - low > 1) {
    const middle = (low + high) >> 1;
    if ((knots[middle] as Knot)[from] <= value) low = middle;
    else high = middle;
  }
  const [a, b] = [knots[low] as Knot, (knots[high] ?? knots[low]) as Knot];
  const whole = b[from] - a[from];
  return whole === 0 ? a[to] : a[to] + ((value - a[from]) / whole) * (b[to] - a[to]);
}

/** Round times for marks on an axis, at most as many as fit. */
export function ticks(fromMs: number, toMs: number, most: number): number[] {
  const step = STEPS_MS.find((ms) => (toMs - fromMs) / ms <= most) ?? Number.POSITIVE_INFINITY;
  const result: number[] = [];
  for (let ms = Math.ceil(fromMs / step) * step; ms <= toMs; ms += step) result.push(ms);
  return result;
}

const STEPS_MS = [
  1, 2, 5, 10, 20, 50, 100, 200, 500, 1000, 2000, 5000, 10_000, 30_000, 60_000, 120_000, 300_000, 600_000, 1_800_000,
  3_600_000, 7_200_000, 21_600_000, 86_400_000, 604_800_000,
];
