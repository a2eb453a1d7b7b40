/**
 * Official clients of the legacy era before a server of the modern era only. Without the bridge they cannot talk at all;
 * so what they get is compared with what the server gives to a client of its own era.
 */

import { beforeAll, describe, expect, test } from 'vitest';
import { MODERN_VERSION } from '../../src/protocol/versions.ts';
import { type Conversation, type Exchange, INITIALIZE } from './conversation.ts';
import { LEGACY_CLIENTS, MODERN_CLIENTS } from './era-clients.ts';
import { ASKING, COUNTING, ERA_NEUTRAL, eraScript, LOGGING } from './era-script.ts';
import { ROUTES, talkDirectly, talkThroughBridge } from './era-talks.ts';
import { testCleanliness } from './sameness.ts';

const SCRIPT = eraScript({ era: 'legacy', canAsk: true });

/** Hints for caches, which a legacy client of the second generation does not hand on, and one of the first does. */
const CACHE_HINTS = ['ttlMs', 'cacheScope'];
/** How a client of the first generation begins every error. */
const FIRST_GENERATION = /^MCP error -?\d+: /;

let modern: Conversation;

beforeAll(async () => {
  const script = eraScript({ era: 'modern', canAsk: true });
  modern = await talkDirectly('reject', MODERN_CLIENTS['v2 in modern mode'], script);
});

describe.each(Object.entries(LEGACY_CLIENTS))('the official client %s', (_name, open) => {
  test('is refused without the bridge, with the versions that the server has', async () => {
    const { exchanges } = await talkDirectly('reject', open, [INITIALIZE]);
    expect(exchanges.get('initialize')?.outcome).toMatchObject({
      error: { message: expect.stringContaining(`"supported":["${MODERN_VERSION}"]`) },
    });
  });

  describe.each(ROUTES)('by %s', (route) => {
    let bridged: Awaited<ReturnType<typeof talkThroughBridge>>;

    beforeAll(async () => {
      bridged = await talkThroughBridge('reject', open, SCRIPT, { route });
    });

    const exchange = (conversation: Conversation, asks: string): Exchange => {
      const found = conversation.exchanges.get(asks);
      if (found === undefined) throw new Error(`nobody asked: ${asks}`);
      return found;
    };

    test('finds the server as it is, but for news of its own accord where the route does not stream (T054)', () => {
      const { outcome } = exchange(modern, 'initialize');
      const listChanged = route === 'connection-proxy' ? { listChanged: true } : {};
      expect(exchange(bridged, 'initialize').outcome).toEqual({
        result: { ...resultOf(outcome), capabilities: { logging: {}, tools: listChanged } },
      });
    });

    test.each([...ERA_NEUTRAL.map(({ asks }) => asks), ASKING, LOGGING])(
      '%s is answered as to a client of the modern era (T054)',
      (asks) => {
        expect(essence(exchange(bridged, asks).outcome)).toEqual(essence(exchange(modern, asks).outcome));
      },
    );

    test('progress comes in order, and before the answer (T058)', () => {
      const { messages } = exchange(bridged, COUNTING);
      expect(messages.slice(0, -1)).toEqual(exchange(modern, COUNTING).messages.slice(0, -1));
      expect(messages).toHaveLength(5);
    });

    test('what the server asks for in its result comes as a request (T054, T057)', () => {
      const [asked, answered, ...more] = exchange(bridged, ASKING).messages;
      expect(asked).toMatchObject({ method: 'elicitation/create', params: { message: 'Who is there?' } });
      expect(answered).toMatchObject({ result: { content: [{ text: expect.stringContaining('whoever heard') }] } });
      expect(more).toEqual([]);
    });

    test('ping and logging/setLevel are answered, of which the server does not know, and its log comes from then on', () => {
      expect(resultOf(exchange(bridged, 'ping').outcome)).toEqual({});
      expect(resultOf(exchange(bridged, 'logging/setLevel').outcome)).toEqual({});
      expect(exchange(bridged, 'an echo').messages).toHaveLength(1);
      expect(exchange(bridged, LOGGING).messages).toMatchObject([
        { method: 'notifications/message', params: { level: 'info', data: 'echo heard' } },
        { result: {} },
      ]);
    });

    test('the server sees a client of the modern era from the second message on, and each header of it (T052, T053)', () => {
      const [first, ...rest] = bridged.seen;
      expect(first).toMatchObject({ method: 'initialize' });
      for (const { headers, method } of rest) {
        expect(headers).toMatchObject({ 'mcp-protocol-version': MODERN_VERSION, 'mcp-method': method });
      }
      const called = rest.filter(({ method }) => method === 'tools/call').map(({ headers }) => headers['mcp-name']);
      expect(called).toEqual(['echo', 'refuse', 'no-such-tool', 'count', 'route', 'ask', 'ask', 'echo']);
      const region = `=?base64?${Buffer.from('größe').toString('base64')}?=`;
      expect(rest.filter(({ headers }) => headers['mcp-param-region'] === region)).toHaveLength(1);
    });

    testCleanliness(() => bridged);
  });
});

function resultOf(outcome: Exchange['outcome']): object {
  expect(outcome).toHaveProperty('result');
  return 'result' in outcome ? (outcome.result as object) : {};
}

/** What the server said, without what only some clients make of it. */
function essence(outcome: Exchange['outcome']): Exchange['outcome'] {
  if ('error' in outcome) {
    const { message, ...error } = outcome.error;
    return { error: { ...error, message: message.replace(FIRST_GENERATION, '') } };
  }
  const members = Object.entries(outcome.result as object).filter(([name]) => !CACHE_HINTS.includes(name));
  return { result: Object.fromEntries(members) };
}
