import { describe, expect, it } from 'vitest';
import { orderOf } from './order.ts';

describe('the order of turns', () => {
  it.each([2, 3, 4, 5, 6])('gives each of %i a turn a round, after each other one equally often', (count) => {
    const rounds = count % 2 === 0 ? count : 2 * count;
    const orders = Array.from({ length: rounds }, (_, round) => orderOf(round, count));
    const all = Array.from({ length: count }, (_, number) => number);
    for (const order of orders) expect(order.toSorted((a, b) => a - b)).toEqual(all);

    const pairs = orders.flatMap((order) => order.slice(1).map((own, place) => `${order[place]} ${own}`));
    const perPair = new Map(pairs.map((pair) => [pair, pairs.filter((other) => other === pair).length]));
    expect(perPair.size).toBe(count * (count - 1));
    expect(new Set(perPair.values())).toEqual(new Set([rounds / count]));
  });
});
