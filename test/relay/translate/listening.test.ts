import { describe, expect, it } from 'vitest';
import { Problem } from '../../../src/protocol/problem.ts';
import { latch } from '../../support/latch.ts';
import { errorOf } from './negotiated.ts';
import { hang, type Reply, type Sent } from './scripted-far.ts';
import { type Translated, translated } from './translated.ts';

const INITIALIZED = { method: 'notifications/initialized' };
const EVERYTHING = '"capabilities":{"tools":{"listChanged":true},"resources":{"subscribe":true}}';
const ACKNOWLEDGED = { method: 'notifications/subscriptions/acknowledged', params: {} };

const subscribe = (uri: unknown, id = 1) => ({ id, method: 'resources/subscribe', params: { uri } });
const unsubscribe = (uri: string, id = 1) => ({ id, method: 'resources/unsubscribe', params: { uri } });

/** A stream that is acknowledged and then stays open. */
async function* standing(sent: Sent): AsyncGenerator<object, void, undefined> {
  yield ACKNOWLEDGED;
  yield* hang(sent);
}

const listening = (listen: (sent: Sent, nth: number) => Reply, discovered = EVERYTHING, streams = true) =>
  translated({ 'subscriptions/listen': listen }, { discovered, streams });

/** What the nth stream listens for. */
const filter = async ({ far }: Translated, nth: number) =>
  (await far.arrived('subscriptions/listen', nth)).json.params['notifications'];

async function ended({ signal }: Sent): Promise<void> {
  if (signal.aborted) return;
  await new Promise<void>((resolve) => signal.addEventListener('abort', () => resolve(), { once: true }));
}

describe('listening in the background', () => {
  it('begins when the client is initialized, for what the server says may change (T131)', async () => {
    const all = await listening(standing);
    expect(all.far.of('subscriptions/listen')).toEqual([]);
    await all.say(INITIALIZED);
    await all.say(INITIALIZED);
    expect(await filter(all, 1)).toEqual({ toolsListChanged: true });
    expect(all.far.of('subscriptions/listen')[0]?.message).toHaveProperty('modern.version', '2026-07-28');
    expect(all.far.of('subscriptions/listen')).toHaveLength(1);
  });

  it.each([
    ['the route does not stream', EVERYTHING, false],
    ['nothing may change', '"capabilities":{"tools":{},"prompts":{"listChanged":false}}', true],
  ])('does not begin where %s (T131)', async (_, discovered, streams) => {
    const { clock, far, say } = await listening(standing, discovered, streams);
    await say(INITIALIZED);
    expect(far.of('subscriptions/listen')).toEqual([]);
    expect(clock.alarms.size).toBe(0);
  });

  it('hands notifications on as legacy ones, and keeps the acknowledgement and requests (T131)', async () => {
    const id = { 'io.modelcontextprotocol/subscriptionId': 'x' };
    const all = await listening(async function* (sent) {
      yield ACKNOWLEDGED;
      yield { jsonrpc: '2.0', id: 3, method: 'roots/list' };
      yield { method: 'notifications/tools/list_changed', params: { _meta: id } };
      yield { method: 'notifications/resources/updated', params: { uri: 'a:b', _meta: { ...id, other: 1 } } };
      yield { method: 'notifications/prompts/list_changed' };
      yield* hang(sent);
    });
    await all.say(INITIALIZED);
    await all.deliveredLine(3);
    expect(all.delivered).toEqual([
      '{"jsonrpc":"2.0","method":"notifications/tools/list_changed","params":{}}',
      '{"jsonrpc":"2.0","method":"notifications/resources/updated","params":{"uri":"a:b","_meta":{"other":1}}}',
      '{"jsonrpc":"2.0","method":"notifications/prompts/list_changed"}',
    ]);
  });

  it('ends with the bridge', async () => {
    const all = await listening(standing);
    await all.say(INITIALIZED);
    const stream = await all.far.arrived('subscriptions/listen');
    await all.negotiation.close();
    await ended(stream);
    expect(stream.signal.aborted).toBe(true);
  });

  it('ends when the client initializes again', async () => {
    const all = await listening(standing);
    await all.say(INITIALIZED);
    const stream = await all.far.arrived('subscriptions/listen');
    await all.say({ id: 2, method: 'initialize', params: {} });
    expect(stream.signal.aborted).toBe(true);
  });
});

