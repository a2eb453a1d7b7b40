/** The page: takes the data that stands in it, shows it, and follows the reader. */

import { callsTableIn } from './calls-table.ts';
import type { Filter, PageData, Row, Show } from './data.ts';
import { detail } from './detail.ts';
import { element, part } from './dom.ts';
import { duration, plural, size } from './format.ts';
import { heading, notices, tiles } from './head.ts';
import { histogram } from './histogram.ts';
import { lanesOf } from './lanes.ts';
import { endOf, filtered, rowsOf } from './rows.ts';
import { followTheme } from './theme.ts';
import { timelineOn } from './timeline.ts';
import { timescale } from './timescale.ts';
import { toolsTable } from './tools-table.ts';

const data: PageData = JSON.parse(part('data').textContent ?? '');
const everything = rowsOf(data.calls);
let rows: readonly Row[] = everything;
let filter: Filter = { text: '', show: 'all', tool: '', range: undefined };
let open: Row | undefined;
/** The calls with an answer among those that are shown. */
let measured: readonly Row[] = [];

const search = part('search') as HTMLInputElement;
const toolChoice = part('tool') as HTMLSelectElement;
const runChoice = part('run') as HTMLSelectElement;
const folding = part('fold') as HTMLInputElement;
const dialog = part('detail') as HTMLDialogElement;

const table = callsTableIn(part('calls'), show);
const timeline = timelineOn(part('timeline') as HTMLCanvasElement, part('lanes'), part('tip'), {
  pick: show,
  tool: chooseTool,
  look: (range) => narrow({ range }),
});

function narrow(change: Partial<Filter>): void {
  filter = { ...filter, ...change };
  const shown = filtered(rows, filter);
  const isAll = shown.length === rows.length;
  table.show(shown);
  timeline.highlight(isAll ? undefined : new Set(shown));
  part('count').textContent = isAll ? plural(rows.length, 'call') : `${shown.length} of ${plural(rows.length, 'call')}`;
  part('clear').hidden = filter.text === '' && filter.show === 'all' && filter.tool === '' && !filter.range;
  toolChoice.value = filter.tool;
  for (const button of document.querySelectorAll<HTMLElement>('[data-show]')) {
    button.setAttribute('aria-pressed', String(button.dataset['show'] === filter.show));
  }
  measured = shown.filter(({ call }) => call.answeredBytes !== undefined);
  measure();
  part('tools').replaceChildren(toolsTable(shown, chooseTool));
}

/** Draws the histograms, which depend on the width of the page too. */
function measure(): void {
  const samples = (of: (row: Row) => number | undefined) =>
    measured.map((row) => ({ value: of(row) ?? 0, failed: row.failed }));
  const draw = (place: HTMLElement, of: (row: Row) => number | undefined, format: (value: number) => string) =>
    place.replaceChildren(histogram(samples(of), format, place.clientWidth));
  draw(part('latency'), ({ call }) => call.tookMs, duration);
  draw(part('sizes'), ({ call }) => call.answeredBytes, size);
}

function chooseTool(tool: string): void {
  narrow({ tool: filter.tool === tool ? '' : tool });
}

/** Another run, or another way of showing time: everything is laid out anew. */
function lay(): void {
  const run = runChoice.value === '' ? undefined : Number(runChoice.value);
  const isOf = (one: { readonly run: number }) => run === undefined || one.run === run;
  rows = everything.filter(({ call }) => isOf(call));
  const chores = data.chores.filter(isOf);
  const spans = [...rows.map(({ call }) => [call.atMs, endOf(call)] as const)];
  for (const { atMs, tookMs } of chores) spans.push([atMs, atMs + tookMs]);
  const marks = data.marks.filter(isOf);
  // A mark may lie behind the last call, and has to be seen too.
  for (const { atMs } of marks) spans.push([atMs, atMs]);
  heading(data, run);
  part('tiles').replaceChildren(...tiles(rows, marks));
  part('refused').hidden = !rows.some(({ refused }) => refused);
  part('notices').replaceChildren(...notices(data, run));
  const labels = [...new Set(rows.map(({ label }) => label))].sort((a, b) => a.localeCompare(b, 'en'));
  toolChoice.replaceChildren(
    element('option', { value: '' }, 'Every tool and method'),
    ...labels.map((label) => element('option', { value: label }, label)),
  );
  for (const place of document.querySelectorAll<HTMLElement>('[data-with-calls]')) place.hidden = rows.length === 0;
  part('empty').hidden = rows.length > 0;
  timeline.show(lanesOf(rows, chores), marks, timescale(spans, folding.checked));
  narrow({ range: undefined, tool: labels.includes(filter.tool) ? filter.tool : '' });
}

function show(row: Row): void {
  open = row;
  part('detail-body').replaceChildren(detail(row, data.runs[row.call.run]?.header.bodies === true));
  part('detail').scrollTop = 0;
  if (!dialog.open) dialog.showModal();
}

function step(by: 1 | -1): void {
  const next = open && table.beside(open, by);
  if (next) show(next);
}

for (const button of document.querySelectorAll<HTMLElement>('[data-show]')) {
  button.addEventListener('click', () => narrow({ show: button.dataset['show'] as Show }));
}
search.addEventListener('input', () => narrow({ text: search.value }));
toolChoice.addEventListener('change', () => narrow({ tool: toolChoice.value }));
runChoice.addEventListener('change', lay);
folding.addEventListener('change', lay);
part('clear').addEventListener('click', () => {
  search.value = '';
  timeline.reset();
  narrow({ text: '', show: 'all', tool: '', range: undefined });
  search.focus();
});
part('closer').addEventListener('click', () => timeline.zoom(1.6));
part('farther').addEventListener('click', () => timeline.zoom(1 / 1.6));
part('whole').addEventListener('click', () => timeline.reset());
part('previous').addEventListener('click', () => step(-1));
part('next').addEventListener('click', () => step(1));
part('close').addEventListener('click', () => dialog.close());
dialog.addEventListener('keydown', (event) => {
  if (event.key === 'ArrowLeft' || event.key === 'ArrowUp') step(-1);
  else if (event.key === 'ArrowRight' || event.key === 'ArrowDown') step(1);
  else return;
  event.preventDefault();
});
// A press beside the card closes it.
dialog.addEventListener('click', (event) => event.target === dialog && dialog.close());
document.addEventListener('keydown', (event) => {
  if (event.key !== '/' || dialog.open || event.target instanceof HTMLInputElement) return;
  event.preventDefault();
  search.focus();
});

followTheme(part('theme'), () => timeline.draw());
if (data.runs.length > 1) {
  part('run-field').hidden = false;
  runChoice.append(
    element('option', { value: '' }, `All ${data.runs.length} runs`),
    ...data.runs.map(({ startedMs }, index) =>
      element('option', { value: index }, `Run ${index + 1}, ${new Date(startedMs).toLocaleString('en')}`),
    ),
  );
}
lay();
let measuredPx = part('latency').clientWidth;
new ResizeObserver(() => {
  const px = part('latency').clientWidth;
  if (px !== measuredPx && px > 0) measure();
  measuredPx = px;
}).observe(part('latency'));
document.documentElement.dataset['ready'] = '';
