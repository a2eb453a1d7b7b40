import { execFile } from 'node:child_process';
import { once } from 'node:events';
import { type AddressInfo, createServer, type Socket } from 'node:net';
import { promisify } from 'node:util';
import { describe, expect, onTestFinished, test, vi } from 'vitest';
import { BIN, type BridgeProcess, startBridge } from '../support/bridge.ts';
import { expectBridgeError } from '../support/bridge-error.ts';
import { raw, result, silence } from '../support/canned.ts';
import { latch } from '../support/latch.ts';
import { CLOCK_FACTOR, FAIL_ON_WORD, FAST_CLOCK, THROW_ON_SIGNAL } from '../support/preload.ts';
import {
  CONNECTION,
  opened,
  type Scripted,
  type ScriptedOptions,
  SESSION_ID,
  startScripted,
  TOKEN,
} from '../support/scripted.ts';
import { startWireServer } from '../support/wire-server.ts';

/** What the requirement grants, and as much again for a machine that is busy with other tests. */
function generously(ms: number): number {
  return 2 * ms + 500;
}

/** A bridge in a session, with two calls on which the server is silent. */
async function startBusy(options?: ScriptedOptions): Promise<Scripted> {
  const scripted = await startScripted({ 'tools/call': silence, 'tools/list': silence }, options);
  const { arrived, bridge } = scripted;
  await bridge.initialize();
  bridge.send({ jsonrpc: '2.0', id: 'x', method: 'tools/call' });
  bridge.send({ jsonrpc: '2.0', id: 's', method: 'tools/list' });
  await Promise.all([arrived('tools/call'), arrived('tools/list')]);
  return scripted;
}

async function expectShutdownAnswers({ bridge, of }: Scripted): Promise<void> {
  const [call, list] = await Promise.all([bridge.answer('x'), bridge.answer('s')]);
  expectBridgeError(call, { kind: 'shutdown', outcome: 'unknown', message: /do not repeat/i });
  expectBridgeError(list, { kind: 'shutdown', outcome: 'unknown', isHarmless: true });
  expect([of('tools/call').length, of('tools/list').length]).toEqual([1, 1]);
}

describe('while a connection is being opened', () => {
  /** A workspace that accepts connections and says nothing, so that no TLS comes about; and a call on its way to it. */
  async function startReaching(): Promise<BridgeProcess> {
    const server = createServer((socket) => socket.on('error', () => {}));
    await once(server.listen(0, '127.0.0.1'), 'listening');
    const accepted = once(server, 'connection');
    const host = `https://127.0.0.1:${(server.address() as AddressInfo).port}`;
    const args = ['--connection', CONNECTION, '--drain-timeout', '0.1'];
    const bridge = startBridge({ args, env: { DATABRICKS_HOST: host, DATABRICKS_TOKEN: TOKEN } });
    bridge.send({ jsonrpc: '2.0', id: 1, method: 'tools/list' });
    const [socket] = await accepted;
    onTestFinished(() => {
      socket.destroy();
      server.close();
    });
    return bridge;
  }

  test('the bridge ends with its client, and the call was not sent (T147, T209)', async () => {
    const bridge = await startReaching();
    const since = performance.now();
    expect(await bridge.finish()).toEqual({ code: 0, signal: null });
    expect(performance.now() - since).toBeLessThan(generously(1_100));
    expectBridgeError(await bridge.answer(1), { kind: 'shutdown', outcome: 'not_sent' });
  });

  test('a signal ends it, and the call was not sent (T148, T209)', async () => {
    const bridge = await startReaching();
    const since = performance.now();
    bridge.child.kill('SIGTERM');
    expect(await bridge.exit).toEqual({ code: 143, signal: null });
    expect(performance.now() - since).toBeLessThan(generously(1_500));
    expectBridgeError(await bridge.answer(1), { kind: 'shutdown', outcome: 'not_sent' });
  });
});

