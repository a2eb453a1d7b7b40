import type { Score, Verdict } from './verdict.ts';

/** The verdicts as a table, one line each, with what is to be said of a line below it. */
export function table(verdicts: readonly Verdict[]): string {
  const rows = verdicts.map((verdict) => ({ verdict, cells: cellsOf(verdict) }));
  const widths = HEADINGS.map((heading, i) =>
    Math.max(heading.length, ...rows.map(({ cells }) => cells[i]?.length ?? 0)),
  );
  const line = (cells: readonly string[]) =>
    cells
      .map((cell, i) => cell.padEnd(widths[i] ?? 0))
      .join('  ')
      .trimEnd();
  const rule = widths.map((width) => '-'.repeat(width));
  return [line(HEADINGS), line(rule), ...rows.flatMap(({ cells, verdict }) => [line(cells), ...notes(verdict)])].join(
    '\n',
  );
}

const HEADINGS = ['suite', 'revision', 'under test', 'scenario', 'direct', 'bridged', 'verdict'];

function cellsOf({ bridged, direct, leg, named, run, scenario, unexplained }: Verdict): string[] {
  const verdict = unexplained.length > 0 ? 'DIFFERS' : named.length > 0 ? 'named' : 'same';
  return [run.suite, run.revision, leg, scenario, show(direct), show(bridged), verdict];
}

function show({ of, passed }: Score): string {
  return `${passed}/${of}`;
}

function notes({ named, unexplained }: Verdict): string[] {
  return [
    ...unexplained.map(({ check, why }) => `    ! ${check}: ${why}`),
    ...named.map(({ because, check }) => `    * ${check}: ${because}`),
  ];
}