describe('a stream that breaks', () => {
  it.each<[string, () => Reply]>([
    ['with its result', () => [ACKNOWLEDGED, { result: { resultType: 'complete' } }]],
    ['with an internal error', () => [{ error: { code: -32603, message: 'Subscription limit reached' } }]],
    [
      'on the way',
      async function* () {
        yield ACKNOWLEDGED;
        yield* await Promise.reject<object[]>(new Problem('outcomeUnknown', 'cut', { outcome: 'unknown' }));
      },
    ],
  ])('%s is opened again, after waits that grow to a minute (T131)', async (_, reply) => {
    const all = await listening(reply);
    await all.say(INITIALIZED);
    for (let nth = 1; nth <= 8; nth++) (await all.clock.asleep(nth)).wake();
    await all.far.arrived('subscriptions/listen', 9);
    expect(all.clock.sleeps.slice(0, 8).map(({ ms }) => ms / 1000)).toEqual([1, 2, 4, 8, 16, 32, 60, 60]);
    expect(new Set(all.far.of('subscriptions/listen').map(({ json }) => json.id)).size).toBe(9);
  });

  it('after a good life begins its waits anew', async () => {
    const all = await listening(async function* (_sent, nth) {
      yield ACKNOWLEDGED;
      if (nth === 3) all.clock.advance(60_000);
    });
    await all.say(INITIALIZED);
    for (let nth = 1; nth <= 3; nth++) (await all.clock.asleep(nth)).wake();
    expect(all.clock.sleeps.map(({ ms }) => ms)).toEqual([1_000, 2_000, 1_000]);
  });

  it.each<[string, () => Reply]>([
    ['an error', () => [{ error: { code: -32601, message: 'Method not found' } }]],
    [
      'a status',
      async function* () {
        yield* await Promise.reject<object[]>(new Problem('upstreamHttp', 'no', { outcome: 'rejected' }));
      },
    ],
  ])('with %s that would be repeated is not opened again (T131)', async (_, reply) => {
    const all = await listening(reply);
    await all.say(INITIALIZED);
    await all.say(subscribe('a:b'));
    expect(all.far.of('subscriptions/listen')).toHaveLength(2);
    expect(all.clock.sleeps).toEqual([]);
    expect(all.clock.alarms.size).toBe(0);
  });

  it('waits no longer when the bridge ends', async () => {
    const all = await listening(() => []);
    await all.say(INITIALIZED);
    const sleep = await all.clock.asleep(1);
    await all.negotiation.close();
    sleep.wake();
    expect(all.far.of('subscriptions/listen')).toHaveLength(1);
  });
});

describe('a resource', () => {
  it('is listened for from the answer to resources/subscribe on, in place of the stream before (T131)', async () => {
    const all = await listening(standing);
    await all.say(INITIALIZED);
    const first = await all.far.arrived('subscriptions/listen');
    expect(await all.say(subscribe('a:b'))).toEqual(['{"jsonrpc":"2.0","id":1,"result":{}}']);
    expect(await filter(all, 2)).toEqual({ toolsListChanged: true, resourceSubscriptions: ['a:b'] });
    expect(first.signal.aborted).toBe(true);

    await all.say(subscribe('a:b'));
    await all.say(subscribe('a:"c'));
    expect(await filter(all, 3)).toEqual({ toolsListChanged: true, resourceSubscriptions: ['a:b', 'a:"c'] });
    await all.say(unsubscribe('a:b'));
    expect(await filter(all, 4)).toEqual({ toolsListChanged: true, resourceSubscriptions: ['a:"c'] });
    expect(all.far.of('resources/subscribe')).toEqual([]);
  });

  it('leaves the stream before in place until the new one is acknowledged (T131)', async () => {
    const all = await listening((sent, nth) => (nth === 1 ? standing(sent) : hang(sent)));
    await all.say(INITIALIZED);
    const first = await all.far.arrived('subscriptions/listen');
    const answered = all.say(subscribe('a:b'));
    const second = await all.far.arrived('subscriptions/listen', 2);
    expect(first.signal.aborted).toBe(false);
    // The server takes too long: the client is not kept waiting for it.
    all.clock.alarms.get(5_000)?.();
    expect(await answered).toEqual(['{"jsonrpc":"2.0","id":1,"result":{}}']);

    void all.say(subscribe('a:c'));
    await all.far.arrived('subscriptions/listen', 3);
    expect([first.signal.aborted, second.signal.aborted]).toEqual([false, true]);
  });

  it('is answered for when the server has acknowledged it, and not before (T131)', async () => {
    const order: string[] = [];
    const acknowledge = latch();
    const all = await listening(async function* (sent) {
      await acknowledge.opened;
      order.push('acknowledged');
      yield* standing(sent);
    });
    await all.say(INITIALIZED);
    const answered = all.say(subscribe('a:b')).then(() => order.push('answered'));
    await all.far.arrived('subscriptions/listen', 2);
    // Whatever is answered without waiting is answered by now.
    await all.say({ id: 2, method: 'ping' });
    order.push('pinged');
    acknowledge.open();
    await answered;
    expect(order).toEqual(['pinged', 'acknowledged', 'acknowledged', 'answered']);
  });

  it('is answered for when its stream breaks at first, and is tried again behind that', async () => {
    const all = await listening(() => []);
    await all.say(INITIALIZED);
    expect(await all.say(subscribe('a:b'))).toEqual(['{"jsonrpc":"2.0","id":1,"result":{}}']);
    (await all.clock.asleep(2)).wake();
    expect(await filter(all, 3)).toEqual({ toolsListChanged: true, resourceSubscriptions: ['a:b'] });
  });

  it('needs no stream when it is the last that was listened for', async () => {
    const all = await listening(standing, '"capabilities":{"resources":{"subscribe":true}}');
    await all.say(INITIALIZED);
    await all.say(subscribe('a:b'));
    const stream = await all.far.arrived('subscriptions/listen');
    await all.say(unsubscribe('a:b'));
    expect(stream.signal.aborted).toBe(true);
    expect(all.far.of('subscriptions/listen')).toHaveLength(1);
  });

  it('is listened for from the beginning when it was subscribed to before', async () => {
    const all = await listening(standing);
    await all.say(subscribe('a:b'));
    await all.say(INITIALIZED);
    expect(await filter(all, 1)).toEqual({ toolsListChanged: true, resourceSubscriptions: ['a:b'] });
  });

  it('without a uri is refused', async () => {
    const all = await listening(standing);
    expect(errorOf(await all.say(subscribe(7)))).toMatch(/^-32602: /);
  });

  it('cannot be followed where the server does not offer it', async () => {
    const all = await listening(standing, '"capabilities":{"resources":{}}');
    expect(errorOf(await all.say(subscribe('a:b')))).toMatch(/^-32601: /);
  });
});
