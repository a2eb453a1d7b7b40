import { describe, expect, it } from 'vitest';
import { type Message, peek } from '../../src/protocol/message.ts';
import { type CallClass, classOf, decide, type FailurePoint, retryAfterMs } from '../../src/protocol/retry.ts';

const situation = (point: FailurePoint, callClass: CallClass, more: object = {}) => ({
  point,
  callClass,
  repeats: 0,
  retryAfterMs: undefined,
  budgetMs: 10_000,
  roll: 0.5,
  ...more,
});

describe('decide', () => {
  it.each<[FailurePoint, Record<CallClass, number>]>([
    [
      'unsent',
      { safe: 2, read: 2, handshake: 2, effects: 2, 'effects-but-503': 2, annotated: 2, notice: 2, initialized: 2 },
    ],
    [
      'token-refused',
      { safe: 1, read: 1, handshake: 1, effects: 1, 'effects-but-503': 1, annotated: 1, notice: 1, initialized: 1 },
    ],
    [
      'busy',
      { safe: 1, read: 1, handshake: 1, effects: 1, 'effects-but-503': 1, annotated: 1, notice: 0, initialized: 1 },
    ],
    [
      'unavailable',
      { safe: 1, read: 0, handshake: 1, effects: 0, 'effects-but-503': 1, annotated: 1, notice: 0, initialized: 1 },
    ],
    [
      'broken',
      { safe: 1, read: 0, handshake: 1, effects: 0, 'effects-but-503': 0, annotated: 1, notice: 0, initialized: 1 },
    ],
    [
      'cut',
      { safe: 2, read: 2, handshake: 0, effects: 2, 'effects-but-503': 2, annotated: 2, notice: 0, initialized: 0 },
    ],
    [
      'unusable',
      { safe: 1, read: 0, handshake: 0, effects: 0, 'effects-but-503': 0, annotated: 1, notice: 0, initialized: 0 },
    ],
    [
      'final',
      { safe: 0, read: 0, handshake: 0, effects: 0, 'effects-but-503': 0, annotated: 0, notice: 0, initialized: 0 },
    ],
  ])('after %s repeats as often as the retry table says: %o', (point, allowed) => {
    for (const [callClass, times] of Object.entries(allowed) as [CallClass, number][]) {
      const again = [0, 1, 2, 3].map((repeats) => decide(situation(point, callClass, { repeats })).again);
      expect(again).toEqual([0, 1, 2, 3].map((repeats) => repeats < times));
    }
  });

  it('never repeats a call with effects that may have run, whatever else holds (T098, T204)', () => {
    for (const point of ['broken', 'unavailable', 'unusable', 'final'] as const) {
      expect(decide(situation(point, 'effects', { retryAfterMs: 0, budgetMs: 1e9 }))).toMatchObject({ again: false });
    }
  });

  it('waits as long as the server asks, within the time there is (T101)', () => {
    expect(decide(situation('busy', 'safe', { retryAfterMs: 1_000 }))).toMatchObject({ again: true, waitMs: 1_000 });
    expect(decide(situation('busy', 'safe', { retryAfterMs: 3_600_000 }))).toMatchObject({ again: false });
  });

  it('spreads its own waits from zero to a bound that doubles (T199)', () => {
    const wait = (repeats: number, roll: number) => decide(situation('unsent', 'safe', { repeats, roll }));
    expect(wait(0, 0)).toMatchObject({ waitMs: 0 });
    expect(wait(0, 0.999)).toMatchObject({ waitMs: 400 });
    expect(wait(1, 0.999)).toMatchObject({ waitMs: 799 });
  });
});

describe('classOf', () => {
  it.each([
    ['tools/list', 'safe'],
    ['completion/complete', 'read'],
    ['initialize', 'handshake'],
    ['tools/call', 'effects'],
    ['tasks/cancel', 'effects'],
    ['something/new', 'effects'],
  ])('of the request %s is %s', (method, callClass) => {
    expect(classOf(peek(`{"jsonrpc":"2.0","id":1,"method":"${method}"}`) as Message)).toBe(callClass);
  });

  it('tells notifications/initialized from other notifications, and takes answers for calls with effects', () => {
    expect(classOf(peek('{"jsonrpc":"2.0","method":"notifications/initialized"}') as Message)).toBe('initialized');
    expect(classOf(peek('{"jsonrpc":"2.0","method":"notifications/cancelled"}') as Message)).toBe('notice');
    expect(classOf(peek('{"jsonrpc":"2.0","id":1,"result":{}}') as Message)).toBe('effects');
  });
});

describe('retryAfterMs', () => {
  const now = Date.parse('2026-11-22T10:00:00Z');
  it.each([
    ['1', 1_000],
    [' 3600 ', 3_600_000],
    ['Sun, 22 Nov 2026 10:00:05 GMT', 5_000],
    ['Sun, 22 Nov 2026 09:00:00 GMT', 0],
    ['soon', undefined],
    ['-1', undefined],
    ['1.5', undefined],
    ['9'.repeat(30), undefined],
    [undefined, undefined],
  ])('of %j is %s (T101)', (value, expected) => {
    expect(retryAfterMs(value, now)).toBe(expected);
  });
});
