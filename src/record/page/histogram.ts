/** How often which value comes: bars on a scale that grows by 1, 2, 5, since times and sizes span many powers of ten. */

import { element, svg } from './dom.ts';
import { count, plural } from './format.ts';
import { quantile } from './rows.ts';

export interface Sample {
  readonly value: number;
  readonly failed: boolean;
}

interface Bin {
  readonly from: number;
  readonly to: number;
  ok: number;
  failed: number;
}

const HEIGHT = 196;
const BASE = 170;
/** Above the bars are the names of the quantiles, in a row each, so that they never cover one another. */
const TOP = 34;
const ROW_PX = 14;
/** Room for the counts. */
const LEFT = 40;
/** A label of the value axis takes that much. */
const TICK_PX = 56;
/** Fewer are padded with empty ones, so that the scale can be read. */
const FEWEST_BINS = 5;

/**
 * @param format - how a value is written
 * @param width - of the place, in pixels
 */
export function histogram(samples: readonly Sample[], format: (value: number) => string, width: number): HTMLElement {
  if (samples.length === 0) return element('p', { class: 'none' }, 'No answers to measure.');
  const right = Math.max(width, 240);
  const bins = binsOf(samples);
  const most = Math.max(...bins.map(({ failed, ok }) => ok + failed));
  const counts = countTicks(most);
  const highest = counts.at(-1) ?? most;
  const step = (right - LEFT) / bins.length;
  const sorted = samples.map(({ value }) => value).sort((a, b) => a - b);
  const quantiles = ([0.5, 0.95] as const).map((share) => ({ share, value: quantile(sorted, share) ?? 0 }));
  const label = quantiles.map(({ share, value }) => `${share * 100}% within ${format(value)}`).join(', ');

  const chart = svg('svg', {
    viewBox: `0 0 ${right} ${HEIGHT}`,
    role: 'img',
    'aria-label': `${plural(samples.length, 'answer')}: ${label}`,
  });
  const height = (number: number) => (number === 0 ? 0 : Math.max(2, ((BASE - TOP) * number) / highest));
  for (const number of counts) {
    const y = BASE - ((BASE - TOP) * number) / highest + 0.5;
    chart.append(
      svg('line', { x1: LEFT, x2: right, y1: y, y2: y, class: number === 0 ? 'ground' : 'grid' }),
      svg('text', { x: LEFT - 6, y: y + 3.5, class: 'tick', 'text-anchor': 'end' }, count(number)),
    );
  }
  const everyNth = Math.max(1, Math.ceil(TICK_PX / step));
  for (const [index, { failed, from, ok, to }] of bins.entries()) {
    const said = `${format(from)} – ${format(to)}: ${plural(ok + failed, 'answer')}${failed > 0 ? `, ${failed} failed` : ''}`;
    const wide = Math.max(1, step - 3);
    const x = LEFT + index * step + 1.5;
    const bar = (y: number, tall: number, name: string) =>
      tall > 0 && svg('rect', { x, y, width: wide, height: tall, rx: 2, class: name });
    const [okPx, failedPx] = [height(ok), height(failed)];
    chart.append(
      svg(
        'g',
        {},
        svg('title', {}, said),
        svg('rect', { x: LEFT + index * step, y: TOP, width: step, height: BASE - TOP, class: 'bin' }),
        bar(BASE - okPx, okPx, 'bar-ok'),
        bar(BASE - okPx - failedPx, failedPx, 'bar-failed'),
      ),
    );
    if (index % everyNth === 0) {
      const text = format(from).replace('.0 ', ' ');
      chart.append(svg('text', { x: LEFT + index * step, y: HEIGHT - 8, class: 'tick' }, text));
    }
  }
  for (const [row, { share, value }] of quantiles.entries()) {
    const x = LEFT + step * placeIn(bins, value);
    const anchor = x > right - 60 ? 'end' : 'start';
    const top = row * ROW_PX;
    chart.append(
      svg('line', { x1: x, x2: x, y1: top + 3, y2: BASE, class: 'quantile' }),
      svg(
        'text',
        { x: x + (anchor === 'end' ? -4 : 4), y: top + 12, class: 'quantile-text', 'text-anchor': anchor },
        `p${share * 100}`,
      ),
    );
  }
  const list = quantiles.map(({ share, value }) =>
    element('span', {}, `p${share * 100} `, element('b', {}, format(value))),
  );
  const longest = element('span', {}, 'max ', element('b', {}, format(sorted.at(-1) ?? 0)));
  const box = element('div', { class: 'histogram' }, element('p', { class: 'quantiles' }, ...list, longest));
  box.append(chart);
  return box;
}

/** Whole numbers from 0 to at least the given one, in steps of 1, 2 or 5 and their powers of ten. */
export function countTicks(most: number): number[] {
  const power = 10 ** Math.floor(Math.log10(Math.max(1, most / 4)));
  const step = [1, 2, 5, 10].map((factor) => factor * power).find((one) => one * 4 >= most) ?? power;
  const steps = Math.max(1, Math.ceil(most / step));
  return Array.from({ length: steps + 1 }, (_, index) => index * step);
}

function binsOf(samples: readonly Sample[]): Bin[] {
  const values = samples.map(({ value }) => value);
  const [smallest, most] = extremes(values);
  const least = Math.max(1e-3, smallest);
  const edges: number[] = [];
  for (let power = Math.floor(Math.log10(least)) - 1; edges.length === 0 || (edges.at(-1) ?? 0) <= 10 * most; power++) {
    for (const factor of [1, 2, 5]) edges.push(factor * 10 ** power);
  }
  const bins = edges.slice(0, -1).map((from, index): Bin => ({ from, to: edges[index + 1] ?? from, ok: 0, failed: 0 }));
  for (const { failed, value } of samples) {
    const bin = bins.find(({ to }) => value < to) ?? bins.at(-1);
    if (bin) bin[failed ? 'failed' : 'ok']++;
  }
  const isEmpty = ({ failed, ok }: Bin) => failed + ok === 0;
  let first = bins.findIndex((bin) => !isEmpty(bin));
  let last = bins.findLastIndex((bin) => !isEmpty(bin)) + 1;
  for (let turn = 0; last - first < Math.min(FEWEST_BINS, bins.length); turn++) {
    if (turn % 2 === 0 && last < bins.length) last++;
    else if (first > 0) first--;
    else last = Math.min(bins.length, last + 1);
  }
  return bins.slice(first, last);
}

/** Not by Math.min and Math.max of all of them: ten thousand arguments are many. */
function extremes(values: readonly number[]): readonly [number, number] {
  let [least, most] = [Number.POSITIVE_INFINITY, 0];
  for (const value of values) [least, most] = [Math.min(least, value), Math.max(most, value)];
  return [least, most];
}

/** Where a value is among the bins, in bins; inside one by its logarithm. */
function placeIn(bins: readonly Bin[], value: number): number {
  const index = bins.findIndex(({ to }) => value < to);
  const bin = bins[index];
  if (bin === undefined || value <= bin.from) return Math.max(0, index);
  return index + Math.log(value / bin.from) / Math.log(bin.to / bin.from);
}