describe.each(['SIGTERM', 'the end of stdin'] as const)('a call that still waits at %s was not sent (T209)', (end) => {
  const leave = (bridge: BridgeProcess) => {
    if (end === 'SIGTERM') bridge.child.kill(end);
    else bridge.child.stdin.end();
  };
  const BATCHES = { protocolVersion: '2025-03-26', capabilities: {}, clientInfo: { name: 'test', version: '1' } };

  test('for the handshake', async () => {
    const { arrived, bridge, of } = await startScripted({ initialize: silence }, { args: ['--drain-timeout', '0.1'] });
    bridge.send({ jsonrpc: '2.0', id: 'init', method: 'initialize', params: BATCHES });
    bridge.send({ jsonrpc: '2.0', id: 1, method: 'tools/call' });
    await arrived('initialize');
    leave(bridge);
    expectBridgeError(await bridge.answer(1), { kind: 'shutdown', outcome: 'not_sent' });
    expect((await bridge.answer('init')).error?.data?.['outcome']).toBe('unknown');
    expect(of('tools/call')).toHaveLength(0);
  });

  test('for a lost session that is being opened again', async () => {
    const { arrived, bridge, of } = await startScripted(
      {
        initialize: (call, nth) => (nth === 1 ? opened(call, SESSION_ID) : silence()),
        'tools/call': () => raw('', 404),
      },
      { args: ['--drain-timeout', '0.1'] },
    );
    await bridge.initialize();
    bridge.send({ jsonrpc: '2.0', id: 1, method: 'tools/call' });
    await arrived('initialize', 2);
    bridge.send({ jsonrpc: '2.0', id: 2, method: 'tools/call' });
    bridge.send('[]');
    await bridge.line((message) => message.error !== undefined);
    leave(bridge);
    expectBridgeError(await bridge.answer(1), { kind: 'shutdown', outcome: 'rejected' });
    expectBridgeError(await bridge.answer(2), { kind: 'shutdown', outcome: 'not_sent' });
    expect(of('tools/call')).toHaveLength(1);
  });

  test('for a token', async () => {
    const server = await startWireServer({ '*': () => {} });
    const bridge = startBridge({
      args: ['--connection', CONNECTION, '--drain-timeout', '0.1'],
      env: { DATABRICKS_HOST: server.host, DATABRICKS_CLIENT_ID: 'client', DATABRICKS_CLIENT_SECRET: 'secret-0123456' },
    });
    bridge.send({ jsonrpc: '2.0', id: 1, method: 'tools/call' });
    await server.arrived('GET');
    leave(bridge);
    expectBridgeError(await bridge.answer(1), { kind: 'shutdown', outcome: 'not_sent' });
    expect(server.of('tools/call')).toHaveLength(0);
  });

  test('for the end of a pause that the workspace asked for', async () => {
    const { bridge, of } = await startScripted(
      { 'tools/call': () => raw('', 429, { 'Retry-After': '30' }) },
      { args: ['--drain-timeout', '0.1'] },
    );
    bridge.send({ jsonrpc: '2.0', id: 1, method: 'tools/call' });
    await bridge.says(/trying again/);
    bridge.send({ jsonrpc: '2.0', id: 2, method: 'tools/call' });
    bridge.send('[]');
    await bridge.line((message) => message.error !== undefined);
    leave(bridge);
    // The first one was turned away before it ran, the second one never left.
    expect((await bridge.answer(1)).error?.data).toMatchObject({ outcome: 'rejected' });
    expectBridgeError(await bridge.answer(2), { kind: 'shutdown', outcome: 'not_sent' });
    expect(of('tools/call')).toHaveLength(1);
  });

  test('for a slot, as a batch', async () => {
    const { arrived, bridge, of } = await startScripted(
      { initialize: (call) => opened(call, SESSION_ID, '2025-03-26'), 'tools/call': silence },
      { args: ['--drain-timeout', '0.1'] },
    );
    await bridge.call('init', 'initialize', BATCHES);
    for (let id = 0; id < 64; id++) bridge.send({ jsonrpc: '2.0', id, method: 'tools/call' });
    await arrived('tools/call', 64);
    bridge.send([{ jsonrpc: '2.0', id: 'late', method: 'tools/call' }]);
    bridge.send('{');
    await bridge.line((message) => message.error !== undefined);
    leave(bridge);
    expectBridgeError(await bridge.answer('late'), { kind: 'shutdown', outcome: 'not_sent' });
    expectBridgeError(await bridge.answer(0), { kind: 'shutdown', outcome: 'unknown' });
    expect(of('batch')).toHaveLength(0);
  });
});

