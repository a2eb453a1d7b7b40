/** The first generation of the official client before a server of the second that knows nothing of it. */

import { Client } from '@modelcontextprotocol/sdk/client/index.js';
import type { Transport } from '@modelcontextprotocol/sdk/shared/transport.js';
import {
  ElicitRequestSchema,
  type JSONRPCMessage,
  ListRootsRequestSchema,
  LoggingMessageNotificationSchema,
  ResourceUpdatedNotificationSchema,
  ToolListChangedNotificationSchema,
} from '@modelcontextprotocol/sdk/types.js';
import { expect, onTestFinished, test } from 'vitest';
import { systemClock } from '../../../src/node/clock.ts';
import { openHttp } from '../../../src/node/http.ts';
import type { HttpCall, Log, Route } from '../../../src/ports.ts';
import type { Line } from '../../../src/protocol/lines.ts';
import { Secrets } from '../../../src/protocol/secrets.ts';
import { Budget } from '../../../src/relay/budget.ts';
import { Echoes } from '../../../src/relay/echoes.ts';
import { Negotiation } from '../../../src/relay/negotiation.ts';
import { Pacing } from '../../../src/relay/pacing.ts';
import { Relay } from '../../../src/relay/relay.ts';
import { Repeats } from '../../../src/relay/repeats.ts';
import { Upstream } from '../../../src/relay/upstream.ts';
import { type ModernOnlyServer, startModernOnlyServer } from './modern-only-server.ts';

const SILENT: Log = { debug: () => {}, info: () => {}, warn: () => {}, error: () => {} };
const CAPABILITIES = { elicitation: {}, roots: { listChanged: true }, sampling: {} };

/** To a server on this machine, without anything in between. */
function loopback(origin: string, streams: boolean): Route {
  return {
    name: 'loopback',
    streams,
    limitBytes: 1 << 20,
    wrap: ({ method, headers, text }): HttpCall => ({
      origin,
      path: '/mcp',
      method,
      headers: { ...headers },
      body: text,
    }),
    fault: () => undefined,
    faultInError: () => undefined,
  };
}

/** Lines of the client, as they are pushed. */
class Lines implements AsyncIterable<Line> {
  readonly #waiting: Line[] = [];
  #wake = () => {};
  #ended = false;

  push(text: string): void {
    this.#waiting.push({ is: 'whole', bytes: new TextEncoder().encode(text) });
    this.#wake();
  }

  end(): void {
    this.#ended = true;
    this.#wake();
  }

