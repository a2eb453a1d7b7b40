/**
 * Who has a turn when. A Latin square alone lets each be first once and always after the same one; in that of Williams
 * (E. J. Williams, Australian Journal of Scientific Research A 2, 1949) each also follows each other one equally often.
 *
 * @param count - of those who have turns
 * @returns their numbers, from 0, in the order of this round; balanced after `count` rounds, twice as many where it is odd
 */
export function orderOf(round: number, count: number): number[] {
  const order = Array.from({ length: count }, (_, place) => {
    const zigzag = place % 2 === 0 ? place / 2 : count - (place + 1) / 2;
    return (zigzag + round) % count;
  });
  const isMirrored = count % 2 === 1 && round % (2 * count) >= count;
  return isMirrored ? order.reverse() : order;
}
