/** Every call as a row that can be sorted and walked through by keys. Only the rows in sight are elements. */

import type { Row } from './data.ts';
import { element, placed } from './dom.ts';
import { clockTime, duration, size } from './format.ts';
import { OUTCOME_WORDS } from './timeline.ts';

type Key = 'number' | 'label' | 'outcome' | 'tookMs' | 'bytes' | 'sent';

const COLUMNS: readonly { readonly key: Key; readonly name: string; readonly of: (row: Row) => number | string }[] = [
  { key: 'number', name: 'Time', of: ({ number }) => number },
  { key: 'label', name: 'Tool or method', of: ({ label }) => label },
  { key: 'outcome', name: 'Outcome', of: ({ call }) => call.outcome },
  { key: 'tookMs', name: 'Took', of: ({ call }) => call.tookMs ?? Number.POSITIVE_INFINITY },
  { key: 'bytes', name: 'Answer', of: ({ call }) => call.answeredBytes ?? -1 },
  { key: 'sent', name: 'Sent', of: ({ retries, reopened }) => retries + reopened },
];

const ROW_PX = 36;
/** Rows beyond the edges that are there already. */
const AHEAD = 8;

export class CallsTable {
  readonly #grid: HTMLElement;
  readonly #head: HTMLElement;
  readonly #body: HTMLElement;
  readonly #pick: (row: Row) => void;
  readonly #buttons = new Map<Key, HTMLElement>();
  #rows: Row[] = [];
  #longestMs = 1;
  #sort: { readonly key: Key; readonly down: boolean } = { key: 'number', down: false };
  #current = 0;

