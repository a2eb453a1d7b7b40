/** Time of each tool: a line for each, the largest total first. */

import type { Row } from './data.ts';
import { element, placed } from './dom.ts';
import { count, duration } from './format.ts';
import { byLabel, quantile, sortedTimes } from './rows.ts';

/** Rows that are shown before the rest is asked for. */
const FIRST_ROWS = 8;

/** @param pick - called with the name of a tool */
export function toolsTable(rows: readonly Row[], pick: (label: string) => void): HTMLElement {
  const lines = [...byLabel(rows)].map(([label, own]) => {
    const sorted = sortedTimes(own.map(({ call }) => call));
    const totalMs = sorted.reduce((sum, ms) => sum + ms, 0);
    return { label, calls: own.length, failed: own.filter(({ failed }) => failed).length, sorted, totalMs };
  });
  lines.sort((a, b) => b.totalMs - a.totalMs);
  const longestMs = Math.max(1e-9, lines[0]?.totalMs ?? 0);

  const head = ['Tool or method', 'Calls', 'Failed', 'p50', 'p95', '', 'Total time'].map((name, index) =>
    element(
      name === '' ? 'td' : 'th',
      { scope: 'col', class: index === 0 ? undefined : index === 5 ? 'costs' : 'number' },
      name,
    ),
  );
  const body = lines.map(({ calls, failed, label, sorted, totalMs }) => {
    const name = element('button', { class: 'link', title: label }, label);
    name.addEventListener('click', () => pick(label));
    const bar = element('span', { class: 'meter' });
    const cell = (text: string, name = 'number') => element('td', { class: name }, text);
    return element(
      'tr',
      {},
      element('th', { scope: 'row' }, name),
      cell(count(calls)),
      cell(failed === 0 ? '–' : count(failed), failed === 0 ? 'number' : 'number bad'),
      cell(duration(quantile(sorted, 0.5))),
      cell(duration(quantile(sorted, 0.95))),
      element('td', { class: 'costs' }, element('span', { class: 'cost-track' }, placed(bar, 0, totalMs / longestMs))),
      cell(duration(totalMs)),
    );
  });
  const table = element('table', {}, element('thead', {}, element('tr', {}, ...head)), element('tbody', {}, ...body));
  if (body.length <= FIRST_ROWS + 1) return element('div', {}, table);
  const rest = body.slice(FIRST_ROWS);
  const more = element('button', { class: 'tool-button more', 'aria-expanded': 'false' });
  const fold = (isFolded: boolean) => {
    for (const line of rest) line.hidden = isFolded;
    more.textContent = isFolded ? `Show all ${count(body.length)}` : `Show the first ${FIRST_ROWS}`;
    more.setAttribute('aria-expanded', String(!isFolded));
  };
  more.addEventListener('click', () => fold(more.getAttribute('aria-expanded') === 'true'));
  fold(true);
  return element('div', {}, table, more);
}
