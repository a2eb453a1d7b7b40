import { describe, expect, it } from 'vitest';
import { managedMcp } from '../../src/databricks/routes/managed-mcp.ts';
import type { HttpCall } from '../../src/ports.ts';
import { Secrets } from '../../src/protocol/secrets.ts';
import { Budget } from '../../src/relay/budget.ts';
import { Echoes } from '../../src/relay/echoes.ts';
import { Listener } from '../../src/relay/listen.ts';
import { Pacing } from '../../src/relay/pacing.ts';
import { ModelClock } from '../model/clock.ts';

const ACCESS = { origin: 'https://adb-1.azuredatabricks.net', token: 'dapi-0123456789' };
const LOG = { debug: () => {}, info: () => {}, warn: () => {}, error: () => {} };
const EVENT = Buffer.from('data: {"jsonrpc":"2.0","method":"notifications/progress"}\n\n');
const IN_SESSION = { 'Content-Type': 'application/json', 'Mcp-Session-Id': 'session-1' };
const SILENCE_MS = 300_000;

type Bytes = AsyncGenerator<Uint8Array, void, undefined>;

interface Reply {
  readonly status: number;
  readonly body: (signal: AbortSignal) => Bytes;
}

/** A body that never ends by itself. */
async function* endless(signal: AbortSignal): Bytes {
  await new Promise<never>((_, reject) => {
    signal.addEventListener('abort', () => reject(signal.reason), { once: true });
  });
}

async function* empty(): Bytes {}

class NotedClock extends ModelClock {
  readonly slept: number[] = [];

  override sleep(ms: number, signal: AbortSignal): Promise<void> {
    this.slept.push(ms);
    return super.sleep(ms, signal);
  }
}

/** A listener before a server that answers the nth GET as it is told, and with 500 after that. */
function listening(...replies: readonly Reply[]) {
  const clock = new NotedClock();
  const calls: { readonly call: HttpCall; readonly signal: AbortSignal }[] = [];
  let delivered = 0;
  const send = async (call: HttpCall, signal: AbortSignal) => {
    calls.push({ call, signal });
    const { body, status } = replies[calls.length - 1] ?? { status: 500, body: empty };
    return { status, header: () => undefined, headerNames: () => [], body: body(signal) };
  };
  const wire = {
    ...{ route: managedMcp('github', 'test'), tokens: { access: async () => ACCESS }, send, log: LOG },
    ...{
      clock,
      pacing: new Pacing(clock),
      secrets: new Secrets(),
      budget: new Budget(clock, { sharedBytes: 1e6, reserveBytes: 0 }),
      responseLimitBytes: 10_000,
    },
    enquire: () => async () => undefined,
    echoes: new Echoes(LOG),
  };
  const listener = new Listener(wire, async () => {
    delivered++;
  });
  return { clock, calls, delivered: () => delivered, listener };
}

/** Lets what can go on without time go on, until something holds. */
async function until(holds: () => boolean): Promise<void> {
  while (!holds()) await new Promise(setImmediate);
}

/** Lets everything go on that can go on without time. */
async function settled(): Promise<void> {
  for (let turn = 0; turn < 20; turn++) await new Promise(setImmediate);
}

describe('the GET for the standing stream', () => {
  it('names the session and has no Content-Type, since it has no body', async () => {
    const { calls, listener } = listening();
    listener.listen(IN_SESSION);
    await until(() => calls.length === 1);
    const { headers, method } = calls[0]?.call ?? {};
    expect(method).toBe('GET');
    expect(headers).toMatchObject({ accept: 'text/event-stream', 'mcp-session-id': 'session-1' });
    expect(headers).not.toHaveProperty('content-type');
    listener.stop();
  });

  it.each([500, 404, 405])('gives up the body of an answer with status %d', async (status) => {
    const { calls, listener } = listening({ status, body: endless });
    listener.listen(IN_SESSION);
    await until(() => calls.length === 1);
    await until(() => calls[0]?.signal.aborted === true);
    listener.stop();
  });

  it.each([
    [405, IN_SESSION, 1],
    [501, IN_SESSION, 1],
    [404, {}, 1],
    [404, IN_SESSION, 2],
  ])('with the answer %d is sent in the next session only where that may help', async (status, headers, expected) => {
    const { calls, clock, listener } = listening({ status, body: empty });
    listener.listen(headers);
    await until(() => calls[0]?.signal.aborted === true);
    await settled();
    clock.advance(600_000);
    await settled();
    expect(calls).toHaveLength(1);
    listener.listen(headers);
    await settled();
    expect(calls).toHaveLength(expected);
    listener.stop();
  });
});

