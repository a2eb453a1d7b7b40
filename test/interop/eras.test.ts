/** Official clients and a server of the era that they speak: with the bridge between them, and without. */

import { beforeAll, describe, expect, test } from 'vitest';
import type { OpenClient } from './clients.ts';
import { INITIALIZE, kindOf } from './conversation.ts';
import { LEGACY_CLIENTS, MODERN_CLIENTS } from './era-clients.ts';
import { ASKING, type EraTraits, eraScript } from './era-script.ts';
import type { LegacyServing } from './era-server.ts';
import { ROUTES, type RouteName, talkDirectly, talkThroughBridge } from './era-talks.ts';
import { testSameness } from './sameness.ts';

describe.each([
  ['a modern-only server', 'reject'],
  ['a dual-era server', 'stateless'],
] as const)('%s', (_title, legacy) => {
  describe.each(Object.entries(MODERN_CLIENTS))('and the official client %s', (_name, open) => {
    compare(legacy, open, { era: 'modern', canAsk: true }, ROUTES);
  });
});

describe('a dual-era server that serves each legacy message by itself', () => {
  describe.each(Object.entries(LEGACY_CLIENTS))('and the official client %s', (_name, open) => {
    compare('stateless', open, { era: 'legacy', canAsk: false }, ROUTES);
  });
});

describe('a dual-era server that keeps legacy sessions', () => {
  describe.each(Object.entries(LEGACY_CLIENTS))('and the official client %s', (_name, open) => {
    compare('sessions', open, { era: 'legacy', canAsk: true }, ['connection-proxy']);

    // There the question would come together with the answer to the call, which waits for it.
    test('cannot be asked on a route that does not stream, and the tool says so at once (T050)', async () => {
      const script = eraScript({ era: 'legacy', canAsk: false }).filter(({ asks }) =>
        [INITIALIZE.asks, ASKING].includes(asks),
      );
      const bridged = await talkThroughBridge('sessions', open, script, { route: 'external-function' });
      const asking = bridged.exchanges.get(ASKING);
      expect(asking && kindOf(asking)).toBe('refusal');
      expect(JSON.stringify(asking)).toContain('elicitation');
    });
  });
});

function compare(legacy: LegacyServing, open: OpenClient, traits: EraTraits, routes: readonly RouteName[]): void {
  const script = eraScript(traits);
  let direct: Awaited<ReturnType<typeof talkDirectly>>;

  beforeAll(async () => {
    direct = await talkDirectly(legacy, open, script);
  });

  describe.each(routes)('by %s', (route) => {
    let bridged: Awaited<ReturnType<typeof talkThroughBridge>>;

    beforeAll(async () => {
      bridged = await talkThroughBridge(legacy, open, script, { route });
    });

    testSameness(script, () => ({ direct, bridged }));

    test('the server is sent the same messages with the same headers', () => {
      expect(bridged.seen).toEqual(direct.seen);
    });

    test(`each message is of the ${traits.era} era`, () => {
      for (const { headers, method } of bridged.seen) {
        expect(headers['mcp-method']).toBe(traits.era === 'modern' ? method : undefined);
      }
    });
  });
}
