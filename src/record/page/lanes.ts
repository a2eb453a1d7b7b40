/** Calls in lanes, one for each tool, with room for those that overlap. Pure. */

import type { Chore } from '../calls.ts';
import type { Row } from './data.ts';
import { byLabel, endOf } from './rows.ts';

export interface Bar {
  readonly fromMs: number;
  readonly toMs: number;
  /** Counted from 0; bars that overlap lie below one another. */
  readonly level: number;
  /** Absent for what the bridge did of its own accord. */
  readonly row?: Row;
  readonly chore?: Chore;
}

export interface Lane {
  readonly name: string;
  /** Whether its name is one that calls can be filtered by. */
  readonly isTool: boolean;
  readonly bars: readonly Bar[];
  readonly levels: number;
}

/** More tools than that share the last lane. */
const MOST_LANES = 16;
/** More calls of one tool at a time than that are drawn over one another. */
const MOST_LEVELS = 4;
export const OWN_LANE = 'bridge requests';

export function lanesOf(rows: readonly Row[], chores: readonly Chore[]): Lane[] {
  const groups = byLabel(rows);
  const labels = [...groups.keys()];
  const single = labels.length > MOST_LANES ? labels.slice(0, MOST_LANES - 1) : labels;
  const rest = labels.slice(single.length).flatMap((label) => groups.get(label) ?? []);
  const lanes = single.map((label) => laneOf(label, true, spansOf(groups.get(label) ?? [])));
  if (rest.length > 0) lanes.push(laneOf(`${labels.length - single.length} others`, false, spansOf(rest)));
  const own = chores.map((chore) => ({ chore, fromMs: chore.atMs, toMs: chore.atMs + chore.tookMs }));
  if (own.length > 0) lanes.push(laneOf(OWN_LANE, false, own));
  return lanes;
}

type Placed = Omit<Bar, 'level'>;

function spansOf(rows: readonly Row[]): Placed[] {
  return rows.map((row) => ({ row, fromMs: row.call.atMs, toMs: endOf(row.call) }));
}

function laneOf(name: string, isTool: boolean, placed: readonly Placed[]): Lane {
  /** When the last bar of each level ends. */
  const ends: number[] = [];
  const bars = placed
    .toSorted((a, b) => a.fromMs - b.fromMs)
    .map((bar) => {
      const free = ends.findIndex((end) => end <= bar.fromMs);
      const level = free >= 0 ? free : Math.min(ends.length, MOST_LEVELS - 1);
      ends[level] = Math.max(ends[level] ?? 0, bar.toMs);
      return { ...bar, level };
    });
  return { name, isTool, bars, levels: Math.max(1, ends.length) };
}