  constructor(grid: HTMLElement, pick: (row: Row) => void) {
    this.#grid = grid;
    this.#pick = pick;
    this.#head = element('div', { role: 'row', class: 'row head', 'aria-rowindex': 1 });
    for (const { key, name } of COLUMNS) {
      const button = element('button', { class: 'sort', 'data-key': key }, name);
      button.addEventListener('click', () => this.#sortBy(key));
      const cell = element('div', { role: 'columnheader', class: `cell ${key}` }, button);
      this.#buttons.set(key, cell);
      this.#head.append(cell);
    }
    this.#head.append(element('div', { role: 'columnheader', class: 'cell bar' }, 'Compared'));
    this.#body = element('div', { role: 'rowgroup', class: 'body' });
    grid.append(element('div', { role: 'rowgroup', class: 'top' }, this.#head), this.#body);
    grid.addEventListener('scroll', () => this.#draw());
    grid.addEventListener('keydown', (event) => this.#onKey(event));
    this.#body.addEventListener('click', (event) => {
      const place = (event.target as Element).closest<HTMLElement>('[data-place]')?.dataset['place'];
      const row = this.#rows[Number(place)];
      if (row === undefined) return;
      this.#current = Number(place);
      this.#draw();
      this.#pick(row);
    });
    new ResizeObserver(() => this.#draw()).observe(grid);
  }

  show(rows: readonly Row[]): void {
    this.#rows = [...rows];
    this.#longestMs = rows.reduce((longest, { call }) => Math.max(longest, call.tookMs ?? 0), 1e-9);
    this.#current = 0;
    this.#grid.scrollTop = 0;
    this.#arrange();
  }

  /** The row before or behind a row, as they stand now. */
  beside(row: Row, by: 1 | -1): Row | undefined {
    const place = this.#rows.indexOf(row) + by;
    if (this.#rows[place] !== undefined) this.#go(place);
    return this.#rows[place];
  }

  #sortBy(key: Key): void {
    const starts = key === 'tookMs' || key === 'bytes' || key === 'sent';
    this.#sort = { key, down: this.#sort.key === key ? !this.#sort.down : starts };
    this.#arrange();
  }

  #arrange(): void {
    const { down, key } = this.#sort;
    const of = COLUMNS.find((column) => column.key === key)?.of ?? (() => 0);
    const way = down ? -1 : 1;
    const sorted = this.#rows.map((row) => ({ row, value: of(row) }));
    sorted.sort((a, b) => way * compared(a.value, b.value) || a.row.number - b.row.number);
    this.#rows = sorted.map(({ row }) => row);
    for (const [column, cell] of this.#buttons) {
      cell.setAttribute('aria-sort', column === key ? (down ? 'descending' : 'ascending') : 'none');
    }
    this.#grid.setAttribute('aria-rowcount', String(this.#rows.length + 1));
    this.#body.style.height = `${Math.max(1, this.#rows.length) * ROW_PX}px`;
    this.#draw();
  }

  #draw(): void {
    const { clientHeight, scrollTop } = this.#grid;
    const first = Math.max(0, Math.floor(scrollTop / ROW_PX) - AHEAD);
    const last = Math.min(this.#rows.length, Math.ceil((scrollTop + clientHeight) / ROW_PX) + AHEAD);
    const rows = this.#rows.slice(first, last).map((row, index) => this.#element(row, first + index));
    const none = element('p', { class: 'none' }, 'No call fits. Take a filter away.');
    this.#body.replaceChildren(...(this.#rows.length === 0 ? [none] : rows));
    const current = this.#rows[this.#current];
    if (current === undefined) this.#grid.removeAttribute('aria-activedescendant');
    else this.#grid.setAttribute('aria-activedescendant', `call-${current.number}`);
  }

  #element(row: Row, place: number): HTMLElement {
    const { call, failed, label, number, reopened, retries } = row;
    const cell = (key: string, ...content: (string | Node)[]) =>
      element('div', { role: 'gridcell', class: `cell ${key}` }, ...content);
    const bar = element('span', { class: failed ? 'meter bad' : 'meter' });
    const sent = [retries > 0 && `${retries + 1} ×`, reopened > 0 && 'reopened'].filter(Boolean).join(', ');
    const line = element(
      'div',
      {
        role: 'row',
        id: `call-${number}`,
        class: place === this.#current ? 'row current' : 'row',
        'aria-rowindex': place + 2,
        'aria-selected': place === this.#current ? 'true' : 'false',
        'data-place': place,
      },
      cell('number', clockTime(call.atMs, true)),
      cell('label', element('span', { title: label }, label)),
      cell('outcome', element('span', { class: `badge ${call.outcome}` }, OUTCOME_WORDS[call.outcome])),
      cell('tookMs', duration(call.tookMs)),
      cell('bytes', size(call.answeredBytes)),
      cell('sent', sent === '' ? 'once' : sent),
      cell('bar', placed(bar, 0, (call.tookMs ?? 0) / this.#longestMs)),
    );
    line.style.top = `${place * ROW_PX}px`;
    return line;
  }

  #onKey(event: KeyboardEvent): void {
    if (event.target !== this.#grid) return;
    const page = Math.max(1, Math.floor(this.#grid.clientHeight / ROW_PX) - 2);
    const moves: Readonly<Record<string, number>> = {
      ArrowDown: this.#current + 1,
      ArrowUp: this.#current - 1,
      PageDown: this.#current + page,
      PageUp: this.#current - page,
      Home: 0,
      End: this.#rows.length - 1,
    };
    const place = moves[event.key];
    const row = this.#rows[this.#current];
    if (place !== undefined) this.#go(Math.max(0, Math.min(this.#rows.length - 1, place)));
    else if ((event.key === 'Enter' || event.key === ' ') && row !== undefined) this.#pick(row);
    else return;
    event.preventDefault();
  }

  #go(place: number): void {
    this.#current = place;
    const top = place * ROW_PX;
    // The head stays on top and covers as much.
    const room = this.#grid.clientHeight - 2 * ROW_PX;
    if (top < this.#grid.scrollTop) this.#grid.scrollTop = top;
    else if (top > this.#grid.scrollTop + room) this.#grid.scrollTop = top - room;
    this.#draw();
  }
}

function compared(a: number | string, b: number | string): number {
  if (typeof a === 'string' || typeof b === 'string') return String(a).localeCompare(String(b), 'en');
  return a === b ? 0 : a < b ? -1 : 1;
}
