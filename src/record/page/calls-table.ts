/** Every call as a row that can be sorted and walked through by keys. Only the rows in sight are elements. */

import type { Row } from './data.ts';
import { element, placed } from './dom.ts';
import { clockTime, count, duration, size } from './format.ts';
import { outcomeOf } from './outcome.ts';

type Key = 'number' | 'label' | 'outcome' | 'tookMs' | 'bytes' | 'sent';

const COLUMNS: readonly { readonly key: Key; readonly name: string; readonly of: (row: Row) => number | string }[] = [
  { key: 'number', name: 'Time', of: ({ number }) => number },
  { key: 'label', name: 'Tool or method', of: ({ label }) => label },
  { key: 'outcome', name: 'Outcome', of: (row) => outcomeOf(row).word },
  { key: 'tookMs', name: 'Duration', of: ({ call }) => call.tookMs ?? Number.POSITIVE_INFINITY },
  { key: 'bytes', name: 'Response', of: ({ call }) => call.answeredBytes ?? -1 },
  { key: 'sent', name: 'Attempts', of: ({ retries, reopened }) => retries + reopened },
];

const ROW_PX = 36;
/** Rows beyond the edges that are there already. */
const AHEAD = 8;

export interface CallsTable {
  show(rows: readonly Row[]): void;
  /** The row before or behind a row, as they stand now. */
  beside(row: Row, by: 1 | -1): Row | undefined;
}

export function callsTableIn(grid: HTMLElement, pick: (row: Row) => void): CallsTable {
  let rows: Row[] = [];
  let longestMs = 1;
  let sort: { readonly key: Key; readonly down: boolean } = { key: 'number', down: false };
  let current = 0;

  const heads = COLUMNS.map(({ key, name }) => {
    const button = element('button', { class: 'sort', 'data-key': key }, name);
    button.addEventListener('click', () => {
      const fromTheLargest = key === 'tookMs' || key === 'bytes' || key === 'sent';
      sort = { key, down: sort.key === key ? !sort.down : fromTheLargest };
      arrange();
    });
    return { key, cell: element('div', { role: 'columnheader', class: `cell ${key}` }, button) };
  });
  const compare = element('div', { role: 'columnheader', class: 'cell bar' }, 'Duration compared');
  const cells = heads.map(({ cell }) => cell);
  const head = element('div', { role: 'row', class: 'row head', 'aria-rowindex': 1 }, ...cells, compare);
  const body = element('div', { role: 'rowgroup', class: 'body' });
  grid.append(element('div', { role: 'rowgroup', class: 'top' }, head), body);

  function arrange(): void {
    const { down, key } = sort;
    const of = COLUMNS.find((column) => column.key === key)?.of ?? (() => 0);
    const way = down ? -1 : 1;
    const valued = rows.map((row) => ({ row, value: of(row) }));
    valued.sort((a, b) => way * compared(a.value, b.value) || a.row.number - b.row.number);
    rows = valued.map(({ row }) => row);
    for (const { cell, key: column } of heads) {
      cell.setAttribute('aria-sort', column === key ? (down ? 'descending' : 'ascending') : 'none');
    }
    grid.setAttribute('aria-rowcount', String(rows.length + 1));
    body.style.height = `${Math.max(1, rows.length) * ROW_PX}px`;
    draw();
  }

  function draw(): void {
    const first = Math.max(0, Math.floor(grid.scrollTop / ROW_PX) - AHEAD);
    const last = Math.ceil((grid.scrollTop + grid.clientHeight) / ROW_PX) + AHEAD;
    const inSight = rows.slice(first, last).map((row, index) => line(row, first + index));
    const none = element('p', { class: 'none' }, 'No call matches. Remove a filter.');
    body.replaceChildren(...(rows.length === 0 ? [none] : inSight));
    const row = rows[current];
    if (row === undefined) grid.removeAttribute('aria-activedescendant');
    else grid.setAttribute('aria-activedescendant', `call-${row.number}`);
  }

  function line(row: Row, place: number): HTMLElement {
    const { call, failed, label, number, reopened } = row;
    const cell = (key: string, content: string | Node) =>
      element('div', { role: 'gridcell', class: `cell ${key}` }, content);
    const bar = element('span', { class: failed ? 'meter bad' : 'meter' });
    const attempts = call.steps.filter(({ is }) => is === 'attempt').length;
    const sent = `${count(attempts)}${reopened > 0 ? ', reopened' : ''}`;
    const outcome = outcomeOf(row);
    const isCurrent = place === current;
    const said = element(
      'div',
      {
        role: 'row',
        id: `call-${number}`,
        class: isCurrent ? 'row current' : 'row',
        'aria-rowindex': place + 2,
        'aria-selected': String(isCurrent),
        'data-place': place,
      },
      element(
        'div',
        { role: 'gridcell', class: 'cell number' },
        clockTime(call.atMs),
        element('span', { class: 'ms' }, clockTime(call.atMs, true).slice(-4)),
      ),
      cell('label', element('span', { title: label }, label)),
      cell('outcome', element('span', { class: `badge ${outcome.name}` }, outcome.word)),
      cell('tookMs', duration(call.tookMs)),
      cell('bytes', size(call.answeredBytes)),
      cell('sent', sent),
      cell('bar', placed(bar, 0, (call.tookMs ?? 0) / longestMs)),
    );
    said.style.top = `${place * ROW_PX}px`;
    return said;
  }

  function go(place: number): void {
    current = place;
    const top = place * ROW_PX;
    // The head stays on top and covers as much.
    const room = grid.clientHeight - 2 * ROW_PX;
    if (top < grid.scrollTop) grid.scrollTop = top;
    else if (top > grid.scrollTop + room) grid.scrollTop = top - room;
    draw();
  }

  grid.addEventListener('scroll', draw);
  grid.addEventListener('keydown', (event) => {
    if (event.target !== grid) return;
    const page = Math.max(1, Math.floor(grid.clientHeight / ROW_PX) - 2);
    const moves: Readonly<Record<string, number>> = {
      ArrowDown: current + 1,
      ArrowUp: current - 1,
      PageDown: current + page,
      PageUp: current - page,
      Home: 0,
      End: rows.length - 1,
    };
    const place = moves[event.key];
    const row = rows[current];
    if (place !== undefined) go(Math.max(0, Math.min(rows.length - 1, place)));
    else if ((event.key === 'Enter' || event.key === ' ') && row !== undefined) pick(row);
    else return;
    event.preventDefault();
  });
  body.addEventListener('click', ({ target }) => {
    const place = Number((target as Element).closest<HTMLElement>('[data-place]')?.dataset['place']);
    const row = rows[place];
    if (row === undefined) return;
    current = place;
    draw();
    pick(row);
  });
  new ResizeObserver(draw).observe(grid);

  return {
    show(shown) {
      rows = [...shown];
      longestMs = rows.reduce((longest, { call }) => Math.max(longest, call.tookMs ?? 0), 1e-9);
      current = 0;
      grid.scrollTop = 0;
      arrange();
    },
    beside(row, by) {
      const place = rows.indexOf(row) + by;
      if (rows[place] !== undefined) go(place);
      return rows[place];
    },
  };
}

function compared(a: number | string, b: number | string): number {
  if (typeof a === 'string' || typeof b === 'string') return String(a).localeCompare(String(b), 'en');
  return a === b ? 0 : a < b ? -1 : 1;
}