describe('the standing stream', () => {
  it('is opened anew after five minutes of silence, and not before', async () => {
    const { calls, clock, delivered, listener } = listening({
      status: 200,
      async *body(signal) {
        yield EVENT;
        await new Promise<void>((resolve) => clock.after(SILENCE_MS - 1, resolve));
        yield EVENT;
        yield* endless(signal);
      },
    });
    listener.listen(IN_SESSION);
    await until(() => delivered() === 1);
    clock.advance(SILENCE_MS - 1);
    await until(() => delivered() === 2);
    clock.advance(SILENCE_MS - 1);
    await settled();
    expect(calls[0]?.signal.aborted).toBe(false);
    clock.advance(1);
    expect(calls[0]?.signal.aborted).toBe(true);
    await until(() => clock.slept.length === 1);
    clock.advance(60_000);
    await until(() => calls.length === 2);
    listener.stop();
  });

  it('that was a good one is opened again after the shortest wait, though others failed before', async () => {
    const refused: Reply = { status: 500, body: empty };
    const { clock, listener } = listening(refused, refused, refused, {
      status: 200,
      async *body() {
        yield EVENT;
        await new Promise<void>((resolve) => clock.after(SILENCE_MS / 2, resolve));
        yield EVENT;
      },
    });
    listener.listen(IN_SESSION);
    for (let nth = 1; nth <= 3; nth++) {
      await until(() => clock.slept.length === nth);
      clock.advance(clock.slept[nth - 1] ?? 0);
    }
    await settled();
    clock.advance(SILENCE_MS / 2);
    await until(() => clock.slept.length === 4);
    expect(clock.slept).toEqual([1_500, 3_000, 6_000, 750]);
    listener.stop();
  });

  /** A stream that is accepted and ends with these bytes. */
  const brief = (text: string): Reply => ({
    status: 200,
    async *body() {
      yield Buffer.from(text);
    },
  });

  /** Waits behind so many streams. */
  async function waitsAfter(...replies: readonly Reply[]): Promise<readonly number[]> {
    const { clock, listener } = listening(...replies);
    listener.listen(IN_SESSION);
    for (let nth = 1; nth <= replies.length; nth++) {
      await until(() => clock.slept.length === nth);
      clock.advance(clock.slept[nth - 1] ?? 0);
    }
    listener.stop();
    return clock.slept.slice(0, replies.length);
  }

  it.each([
    ['nothing', { status: 200, body: empty }],
    ['a comment', brief(': hello\n\n')],
    ['an id', brief('id: 7\ndata:\n\n')],
    ['a short retry', brief('retry: 100\n\n')],
    ['a short retry and an id', brief('id: 7\nretry: 100\ndata:\n\n')],
  ])('that ends at once with %s is opened again after growing waits, up to a minute (T211)', async (_what, reply) => {
    const waits = await waitsAfter(...Array<Reply>(8).fill(reply));
    expect(waits).toEqual([1_500, 3_000, 6_000, 12_000, 24_000, 45_000, 45_000, 45_000]);
  });

  it.each(['', 'id: 7\n'])('waits at least as long as the server asks: %j (T211)', async (id) => {
    const waits = await waitsAfter(...Array<Reply>(5).fill(brief(`${id}retry: 7000\ndata:\n\n`)));
    expect(waits).toEqual([7_000, 7_000, 7_000, 12_000, 24_000]);
  });

  it.each(['', 'id: 7\n'])('that brought a message waits just as long as the server asks: %j (T211)', async (id) => {
    const waits = await waitsAfter(...Array<Reply>(4).fill(brief(`${id}retry: 300\n${EVENT}`)));
    expect(waits).toEqual([300, 300, 300, 300]);
  });

  it('goes on behind its last event also where the connection broke (T119)', async () => {
    const { calls, clock, listener } = listening({
      status: 200,
      async *body() {
        yield Buffer.from(`id: 7\n${EVENT}`);
        throw new Error('reset');
      },
    });
    listener.listen(IN_SESSION);
    await until(() => clock.slept.length === 1);
    clock.advance(60_000);
    await until(() => calls.length === 2);
    expect(calls[1]?.call.headers).toMatchObject({ 'last-event-id': '7' });
    listener.stop();
  });
});
