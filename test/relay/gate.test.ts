import { describe, expect, it } from 'vitest';
import { Gate } from '../../src/relay/gate.ts';

describe('Gate', () => {
  it('lets everything through while nobody has closed it', () => {
    expect(new Gate().closed).toBeUndefined();
  });

  it('holds what comes later until it is opened', async () => {
    const gate = new Gate();
    const order: string[] = [];
    const { turn, open } = gate.close();
    expect(turn).toBeUndefined();
    const later = gate.closed?.then(() => order.push('later'));
    order.push('first');
    open();
    await later;
    expect(order).toEqual(['first', 'later']);
    expect(gate.closed).toBeUndefined();
  });

  it('makes a second closer wait for the first, and everybody else for both', async () => {
    const gate = new Gate();
    const order: string[] = [];
    const first = gate.close();
    const second = gate.close();
    const later = gate.closed?.then(() => order.push('later'));
    void second.turn?.then(() => order.push('second'));
    second.open();
    await Promise.resolve();
    order.push('first');
    first.open();
    await later;
    expect(order).toEqual(['first', 'second', 'later']);
  });
});
