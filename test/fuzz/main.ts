/** `npm run fuzz -- [--cases N] [--seed S] [--target NAME]`: every target, or one, with cases that nobody has seen yet. */

import { parseArgs } from 'node:util';
import { type Finding, fuzz, sharesOf } from './run.ts';
import { TARGETS } from './targets.ts';

const { values } = parseArgs({
  options: { cases: { type: 'string', default: '1000000' }, seed: { type: 'string' }, target: { type: 'string' } },
});
const seed = values.seed === undefined ? Math.floor(Math.random() * 2 ** 31) : whole('seed', values.seed);
const targets = TARGETS.filter(({ name }) => values.target === undefined || name === values.target);
if (targets.length === 0) {
  throw new Error(`--target ${values.target} is none of: ${TARGETS.map(({ name }) => name).join(', ')}`);
}

const say = (text: string) => process.stdout.write(`${text}\n`);
const row = (name: string, ...cells: readonly (string | number)[]) =>
  say(name.padEnd(26) + cells.map((cell) => String(cell).padStart(12)).join(''));

say(`seed ${seed}`);
row('target', 'cases', 'seconds', 'findings');
const findings: Finding[] = [];
let [allCases, allMs] = [0, 0];
for (const [target, cases] of sharesOf(targets, whole('cases', values.cases))) {
  const startedMs = performance.now();
  const finding = await fuzz(target, cases, seed);
  const ms = performance.now() - startedMs;
  row(target.name, cases, (ms / 1000).toFixed(1), finding ? 1 : 0);
  if (finding) findings.push(finding);
  allCases += cases;
  allMs += ms;
}
row(`${targets.length} targets`, allCases, (allMs / 1000).toFixed(1), findings.length);
for (const { report, target } of findings) say(`\n${target}: ${report}`);
process.exitCode = findings.length > 0 ? 1 : 0;

function whole(option: string, text: string): number {
  if (!/^\d{1,9}$/.test(text)) throw new Error(`--${option} ${text} is no whole number`);
  return Number(text);
}
