/** The one table: a line for each measure, a column for each target. */

import { figuresOf, type Measure, verdictsOn } from './measure.ts';
import type { TargetName } from './targets.ts';

export type Cells = readonly string[];

export function headings(targets: readonly TargetName[]): Cells {
  return [
    'what',
    'unit',
    ...targets.map((target) => (target === 'none' ? 'no bridge' : target)),
    'budget',
    'found',
    '',
  ];
}

/** One line for a measure, and one more for each further budget. */
export function linesOf(measure: Measure, targets: readonly TargetName[]): Cells[] {
  const [first, ...more] = verdictsOn(measure).map(({ isMet, says, value }) => [
    says,
    value === undefined ? '' : show(value),
    isMet === undefined ? 'not measured' : isMet ? 'met' : 'MISSED',
  ]);
  const cells = targets.map((target) => cellOf(measure, target));
  const empty = ['', '', ...targets.map(() => '')];
  return [
    [measure.what, measure.unit, ...cells, ...(first ?? ['', '', ''])],
    ...more.map((budget) => [...empty, ...budget]),
  ];
}

function cellOf(measure: Measure, target: TargetName): string {
  if (measure.samples.get(target) === 'dies') return 'dies';
  const figure = figuresOf(measure)(target);
  if (figure === undefined) return '';
  const { high, low, middle } = figure;
  return high === low ? show(middle) : `${show(middle)} (${show(low)}–${show(high)})`;
}

/** Three digits say it. */
export function show(value: number): string {
  const size = Math.abs(value);
  if (size >= 100) return String(Math.round(value));
  return value.toFixed(size >= 10 ? 1 : 2);
}

/** Lines of cells, in columns. */
export function inColumns(lines: readonly Cells[]): string {
  const widths = (lines[0] ?? []).map((_, i) => Math.max(...lines.map((cells) => cells[i]?.length ?? 0)));
  return lines
    .map((cells) =>
      cells
        .map((cell, i) => cell.padEnd(widths[i] ?? 0))
        .join('  ')
        .trimEnd(),
    )
    .join('\n');
}
