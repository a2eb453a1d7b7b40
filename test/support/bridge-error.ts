/** The errors that the bridge makes itself. [requirements.md, section 5] */

import { expect } from 'vitest';
import type { Received } from './bridge.ts';

export interface Expected {
  readonly kind: string;
  readonly outcome: 'not_sent' | 'rejected' | 'unknown';
  /** True if the call only reads, so that it can be made again whatever became of it. */
  readonly isHarmless?: boolean;
  readonly code?: number;
  readonly message?: RegExp;
  /** Members of `data` beside those that each error has. */
  readonly data?: Readonly<Record<string, unknown>>;
}

/** What must hold of every error of ours, and what is expected of this one. */
export function expectBridgeError(answer: Received, expected: Expected): void {
  const { code = -32603, data, isHarmless = false, kind, message, outcome } = expected;
  const { error } = answer;
  expect(error).toMatchObject({ code, data: { source: 'uc-mcp-bridge', kind, outcome, ...data } });
  expect(error?.data?.['sent']).toBe(outcome !== 'not_sent');
  expect(error?.data?.['hint']).toMatch(/\S/);
  // A model must see at once that a call may have had effects, and never where it cannot have.
  const mayHaveEffects = outcome === 'unknown' && !isHarmless;
  expect(error?.message.startsWith('OUTCOME UNKNOWN')).toBe(mayHaveEffects);
  expect(/Repeating the call is harmless\./.test(error?.message ?? '')).toBe(outcome === 'unknown' && isHarmless);
  if (message) expect(error?.message).toMatch(message);
}
