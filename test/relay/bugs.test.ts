import { expect, it } from 'vitest';
import { systemClock } from '../../src/node/clock.ts';
import { resultFor } from '../../src/relay/handler.ts';
import { Relay } from '../../src/relay/relay.ts';

it('answers a request whose handler throws or ends without a response, and serves the next one (T156)', async () => {
  const written: string[] = [];
  const relay = new Relay({
    next: {
      async handle(message, { emit }) {
        if (message.text.includes('bug')) throw new TypeError('thrown by the test');
        if (message.text.includes('ping')) await emit(resultFor('2', '{}'));
      },
      ready: undefined,
      takesBatches: false,
      clientDisconnected: () => {},
      close: async () => {},
    },
    write: async (line) => void written.push(String(line)),
    scrub: (text) => text,
    clock: systemClock,
    log: { debug: () => {}, info: () => {}, warn: () => {}, error: () => {} },
  });
  const lines = [
    '{"jsonrpc":"2.0","id":1,"method":"bug"}',
    '{"jsonrpc":"2.0","method":"bug"}',
    '{"jsonrpc":"2.0","id":2,"method":"ping"}',
    '{"jsonrpc":"2.0","id":3,"method":"silent"}',
  ];
  await relay.run(
    (async function* () {
      for (const line of lines) yield { is: 'whole' as const, bytes: new TextEncoder().encode(line) };
    })(),
  );
  await relay.drain(1_000);
  expect(written.map((line) => JSON.parse(line))).toMatchObject([
    { id: 1, error: { code: -32603, data: { kind: 'internal' } } },
    { id: 2, result: {} },
    { id: 3, error: { code: -32603, data: { kind: 'internal' } } },
  ]);
});
