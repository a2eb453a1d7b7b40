/** `npm run requirements`: every requirement with the tests that show it. */

import { citationsIn } from './citations.ts';
import { countOf, coverageOf } from './coverage.ts';
import { REQUIREMENTS } from './requirements.ts';

const coverage = coverageOf(REQUIREMENTS, citationsIn('test'));
const by = new Map(coverage.covered.map(({ requirement, by }) => [requirement.id, by]));
const out: string[] = [];
for (const { id, notApplicable, planned, priority, says } of REQUIREMENTS) {
  out.push(`${id} P${priority} ${says}`);
  const tests = by.get(id);
  for (const { file, test } of tests ?? []) out.push(`       test/${file}: ${test}`);
  if (tests === undefined)
    out.push(
      `       ${planned ? 'planned' : notApplicable === undefined ? 'MISSING' : `not applicable: ${notApplicable}`}`,
    );
}
for (const { file, id, test } of coverage.unknown) out.push(`${id} is required by nobody: test/${file}: ${test}`);
process.stdout.write(`${out.join('\n')}\n\n${countOf(coverage)}\n`);
process.exitCode = coverage.uncovered.length + coverage.unknown.length > 0 ? 1 : 0;
