/** The tables of docs/performance.md and of the README, between two marks each. */

import { readFile, writeFile } from 'node:fs/promises';
import type { Measure } from './measure.ts';
import { headings, linesOf } from './table.ts';
import type { TargetName } from './targets.ts';

/** The rows of the README, which shows no budgets. */
const TOP: ReadonlySet<string> = new Set([
  'cold start',
  '1 KB tools/call, p50',
  '64 in flight',
  '1 MB both, connection-proxy',
  'memory after initialize',
  'memory after 10000 messages',
  'packages',
  'unpacked',
]);

/** @param where - one sentence: when, on what, with which versions */
export async function writeReadme(
  where: string,
  measures: readonly Measure[],
  targets: readonly TargetName[],
): Promise<void> {
  // The last column is for the one who runs the bench.
  const all = markdown(
    measures.flatMap((measure) => linesOf(measure, targets)),
    targets,
    -1,
  );
  await replace('docs/performance.md', 'bench', `${where}\n\n${all}`);
  const top = measures.filter(({ what }) => TOP.has(what)).flatMap((measure) => linesOf(measure, targets).slice(0, 1));
  await replace('README.md', 'top bench', `${where}\n\n${markdown(top, targets, -3)}`);
}

async function replace(file: string, mark: string, content: string): Promise<void> {
  const text = await readFile(file, 'utf8');
  const [begin, end] = [`<!-- ${mark} -->`, `<!-- /${mark} -->`];
  const [from, to] = [text.indexOf(begin), text.indexOf(end)];
  if (from < 0 || to < from) throw new Error(`${file} has no place between ${begin} and ${end}`);
  await writeFile(file, `${text.slice(0, from)}${begin}\n${content}\n${text.slice(to)}`);
}

/** @param columns - how many of the columns are shown, counted from the end */
function markdown(lines: readonly (readonly string[])[], targets: readonly TargetName[], columns: number): string {
  const line = (cells: readonly string[]) => `| ${cells.slice(0, columns).join(' | ')} |`;
  const heading = headings(targets);
  return [line(heading), line(heading.map(() => '---')), ...lines.map(line)].join('\n');
}
