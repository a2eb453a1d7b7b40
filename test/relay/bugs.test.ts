import { expect, it } from 'vitest';
import { systemClock } from '../../src/node/clock.ts';
import { Relay } from '../../src/relay/relay.ts';

it('a bug before a request has left is answered like one behind it, and the next request is served (T156)', async () => {
  const written: string[] = [];
  const relay = new Relay({
    far: {
      send(message, _signal) {
        if (message.text.includes('bug')) throw new TypeError('thrown by the test');
        return (async function* () {
          const line = '{"jsonrpc":"2.0","id":2,"result":{}}';
          yield { is: 'answer', line, answer: { kind: 'answer', id: '2', text: line, error: undefined } };
        })();
      },
      opening: undefined,
      takesBatches: false,
      hangUp: () => {},
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
  ]);
});
