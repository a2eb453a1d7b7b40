import { connect } from 'node:net';
import { Worker } from 'node:worker_threads';
import { expect, onTestFinished, test } from 'vitest';
import { expectBridgeError } from '../support/bridge-error.ts';
import { CLOCK_JUMP, TWO_ADDRESSES } from '../support/preload.ts';
import { answered, http, resultFor } from '../support/wire-server.ts';
import { startWired, WRITE, write } from '../support/wired.ts';

test('after a sleep no connection of before is used: the next call is answered on a new one (T109, T110)', async () => {
  const { bridge, server } = await startWired(
    {
      // The connection that was there before the sleep is dead: it takes everything and says nothing.
      [WRITE]: (request, peer, nth) => {
        if (request.connection > 1) return answered(request, peer, nth);
        if (nth === 1) peer.send(http(resultFor(request), 200, { 'keep-alive': 'timeout=3600' }));
      },
    },
    { nodeArgs: CLOCK_JUMP },
  );
  expect(await write(bridge, 1)).toHaveProperty('result');
  bridge.child.kill('SIGUSR2');
  await bridge.says(/^slept$/m);
  expect(await write(bridge, 2)).toHaveProperty('result');
  expect(server.of(WRITE).map(({ connection }) => connection)).toEqual([1, 2]);
});

test('when every connection has died, what may be made again finds a new one (T109, T202)', async () => {
  let dead = false;
  const { bridge, server } = await startWired({
    'tools/list': (request, peer, nth) =>
      dead && request.connection <= 4 ? peer.reset() : answered(request, peer, nth),
  });
  const together = (from: number) => Promise.all([0, 1, 2, 3].map((n) => bridge.call(from + n, 'tools/list')));
  await together(0);
  dead = true;
  for (const answer of await together(10)) expect(answer).toHaveProperty('result');
  expect(server.connections).toBeGreaterThan(4);
});

test('a process that was stopped while its peer went away goes on (T110)', async () => {
  const { bridge, server } = await startWired();
  expect(await write(bridge, 1)).toHaveProperty('result');
  bridge.child.kill('SIGSTOP');
  for (const { reset } of server.peers) reset();
  bridge.child.kill('SIGCONT');
  bridge.send({ jsonrpc: '2.0', id: 2, method: 'tools/list' });
  expect(await bridge.answer(2)).toHaveProperty('result');
  expect(await write(bridge, 3)).toHaveProperty('result');
  expect(server.of(WRITE)).toHaveLength(2);
});

/** Listens on an address without ever taking a connection, until those that wait are too many and nothing is answered. */
async function startBlackHole(address: string, port: number): Promise<void> {
  const script = `
    const { createServer } = require('node:net');
    const { parentPort } = require('node:worker_threads');
    createServer().listen({ host: ${JSON.stringify(address)}, port: ${port}, backlog: 1 }, () => {
      parentPort.postMessage('listening');
      setImmediate(() => Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0));
    });`;
  const worker = new Worker(script, { eval: true });
  onTestFinished(async () => void (await worker.terminate()));
  await new Promise((resolve, reject) => worker.once('message', resolve).once('error', reject));
  const fillers = Array.from({ length: 4 }, () => connect(port, address).on('error', () => {}));
  onTestFinished(() => {
    for (const filler of fillers) filler.destroy();
  });
}

test('an address that leads nowhere does not keep the next one from being tried (T111)', async () => {
  const { bridge, server } = await startWired(
    {},
    {
      nodeArgs: TWO_ADDRESSES,
      env: { FIRST_ADDRESS: '127.0.0.2', SECOND_ADDRESS: '127.0.0.1' },
      host: ({ port }) => `http://localhost:${port}`,
    },
  );
  await startBlackHole('127.0.0.2', server.port);
  expect(await write(bridge, 1)).toHaveProperty('result');
  expect(server.of(WRITE)).toHaveLength(1);
});

test('where no address leads anywhere, the reason is said, not that there were several (T111)', async () => {
  const { bridge } = await startWired(
    {},
    {
      nodeArgs: TWO_ADDRESSES,
      env: { FIRST_ADDRESS: '127.0.0.2', SECOND_ADDRESS: '127.0.0.3' },
      host: ({ port }) => `http://localhost:${port}`,
    },
  );
  expectBridgeError(await write(bridge, 1), { kind: 'unreachable', outcome: 'not_sent', message: /ECONNREFUSED/ });
});
