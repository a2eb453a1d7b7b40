/** The upper part of the page: which record it is, the most important figures, and notices. */

import type { SessionMark } from '../calls.ts';
import type { PageData, Row } from './data.ts';
import { element, part } from './dom.ts';
import { clockTime, count, day, duration, plural, share, size, timeZone } from './format.ts';
import { quantile, sortedTimes } from './rows.ts';

/** @param run - the one that is shown; undefined for all of them */
export function heading({ file, madeBy, runs }: PageData, run: number | undefined): void {
  const seen = run === undefined ? runs : runs.slice(run, run + 1);
  const [start] = seen;
  if (start === undefined) return;
  const destinations = distinct(seen.map(({ header }) => header.connection ?? header.service ?? header.url));
  const title = destinations.join(', ') || 'MCP server';
  document.title = `${title} · uc-mcp-bridge record`;
  part('destination').textContent = title;
  const first = Math.min(...seen.map(({ startedMs }) => startedMs));
  const last = Math.max(...seen.map(({ lastMs }) => lastMs));
  const until = day(first) === day(last) ? clockTime(last) : `${day(last)}, ${clockTime(last)}`;
  const routes = distinct(seen.map(({ header }) => header.route));
  const users = distinct(
    seen.map(({ profile, user }) => user ?? (profile === undefined ? undefined : `profile ${profile}`)),
  );
  const facts = [
    `${day(first)}, ${clockTime(first)} – ${until}`,
    timeZone(first),
    seen.length > 1 ? plural(seen.length, 'run') : undefined,
    routes.length > 0 ? `${routes.length > 1 ? 'routes' : 'route'} ${routes.join(', ')}` : undefined,
    ...distinct(seen.map(({ host }) => host)),
    ...users,
    `bridge ${distinct(seen.map(({ header }) => header.bridge)).join(', ')}`,
  ];
  part('facts').replaceChildren(...facts.flatMap((fact) => (fact ? [element('li', {}, fact)] : [])));
  part('colophon').textContent =
    `Made from ${file} by uc-mcp-bridge ${madeBy}. This page loads nothing from a network and sends nothing to one.`;
}

function distinct(values: readonly (string | undefined)[]): string[] {
  return [...new Set(values.filter((value) => value !== undefined))];
}

export function tiles(rows: readonly Row[], marks: readonly SessionMark[]): HTMLElement[] {
  const times = sortedTimes(rows.map(({ call }) => call));
  const failed = rows.filter((row) => row.failed).length;
  const retries = rows.reduce((sum, row) => sum + row.retries, 0);
  const waitedMs = rows
    .flatMap(({ call }) => call.steps)
    .reduce((sum, { is, tookMs }) => (is === 'wait' ? sum + tookMs : sum), 0);
  const reopened = marks.filter(({ event }) => event === 'reopened').length;
  const opened = marks.filter(({ event }) => event === 'opened').length;
  const [asked, answered] = rows.reduce(
    ([a, b], { call }) => [a + call.askedBytes, b + (call.answeredBytes ?? 0)],
    [0, 0],
  );
  const tools = new Set(rows.map(({ label }) => label)).size;
  const refused = rows.filter((row) => row.refused).length;
  return [
    tile('Calls', count(rows.length), plural(tools, 'tool/method', 'tools/methods')),
    tile('Failed', count(failed), `${share(failed, rows.length)} of calls`, failed > 0 ? 'bad' : undefined),
    tile('Refused', count(refused), 'by your tool policy'),
    tile('Median', duration(quantile(times, 0.5)), `95% within ${duration(quantile(times, 0.95))}`),
    tile('Slowest', duration(times.at(-1)), slowestLabel(rows)),
    tile(
      'Retries',
      count(retries),
      waitedMs > 0 ? `${duration(waitedMs)} waiting` : 'no waiting time',
      retries > 0 ? 'warn' : undefined,
    ),
    tile(
      'Sessions',
      count(opened + reopened),
      reopened > 0 ? `${reopened} reopened` : 'none lost',
      reopened > 0 ? 'session' : undefined,
    ),
    tile('Responses', size(answered), `requests: ${size(asked)}`),
  ];
}

function slowestLabel(rows: readonly Row[]): string {
  let slowest: Row | undefined;
  for (const row of rows) if ((row.call.tookMs ?? -1) > (slowest?.call.tookMs ?? -1)) slowest = row;
  return slowest?.label ?? '–';
}

function tile(name: string, value: string, note: string, kind = ''): HTMLElement {
  return element(
    'div',
    { class: `tile ${kind}` },
    element('dt', {}, name),
    element('dd', {}, element('strong', {}, value), element('span', { title: note }, note)),
  );
}

/** Runs without an end, and lines that are missing. */
export function notices({ runs, unreadable }: PageData, run: number | undefined): HTMLElement[] {
  const seen = run === undefined ? runs : runs.slice(run, run + 1);
  const endless = seen.filter(({ exitCode }) => exitCode === undefined).length;
  const lost = seen.reduce((sum, one) => sum + one.lost, 0);
  const all = [
    endless > 0 &&
      `${seen.length === 1 ? 'The run has' : `${plural(endless, 'run has', 'runs have')}`} no end: the bridge was killed or was still running when this page was made.`,
    lost > 0 && `${plural(lost, 'line was', 'lines were')} left out, since the file could not be written fast enough.`,
    unreadable > 0 &&
      `${plural(unreadable, 'line', 'lines')} of the file could not be read, and ${unreadable === 1 ? 'is' : 'are'} not shown.`,
  ];
  return all.flatMap((text) => (text ? [element('p', {}, text)] : []));
}