describe('a signal with calls in flight', () => {
  test.each([
    ['SIGTERM', 143],
    ['SIGINT', 130],
    ['SIGHUP', 129],
  ] as const)(
    '%s: each is told that its outcome is unknown, and the exit code is %i (T148, T149, T158)',
    async (signal, code) => {
      const scripted = await startBusy();
      const { bridge, of } = scripted;
      const since = performance.now();
      bridge.child.kill(signal);
      expect(await bridge.exit).toEqual({ code, signal: null });
      expect(performance.now() - since).toBeLessThan(generously(1_500));
      await expectShutdownAnswers(scripted);
      expect(of('DELETE')).toHaveLength(1);
    },
  );

  test('calls that have not gone out yet are told so, and only the others that their outcome is unknown (T148)', async () => {
    const { arrived, bridge, of } = await startScripted({ 'tools/call': silence });
    await bridge.initialize();
    const ids = Array.from({ length: 70 }, (_, index) => index);
    for (const id of ids) bridge.send({ jsonrpc: '2.0', id, method: 'tools/call' });
    // Answered without the server, and behind the calls.
    bridge.send('[]');
    await bridge.line((message) => message.error !== undefined);
    await arrived('tools/call', 64);
    bridge.child.kill('SIGTERM');
    expect(await bridge.exit).toEqual({ code: 143, signal: null });
    const sent = new Set(of('tools/call').map(({ id }) => Number(id)));
    expect(sent.size).toBe(64);
    for (const id of ids)
      expectBridgeError(await bridge.answer(id), { kind: 'shutdown', outcome: sent.has(id) ? 'unknown' : 'not_sent' });
  });

  test('what is written after it is not read any more (T148)', async () => {
    const { arrived, bridge, calls } = await startScripted({ 'tools/call': silence, DELETE: silence });
    await bridge.initialize();
    bridge.send({ jsonrpc: '2.0', id: 1, method: 'tools/call' });
    await arrived('tools/call');
    bridge.child.kill('SIGTERM');
    await bridge.answer(1);
    bridge.send({ jsonrpc: '2.0', id: 2, method: 'tools/list' });
    expect(await bridge.exit).toEqual({ code: 143, signal: null });
    expect(calls.map(({ what }) => what)).not.toContain('tools/list');
  });

  test('a second one ends it at once (T149)', async () => {
    const { arrived, bridge } = await startScripted({ DELETE: silence });
    await bridge.initialize();
    bridge.child.kill('SIGTERM');
    await arrived('DELETE');
    bridge.child.kill('SIGTERM');
    expect(await bridge.exit).toEqual({ code: null, signal: 'SIGTERM' });
  });

  test('it ends the process within 1.5 s also while nobody reads stdout (T148)', async () => {
    const { bridge } = await startScripted({ 'tools/call': (call) => result(call, 'x'.repeat(10_000_000)) });
    const stdout = bridge.child.stdout.pause();
    // Half a line is all that is left; Node would read it when the process has gone.
    bridge.child.once('exit', () => stdout.destroy());
    bridge.send({ jsonrpc: '2.0', id: 1, method: 'tools/call' });
    // More is under way than any pipe holds.
    await vi.waitFor(() => expect(stdout.readableLength).toBeGreaterThan(0), { timeout: 10_000 });
    const since = performance.now();
    bridge.child.kill('SIGTERM');
    const [code, signal] = await once(bridge.child, 'exit');
    expect(performance.now() - since).toBeLessThan(generously(1_500));
    // By its own exit or by the signal: whoever waits for the process is told the same by both.
    expect([143, 'SIGTERM']).toContain(code ?? signal);
  });

  test('it shortens what the end of stdin has begun (T148)', async () => {
    const scripted = await startBusy();
    const { bridge } = scripted;
    // The end is read with this line, and the answer takes the way to the workspace and back.
    bridge.child.stdin.end('{"jsonrpc":"2.0","id":"last","method":"ping"}\n');
    await bridge.answer('last');
    bridge.child.kill('SIGTERM');
    expect(await bridge.exit).toEqual({ code: 143, signal: null });
    await expectShutdownAnswers(scripted);
  });
});

describe('the end of stdin', () => {
  test('with a call that is never answered is the end after 30 seconds (T147)', async () => {
    const scripted = await startBusy({ nodeArgs: FAST_CLOCK });
    const since = performance.now();
    expect(await scripted.bridge.finish()).toEqual({ code: 0, signal: null });
    const waitedMs = (performance.now() - since) * CLOCK_FACTOR;
    expect(waitedMs).toBeGreaterThan(25_000);
    expect(waitedMs).toBeLessThan(60_000);
    await expectShutdownAnswers(scripted);
  });

  test.each([
    ['before anything was sent', async (_scripted: Scripted) => {}],
    ['in a session, with connections kept alive', async ({ bridge }: Scripted) => void (await bridge.initialize())],
  ])('%s is the end at once (T155)', async (_when, before) => {
    const scripted = await startScripted();
    await before(scripted);
    await scripted.bridge.says(/signing in/);
    const since = performance.now();
    expect(await scripted.bridge.finish()).toEqual({ code: 0, signal: null });
    expect(performance.now() - since).toBeLessThan(generously(300));
  });
});

