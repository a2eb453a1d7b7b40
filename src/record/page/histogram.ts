/** How often which value comes: bars on a scale that grows by 1, 2, 5, since times and sizes span many powers of ten. */

import { element, svg } from './dom.ts';
import { plural } from './format.ts';
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

const WIDTH = 360;
const HEIGHT = 168;
const BASE = 144;
const TOP = 22;

/** @param format - how a value is written */
export function histogram(samples: readonly Sample[], format: (value: number) => string): HTMLElement {
  if (samples.length === 0) return element('p', { class: 'none' }, 'No answers to measure.');
  const bins = binsOf(samples);
  const most = Math.max(...bins.map(({ failed, ok }) => ok + failed));
  const step = WIDTH / bins.length;
  const sorted = samples.map(({ value }) => value).sort((a, b) => a - b);
  const quantiles = ([0.5, 0.95] as const).map((share) => ({ share, value: quantile(sorted, share) ?? 0 }));
  const label = quantiles.map(({ share, value }) => `${share * 100} % within ${format(value)}`).join(', ');

  const chart = svg('svg', {
    viewBox: `0 0 ${WIDTH} ${HEIGHT}`,
    role: 'img',
    'aria-label': `${plural(samples.length, 'answer')}: ${label}`,
  });
  const height = (count: number) => (count === 0 ? 0 : Math.max(2, ((BASE - TOP) * count) / most));
  for (const [index, { failed, from, ok, to }] of bins.entries()) {
    const x = index * step + 1.5;
    const said = `${format(from)} – ${format(to)}: ${plural(ok + failed, 'answer')}${failed > 0 ? `, ${failed} failed` : ''}`;
    const bar = (y: number, tall: number, name: string) =>
      tall > 0 && svg('rect', { x, y, width: Math.max(1, step - 3), height: tall, rx: 2, class: name });
    const [okPx, failedPx] = [height(ok), height(failed)];
    chart.append(
      svg(
        'g',
        {},
        svg('title', {}, said),
        svg('rect', { x: index * step, y: TOP, width: step, height: BASE - TOP, class: 'bin' }),
        bar(BASE - okPx, okPx, 'bar-ok'),
        bar(BASE - okPx - failedPx, failedPx, 'bar-failed'),
      ),
    );
    const everyNth = Math.ceil(bins.length / 7);
    if (index % everyNth === 0) {
      chart.append(svg('text', { x: index * step, y: HEIGHT - 6, class: 'tick' }, format(from).replace('.0 ', ' ')));
    }
  }
  chart.append(svg('line', { x1: 0, x2: WIDTH, y1: BASE + 0.5, y2: BASE + 0.5, class: 'ground' }));
  for (const { share, value } of quantiles) {
    const x = step * placeIn(bins, value);
    const anchor = x > WIDTH - 80 ? 'end' : 'start';
    chart.append(
      svg('line', { x1: x, x2: x, y1: 4, y2: BASE, class: 'quantile' }),
      svg(
        'text',
        { x: x + (anchor === 'end' ? -4 : 4), y: 12, class: 'quantile-text', 'text-anchor': anchor },
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

function binsOf(samples: readonly Sample[]): Bin[] {
  const values = samples.map(({ value }) => value);
  const [smallest, most] = extremes(values);
  const least = Math.max(1e-3, smallest);
  const edges: number[] = [];
  for (let power = Math.floor(Math.log10(least)); edges.length === 0 || (edges.at(-1) ?? 0) <= most; power++) {
    for (const factor of [1, 2, 5]) edges.push(factor * 10 ** power);
  }
  const bins = edges.slice(0, -1).map((from, index): Bin => ({ from, to: edges[index + 1] ?? from, ok: 0, failed: 0 }));
  for (const { failed, value } of samples) {
    const bin = bins.find(({ to }) => value < to) ?? bins.at(-1);
    if (bin) bin[failed ? 'failed' : 'ok']++;
  }
  const isEmpty = ({ failed, ok }: Bin) => failed + ok === 0;
  const first = Math.max(0, bins.findIndex((bin) => !isEmpty(bin)) - 1);
  return bins.slice(first, bins.findLastIndex((bin) => !isEmpty(bin)) + 2);
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
