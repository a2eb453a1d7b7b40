import { expect, it } from 'vitest';
import { Slots } from '../../src/relay/slots.ts';

it('gives out so many slots at a time, and the next in the order of asking', async () => {
  const slots = new Slots(2);
  const order: string[] = [];
  expect([slots.take(), slots.take()]).toEqual([undefined, undefined]);
  const third = slots.take()?.then(() => order.push('third'));
  const fourth = slots.take()?.then(() => order.push('fourth'));
  slots.release();
  await third;
  expect(order).toEqual(['third']);
  slots.release();
  await fourth;
  slots.release();
  slots.release();
  expect(slots.take()).toBeUndefined();
});
