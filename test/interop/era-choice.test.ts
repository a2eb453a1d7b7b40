/** How client, bridge and server come to an era where more than one is possible. */

import { beforeAll, describe, expect, onTestFinished, test } from 'vitest';
import { MODERN_VERSION } from '../../src/protocol/versions.ts';
import { type BridgeProcess, startBridge } from '../support/bridge.ts';
import { expectBridgeError } from '../support/bridge-error.ts';
import { LEGACY_CLIENTS, MODERN_CLIENTS } from './era-clients.ts';
import { eraScript } from './era-script.ts';
import { type EraServer, type LegacyServing, startEraServer } from './era-server.ts';
import { type BridgedWay, ROUTES, startBefore, talkDirectly, talkThroughBridge } from './era-talks.ts';
import { testSameness } from './sameness.ts';

const MODERN = {
  _meta: {
    'io.modelcontextprotocol/protocolVersion': MODERN_VERSION,
    'io.modelcontextprotocol/clientCapabilities': {},
    'io.modelcontextprotocol/clientInfo': { name: 'test', version: '1' },
  },
};
const ECHO = { name: 'echo', arguments: { text: 'heard' } };

/** A bridge without a client, for what no client does. */
async function start(
  legacy: LegacyServing,
  way: BridgedWay,
): Promise<{ readonly bridge: BridgeProcess; readonly server: EraServer }> {
  const server = await startEraServer(legacy);
  onTestFinished(() => server.close());
  const { close, workspace } = await startBefore(server.url, way);
  onTestFinished(close);
  return { bridge: startBridge(workspace), server };
}

describe.each(ROUTES)('by %s', (route) => {
  describe.each([
    ['a modern-only server', 'reject'],
    ['a dual-era server', 'stateless'],
  ] as const)('%s', (_title, legacy) => {
    test('is not asked for its era with --protocol legacy (T055)', async () => {
      const { bridge, server } = await start(legacy, { route, protocol: 'legacy' });
      const answer = await bridge.call(1, 'server/discover', MODERN);
      expectBridgeError(answer, { kind: 'methodNotFound', outcome: 'not_sent', code: -32601, message: /initialize/ });
      expect(server.seen).toEqual([]);
    });

    test('serves a client that discovers and initializes all the same, in both eras at a time (T054)', async () => {
      const { bridge } = await start(legacy, { route });
      const discovered = await bridge.call(1, 'server/discover', MODERN);
      expect(discovered.result.supportedVersions).toContain(MODERN_VERSION);
      expect((await bridge.initialize()).result).toMatchObject({ protocolVersion: '2025-11-25' });
      const answers = [
        await bridge.call(2, 'tools/call', ECHO),
        await bridge.call(3, 'tools/call', { ...ECHO, ...MODERN }),
      ];
      for (const { result } of answers) expect(result).toMatchObject({ structuredContent: { text: 'heard' } });
      // Only modern results say that they are complete.
      expect(answers.map(({ result }) => result.resultType)).toEqual([undefined, 'complete']);
      expect(await bridge.finish()).toEqual({ code: 0, signal: null });
    });
  });

  test('a modern-only server refuses a client that has to speak the legacy protocol, in its own words', async () => {
    const { bridge, server } = await start('reject', { route, protocol: 'legacy' });
    const { error } = await bridge.initialize();
    expect(error).toMatchObject({ code: -32022, data: { supported: [MODERN_VERSION] } });
    expect(server.seen.map(({ method }) => method)).toContain('initialize');
    expect(server.seen.map(({ method }) => method)).not.toContain('server/discover');
  });

  describe('with --protocol legacy, a client that would take either era', () => {
    const script = eraScript({ era: 'legacy', canAsk: false });
    let direct: Awaited<ReturnType<typeof talkDirectly>>;
    let bridged: Awaited<ReturnType<typeof talkThroughBridge>>;

    beforeAll(async () => {
      direct = await talkDirectly('stateless', LEGACY_CLIENTS['v2 in legacy mode'], script);
      const auto = MODERN_CLIENTS['v2 in auto mode'];
      bridged = await talkThroughBridge('stateless', auto, script, { route, protocol: 'legacy' });
    });

    testSameness(script, () => ({ direct, bridged }));

    test('is to the server a legacy one', () => {
      expect(bridged.seen).toEqual(direct.seen);
    });
  });
});
