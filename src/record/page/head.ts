/** The upper part of the page: which record it is, the figures that one looks at first, and what one has to know. */

import type { SessionMark } from '../calls.ts';
import type { PageData, Row } from './data.ts';
import { element, part } from './dom.ts';
import { clockTime, count, day, duration, plural, share, size } from './format.ts';
import { quantile, sortedTimes } from './rows.ts';

export function heading({ file, madeBy, runs }: PageData): void {
  const run = runs.at(-1);
  if (run === undefined) return;
  const { bridge, connection, route, service, url } = run.header;
  const destination = connection ?? service ?? url ?? 'MCP server';
  document.title = `${destination} · uc-mcp-bridge record`;
  part('destination').textContent = destination;
  const first = runs[0]?.startedMs ?? run.startedMs;
  const last = Math.max(...runs.map(({ lastMs }) => lastMs));
  const until = day(first) === day(last) ? clockTime(last) : `${day(last)}, ${clockTime(last)}`;
  const who = run.user ?? (run.profile === undefined ? undefined : `profile ${run.profile}`);
  const facts = [`${day(first)}, ${clockTime(first)} – ${until}`, `route ${route}`, run.host, who, `bridge ${bridge}`];
  part('facts').replaceChildren(...facts.flatMap((fact) => (fact ? [element('li', {}, fact)] : [])));
  part('colophon').textContent =
    `Made from ${file} by uc-mcp-bridge ${madeBy}. Nothing on this page comes from, or goes to, a network.`;
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
  return [
    tile('Calls', count(rows.length), plural(tools, 'tool or method', 'tools and methods')),
    tile('Failed', count(failed), share(failed, rows.length), failed > 0 ? 'bad' : undefined),
    tile('Median', duration(quantile(times, 0.5)), `95 % within ${duration(quantile(times, 0.95))}`),
    tile('Slowest', duration(times.at(-1)), slowestLabel(rows)),
    tile(
      'Sent again',
      count(retries),
      waitedMs > 0 ? `${duration(waitedMs)} of waiting` : 'no waiting',
      retries > 0 ? 'warn' : undefined,
    ),
    tile(
      'Sessions',
      count(opened + reopened),
      reopened > 0 ? `${reopened} opened again` : 'none lost',
      reopened > 0 ? 'session' : undefined,
    ),
    tile('Answers', size(answered), `for ${size(asked)} of requests`),
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

/** What the figures do not tell: runs without an end, lines that are missing. */
export function notices({ runs, unreadable }: PageData, run: number | undefined): HTMLElement[] {
  const seen = run === undefined ? runs : runs.slice(run, run + 1);
  const endless = seen.filter(({ exitCode }) => exitCode === undefined).length;
  const lost = seen.reduce((sum, one) => sum + one.lost, 0);
  const all = [
    endless > 0 &&
      `${seen.length === 1 ? 'The run has' : `${plural(endless, 'run has', 'runs have')}`} no end: the bridge was killed, or was still running when this page was made.`,
    lost > 0 && `${plural(lost, 'line was', 'lines were')} left out, since the file could not be written fast enough.`,
    unreadable > 0 &&
      `${plural(unreadable, 'line', 'lines')} of the file could not be read, and ${unreadable === 1 ? 'is' : 'are'} not shown.`,
  ];
  return all.flatMap((text) => (text ? [element('p', {}, text)] : []));
}
