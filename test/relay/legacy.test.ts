import { expect, it } from 'vitest';
import { managedMcp } from '../../src/databricks/routes/managed-mcp.ts';
import type { HttpCall, HttpReply } from '../../src/ports.ts';
import { type Message, peek } from '../../src/protocol/message.ts';
import { Secrets } from '../../src/protocol/secrets.ts';
import { Budget } from '../../src/relay/budget.ts';
import { Echoes } from '../../src/relay/echoes.ts';
import type { CallContext } from '../../src/relay/handler.ts';
import { Legacy } from '../../src/relay/legacy.ts';
import { Pacing } from '../../src/relay/pacing.ts';
import { Repeats } from '../../src/relay/repeats.ts';
import { ModelClock } from '../model/clock.ts';
import { latch } from '../support/latch.ts';

const ACCESS = { origin: 'https://adb-1.azuredatabricks.net', token: 'dapi-0123456789' };
const LOG = { debug: () => {}, info: () => {}, warn: () => {}, error: () => {} };

/** A session with a server that answers everything, and gives out a session for each `initialize`. */
function open(body: (call: HttpCall) => AsyncIterable<Uint8Array> = answerTo): { legacy: Legacy; calls: HttpCall[] } {
  const calls: HttpCall[] = [];
  const send = async (call: HttpCall): Promise<HttpReply> => {
    calls.push(call);
    const isOpening = String(call.body).includes('initialize"') && call.method === 'POST';
    const headers: Record<string, string> = isOpening ? { 'mcp-session-id': `session-${calls.length}` } : {};
    return { status: 200, header: (name) => headers[name], headerNames: () => Object.keys(headers), body: body(call) };
  };
  const clock = new ModelClock();
  const wire = {
    ...{ route: managedMcp('github', 'test'), tokens: { access: async () => ACCESS }, send, log: LOG },
    ...{
      clock,
      pacing: new Pacing(clock),
      secrets: new Secrets(),
      budget: new Budget(clock, { sharedBytes: 1e6, reserveBytes: 0 }),
      responseLimitBytes: 1_000,
    },
    enquire: () => async () => undefined,
    echoes: new Echoes(LOG),
  };
  const repeats = new Repeats({ annotated: false, after503: false });
  const options = { headers: {}, limits: { silenceMs: 1_000, totalMs: 1_000 }, keepCapabilities: false, repeats };
  return { legacy: new Legacy(wire, { ...options, emit: () => undefined }), calls };
}

async function* answerTo({ body }: HttpCall): AsyncGenerator<Uint8Array, void, undefined> {
  const { id } = JSON.parse(String(body ?? '{}'));
  if (id !== undefined) yield Buffer.from(`{"jsonrpc":"2.0","id":${id},"result":{"protocolVersion":"2025-11-25"}}`);
}

const request = (id: number, method: string) => peek(`{"jsonrpc":"2.0","id":${id},"method":"${method}"}`) as Message;
const INITIALIZED = peek('{"jsonrpc":"2.0","method":"notifications/initialized"}') as Message;

const CONTEXT: CallContext = { signal: new AbortController().signal, emit: () => undefined, mark: () => {} };

it('opens no stream any more when the end has begun (T155)', async () => {
  const [asked, told] = [latch(), latch()];
  const { calls, legacy } = open(async function* (call) {
    if (call.body === INITIALIZED.text) {
      asked.open();
      await told.opened;
    }
    yield* answerTo(call);
  });
  await legacy.handle(request(1, 'initialize'), CONTEXT);
  const initialized = legacy.handle(INITIALIZED, CONTEXT);
  await asked.opened;
  const closed = legacy.close();
  told.open();
  await Promise.all([initialized, closed]);
  expect(calls.map(({ method }) => method)).not.toContain('GET');
});

it('leaves a message in the session to which it belongs, though the next one is being opened', async () => {
  const { calls, legacy } = open();
  await Promise.all(
    [request(1, 'initialize'), INITIALIZED, request(2, 'tools/call'), request(3, 'initialize')].map((message) =>
      legacy.handle(message, CONTEXT),
    ),
  );
  const call = calls.find(({ body }) => String(body).includes('tools/call'));
  expect(call?.headers['mcp-session-id']).toBe('session-1');
});
