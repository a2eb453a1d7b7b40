import { expect, test } from 'vitest';
import { figureOf, paired } from './statistics.ts';

test('two targets are compared round by round', () => {
  const ours = figureOf([[2], [20], [30]], 0.5);
  const theirs = figureOf([[1], [10], [30]], 0.5);
  expect(paired(ours, theirs, (own, their) => own / their)).toBe(2);
});

test('what one in a hundred exceeds is taken of as many rounds together as have 2 000 samples', () => {
  const rounds = [1, 1, 2, 2].map((level) => Array.from({ length: 1_000 }, (_, i) => level * i));
  expect(figureOf(rounds, 0.99).turns).toEqual([990, 1_980]);
  expect(figureOf(rounds.slice(0, 1), 0.99).turns).toEqual([990]);
});