  async *[Symbol.asyncIterator](): AsyncGenerator<Line, void, undefined> {
    while (!this.#ended || this.#waiting.length > 0) {
      yield* this.#waiting.splice(0);
      if (this.#ended) return;
      await new Promise<void>((resolve) => {
        this.#wake = resolve;
        if (this.#waiting.length > 0) resolve();
      });
    }
  }
}

interface Connected {
  readonly client: Client;
  readonly server: ModernOnlyServer;
  /** Resolves with the next notification of that kind. */
  next(kind: 'tools' | 'resource' | 'log'): Promise<unknown>;
}

async function connected({ streams = true } = {}): Promise<Connected> {
  const server = await startModernOnlyServer();
  const http = openHttp();
  const route = loopback(server.origin, streams);
  const wire = {
    route,
    tokens: { access: async () => ({ origin: server.origin, token: '' }) },
    send: http.send,
    enquire: () => () => Promise.reject(new Error('nobody is asked')),
    clock: systemClock,
    log: SILENT,
    secrets: new Secrets(),
    budget: new Budget(systemClock, { sharedBytes: 1e6, reserveBytes: 0 }),
    responseLimitBytes: 1 << 20,
    pacing: new Pacing(systemClock),
    echoes: new Echoes(SILENT),
  };
  const upstream = new Upstream(wire, {
    headers: {},
    limits: { silenceMs: 10_000, totalMs: 20_000 },
    keepCapabilities: false,
    repeats: new Repeats({ annotated: false, after503: false }),
    emit: (delivery) => relay.emit(delivery),
  });
  const negotiation = new Negotiation({
    next: upstream,
    protocol: 'auto',
    route,
    emit: (delivery) => relay.emit(delivery),
    clock: systemClock,
    log: SILENT,
  });
  const lines = new Lines();
  const transport: Transport = {
    start: async () => {},
    send: async (message: JSONRPCMessage) => lines.push(JSON.stringify(message)),
    close: async () => {},
  };
  const relay: Relay = new Relay({
    next: negotiation,
    write: async (line) => transport.onmessage?.(JSON.parse(String(line))),
    scrub: (text) => text,
    clock: systemClock,
    log: SILENT,
  });
  const served = relay.run(lines);

  const client = new Client({ name: 'first-generation', version: '1' }, { capabilities: CAPABILITIES });
  client.setRequestHandler(ElicitRequestSchema, async ({ params }) => ({
    action: 'accept',
    content: { asked: params.message },
  }));
  client.setRequestHandler(ListRootsRequestSchema, async () => ({ roots: [{ uri: 'file:///home' }] }));
  const schemas = {
    tools: ToolListChangedNotificationSchema,
    resource: ResourceUpdatedNotificationSchema,
    log: LoggingMessageNotificationSchema,
  };

  onTestFinished(async () => {
    lines.end();
    await served;
    await relay.abort('The test is over.');
    await negotiation.close();
    await http.close();
    await server.close();
  });
  await client.connect(transport);
  return {
    client,
    server,
    next: (kind) =>
      new Promise((resolve) => client.setNotificationHandler(schemas[kind], ({ params }) => resolve(params))),
  };
}

test('a legacy client initializes, and finds the server as it is (T054)', async () => {
  const { client } = await connected();
  expect(client.getServerVersion()).toEqual({ name: 'modern-only', version: '7' });
  expect(client.getInstructions()).toBe('Be modern.');
  expect(client.getServerCapabilities()).toMatchObject({ logging: {}, tools: { listChanged: true } });
  expect(await client.ping()).toEqual({});
  const { tools } = await client.listTools();
  expect(tools.map(({ name }) => name)).toEqual(['echo', 'greet', 'wait']);
  const { contents } = await client.readResource({ uri: 'file:///a' });
  expect(contents).toEqual([{ uri: 'file:///a', text: 'a' }]);
});

test('a call brings its progress, and log messages once their level is set (T054, T058)', async () => {
  const { client, next } = await connected();
  const logged: unknown[] = [];
  void next('log').then((params) => logged.push(params));
  const progress: number[] = [];
  const call = (text: string) =>
    client.callTool({ name: 'echo', arguments: { text } }, undefined, {
      onprogress: (update) => progress.push(update.progress),
    });
  expect((await call('one')).content).toEqual([{ type: 'text', text: 'one' }]);
  expect(progress).toEqual([1, 2]);
  expect(logged).toEqual([]);
  expect(await client.setLoggingLevel('info')).toEqual({});
  expect((await call('two')).content).toEqual([{ type: 'text', text: 'two' }]);
  expect(logged).toEqual([{ level: 'info', data: 'echo two' }]);
});

test.each([
  ['streams', true],
  ['gives bodies back whole', false],
])('a tool that needs input gets it from the client, on a route that %s (T054, T057)', async (_, streams) => {
  const { client } = await connected({ streams });
  const { content } = await client.callTool({ name: 'greet', arguments: {} });
  const [{ text }] = content as [{ text: string }];
  expect(JSON.parse(text)).toEqual([
    {
      who: { action: 'accept', content: { asked: 'Who are you?' } },
      where: { roots: [{ uri: 'file:///home' }] },
    },
    'größe/\u2028"',
  ]);
});

test('changes reach the client from the subscription in the background (T131)', async () => {
  const { client, next, server } = await connected();
  await client.subscribeResource({ uri: 'file:///a' });
  const [tools, resource] = [next('tools'), next('resource')];
  server.notify.toolsChanged();
  server.notify.resourceUpdated('file:///a');
  await tools;
  expect(await resource).toEqual({ uri: 'file:///a' });
});

test('a cancelled call is given up at the server (T129)', async () => {
  const { client, server } = await connected();
  const caller = new AbortController();
  const call = client.callTool({ name: 'wait', arguments: {} }, undefined, { signal: caller.signal });
  await server.waiting.begun;
  caller.abort();
  await expect(call).rejects.toThrow();
  await server.waiting.abandoned;
});
