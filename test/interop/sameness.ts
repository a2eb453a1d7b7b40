/** The tests that every pair of conversations has to pass. */

import { expect, test } from 'vitest';
import type { BridgedConversation } from './bridged.ts';
import { type Conversation, comparable, kindOf, type Step } from './conversation.ts';

export interface Pair {
  readonly direct: Conversation;
  readonly bridged: BridgedConversation;
}

/**
 * @param script - what was asked in both
 * @param pair - called when the tests run, at which time both are over
 */
export function testSameness(script: readonly Step[], pair: () => Pair): void {
  test.each(script.map((step) => [step.asks, step] as const))('%s is answered as without the bridge', (_, step) => {
    const { bridged, direct } = pair();
    const expected = comparable(direct, step);
    expect(kindOf(expected)).toBe(step.answered);
    expect(comparable(bridged, step)).toStrictEqual(expected);
  });

  test('nothing comes in that would not without the bridge', () => {
    const { bridged, direct } = pair();
    expect(bridged.received).toHaveLength(direct.received.length);
  });

  testCleanliness(() => pair().bridged);
}

/** What has to hold of the bridge whatever it was asked. */
export function testCleanliness(conversation: () => BridgedConversation): void {
  test('stdout holds the messages that the client received, a line for each, and nothing else', () => {
    const { errors, received, stdout } = conversation();
    expect(stdout.endsWith('\n')).toBe(true);
    const lines = stdout.slice(0, -1).split('\n');
    expect(lines.map((line) => JSON.parse(line))).toEqual(received);
    expect(errors).toEqual([]);
  });

  test('the bridge ends when the client does, with exit code 0 and without a warning', () => {
    const { exit, stderr } = conversation();
    expect({ exit, stderr }).toEqual({ exit: { code: 0, signal: null }, stderr: '' });
  });
}