describe('a client that does not read any more (T150)', () => {
  test.each([
    ['nothing else under way', false],
    ['a call in flight', true],
  ])('with %s is the end, with 0 and at once', async (_what, busy) => {
    const { arrived, bridge } = await startScripted({ 'tools/call': silence });
    await bridge.initialize();
    if (busy) bridge.send({ jsonrpc: '2.0', id: 1, method: 'tools/call' });
    if (busy) await arrived('tools/call');
    bridge.child.stdout.destroy();
    const since = performance.now();
    bridge.send({ jsonrpc: '2.0', id: 2, method: 'tools/list' });
    expect(await bridge.exit).toEqual({ code: 0, signal: null });
    expect(performance.now() - since).toBeLessThan(generously(1_000));
  });

  test('may go unnoticed while the bridge has nothing to write, and ends it at the next write', async () => {
    const { arrived, bridge } = await startScripted({ 'notifications/here': () => raw('', 202) });
    await bridge.initialize();
    bridge.child.stdout.destroy();
    bridge.send({ jsonrpc: '2.0', method: 'notifications/here' });
    await arrived('notifications/here');
    expect(bridge.child.exitCode).toBe(null);
    const since = performance.now();
    bridge.send({ jsonrpc: '2.0', id: 2, method: 'tools/list' });
    expect(await bridge.exit).toEqual({ code: 0, signal: null });
    expect(performance.now() - since).toBeLessThan(generously(1_000));
  });

  test('is told from one that has closed its sending side alone', async () => {
    const { bridge } = await startScripted();
    await bridge.initialize();
    // The pipe to a child is a socket, whose other direction nobody uses.
    await new Promise<void>((resolve) => (bridge.child.stdout as Socket).end(resolve));
    expect(await bridge.call(1, 'tools/list')).toHaveProperty('result');
    expect(await bridge.finish()).toEqual({ code: 0, signal: null });
  });
});

test('with stderr closed, what is to be logged is not, and all else goes on (T151)', async () => {
  const { bridge } = await startScripted({ 'tools/call': silence }, { args: ['--request-timeout', '0.2'] });
  bridge.child.stderr.destroy();
  expect(await bridge.call(1, 'tools/call')).toHaveProperty('error');
  expect(await bridge.call(2, 'tools/list')).toHaveProperty('result');
  expect(await bridge.finish()).toEqual({ code: 0, signal: null });
});

test('with all three closed it ends at once (T151)', async () => {
  const script = 'exec 3>&1; "$@" <&- >&- 2>&-; echo $? >&3';
  const { stdout } = await promisify(execFile)('sh', ['-c', script, 'sh', process.execPath, BIN, '--sandbox'], {
    timeout: 10_000,
  });
  expect(stdout).toBe('0\n');
});

test('an error that nobody catches, with stderr closed, ends it with 70 all the same (T151)', async () => {
  const { bridge } = await startScripted({}, { nodeArgs: THROW_ON_SIGNAL });
  await bridge.initialize();
  bridge.child.stderr.destroy();
  bridge.child.kill('SIGUSR2');
  expect(await bridge.exit).toEqual({ code: 70, signal: null });
});

test('an error that nobody catches ends it with 70, and every request is answered (T158)', async () => {
  const scripted = await startBusy({ nodeArgs: THROW_ON_SIGNAL });
  const { bridge } = scripted;
  bridge.child.kill('SIGUSR2');
  expect(await bridge.exit).toEqual({ code: 70, signal: null });
  await expectShutdownAnswers(scripted);
  expect(bridge.stderr).toMatch(/thrown by the test.*which is a bug/);
});

test('a bug that one request meets is an error for that request, and the others go on (T156)', async () => {
  const held = latch();
  const { arrived, bridge } = await startScripted(
    {
      'tools/call': async (call) => {
        await held.opened;
        return result(call, 'here');
      },
    },
    { nodeArgs: FAIL_ON_WORD },
  );
  await bridge.initialize();
  const other = bridge.call('other', 'tools/call');
  await arrived('tools/call');
  const broken = await bridge.call('broken', 'tools/call', { name: 'meets-a-bug' });
  expectBridgeError(broken, { kind: 'internal', outcome: 'unknown' });
  expect(broken.error?.message).not.toMatch(/thrown by the test/);
  bridge.send({ jsonrpc: '2.0', method: 'notifications/meets-a-bug' });
  held.open();
  expect(await other).toMatchObject({ result: 'here' });
  expect(await bridge.call('later', 'tools/list')).toHaveProperty('result');
  expect(await bridge.finish()).toEqual({ code: 0, signal: null });
});
