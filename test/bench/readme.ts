/** The table of the README, between two marks. */

import { readFile, writeFile } from 'node:fs/promises';
import type { Measure } from './measure.ts';
import { headings, linesOf } from './table.ts';
import type { TargetName } from './targets.ts';

const FILE = 'README.md';
const [BEGIN, END] = ['<!-- bench -->', '<!-- /bench -->'];

/** @param where - one sentence: when, on what, with which versions */
export async function writeReadme(
  where: string,
  measures: readonly Measure[],
  targets: readonly TargetName[],
): Promise<void> {
  const text = await readFile(FILE, 'utf8');
  const [begin, end] = [text.indexOf(BEGIN), text.indexOf(END)];
  if (begin < 0 || end < begin) throw new Error(`${FILE} has no place between ${BEGIN} and ${END}`);
  const table = markdown(measures, targets);
  const after = text.slice(end);
  await writeFile(FILE, `${text.slice(0, begin)}${BEGIN}\n${where}\n\n${table}\n${after}`);
}

function markdown(measures: readonly Measure[], targets: readonly TargetName[]): string {
  // The last two columns are for who works on it: a README shows what is met.
  const columns = headings(targets).length - 1;
  const line = (cells: readonly string[]) => `| ${cells.slice(0, columns).join(' | ')} |`;
  const heading = headings(targets);
  const rule = heading.map(() => '---');
  return [line(heading), line(rule), ...measures.flatMap((measure) => linesOf(measure, targets).map(line))].join('\n');
}
