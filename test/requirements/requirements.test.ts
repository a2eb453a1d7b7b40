import { fileURLToPath } from 'node:url';
import { describe, expect, it } from 'vitest';
import { citationsIn, citationsOf } from './citations.ts';
import { countOf, coverageOf } from './coverage.ts';
import { requirementsPage } from './page.ts';
import { must } from './requirement.ts';
import { REQUIREMENTS } from './requirements.ts';

describe('the requirements', () => {
  const coverage = coverageOf(REQUIREMENTS, citationsIn(fileURLToPath(new URL('..', import.meta.url))));

  it('are numbered without a gap', () => {
    const numbers = REQUIREMENTS.map(({ id }) => id);
    expect(numbers).toEqual(numbers.map((_, index) => `T${String(index + 1).padStart(3, '0')}`));
    expect(numbers.at(-1)).toBe('T256');
  });

  it('are each covered by a test, or not applicable for a reason', () => {
    process.stdout.write(`${countOf(coverage)}\n`);
    expect(coverage.uncovered.map(({ id }) => id)).toEqual([]);
  });

  it('are cited by no test while they are planned', () => {
    expect(
      coverage.covered.filter(({ requirement }) => requirement.planned).map(({ requirement }) => requirement.id),
    ).toEqual([]);
  });

  it('are listed in docs/requirements.md (npx vitest run test/requirements -u writes it)', async () => {
    const page = fileURLToPath(new URL('../../docs/requirements.md', import.meta.url));
    await expect(requirementsPage(REQUIREMENTS)).toMatchFileSnapshot(page);
  });

  it('are the only ones that tests cite', () => {
    expect(coverage.unknown).toEqual([]);
  });
});

describe('a citation', () => {
  const cited = (source: string) => citationsOf('a.test.ts', source).map(({ id }) => id);

  it.each([
    ['the name of a test', "test('x (T{}1)', () => {})"],
    ['the name of a group', "describe('x (T{}1)', () => {})"],
    ['a name in a template', 'test(`x (T{}1)` as string, () => {})'],
    ['the name of a table', "test.each([['a', 1]] as const)('%s (T{}1)', () => {})"],
    ['the label of a row', "it.each<[string]>([['a (T{}1)']])('%s', () => {})"],
    ['the label of a row of a named table', "const rows = [['a (T{}1)']];\nit.each(rows)('%s', () => {})"],
    ['what stands beside another', "test('x (T{}1, F16)', () => {})"],
  ])('is read from %s', (_where, source) => {
    expect(cited(source.replace('{}', '00'))).toEqual(['T001']);
  });

  it('of several is read as several', () => {
    expect(cited("test('x (T{}1, T{}2)', () => {})".replaceAll('{}', '00'))).toEqual(['T001', 'T002']);
  });

  it.each([
    ['a comment', "// (T{}1)\ntest('x', () => {})"],
    ['the body of a test', "test('x', () => { say('(T{}1)'); })"],
    ['another call', "say('x (T{}1)')"],
  ])('is not read from %s', (_where, source) => {
    expect(cited(source.replace('{}', '00'))).toEqual([]);
  });

  it('of what nobody requires is found, and so is what nobody cites', () => {
    const citation = { id: 'T002', file: 'a.test.ts', test: 'x' };
    const { covered, uncovered, unknown } = coverageOf([must('T001', 0, 'x')], [citation]);
    expect(covered).toEqual([]);
    expect(uncovered.map(({ id }) => id)).toEqual(['T001']);
    expect(unknown).toEqual([citation]);
  });
});
