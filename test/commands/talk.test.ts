import { expect, test } from 'vitest';
import { Talk } from '../../src/commands/talk.ts';
import type { MessageHandler } from '../../src/relay/handler.ts';
import { HandClock } from '../support/hand-clock.ts';

const MUTE: MessageHandler = {
  handle: (_, { signal }) => new Promise((_, reject) => signal.addEventListener('abort', () => reject(signal.reason))),
  ready: undefined,
  takesBatches: false,
  clientDisconnected() {},
  async close() {},
};

test('a server that does not answer is waited for as long as there is patience, and the request is named', async () => {
  const clock = new HandClock();
  const asked = new Talk(MUTE, { ms: 15_000, clock }).request('tools/list');
  clock.advance(15_000);
  await expect(asked).rejects.toMatchObject({ kind: 'timeout', message: /tools\/list within 15 s/ });
  expect(clock.waiting).toBe(0);
});
