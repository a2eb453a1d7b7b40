import { describe, expect, test } from 'vitest';
import type { CannedReply } from '../../src/sandbox/workspace.ts';
import { startBridge } from '../support/bridge.ts';
import { expectBridgeError } from '../support/bridge-error.ts';
import { CUT, raw, result } from '../support/canned.ts';
import { latch } from '../support/latch.ts';
import { answer, startRawWorkspace, status } from '../support/raw-workspace.ts';
import { type Script, SESSION_ID, startScripted } from '../support/scripted.ts';
import { type Seen, sessionOf } from '../support/seen.ts';

const LOST = raw('{"jsonrpc":"2.0","error":{"code":-32001,"message":"Session not found"},"id":null}', 404);
const ANNOUNCED = { tools: { listChanged: true } };

interface Life {
  readonly protocolVersion?: string;
  readonly capabilities?: object;
}

/** A server that says in each of its lives what it is. */
function lives(...all: readonly Life[]): Script['initialize'] & {} {
  return (call: Seen, nth: number): CannedReply => {
    const life = all[Math.min(nth, all.length) - 1];
    const told = { protocolVersion: '2025-11-25', capabilities: {}, serverInfo: { name: 's', version: '1' }, ...life };
    return { ...result(call, told), headers: { 'mcp-session-id': `${SESSION_ID}-${nth}` } };
  };
}

/** The first call of its kind meets a lost session. */
const lostOnce = (call: Seen, nth: number) => (nth === 1 ? LOST : result(call));

describe('a server that has lost the session and comes back', () => {
  test('with another version is spoken to in that one (T070)', async () => {
    const { bridge, of } = await startScripted({
      initialize: lives({}, { protocolVersion: '2025-06-18' }),
      'tools/call': lostOnce,
    });
    await bridge.initialize();
    expect(await bridge.call(1, 'tools/call')).toHaveProperty('result');
    const versions = of('tools/call').map(({ headers }) => headers['MCP-Protocol-Version']);
    expect(versions).toEqual(['2025-11-25', '2025-06-18']);
  });

  test.each<[string, Life, Life, RegExp]>([
    ['a version that nobody knows', {}, { protocolVersion: '2031-01-01' }, /speaks protocol version 2031-01-01 now/],
    ['no tools', { capabilities: { tools: {} } }, { capabilities: {} }, /offers no tools any more/],
  ])('with %s is an error that asks for a restart (T070)', async (_what, before, after, words) => {
    const { bridge, of } = await startScripted({ initialize: lives(before, after), 'tools/call': lostOnce });
    await bridge.initialize();
    const refused = await bridge.call(1, 'tools/call');
    expectBridgeError(refused, { kind: 'sessionLost', outcome: 'rejected', message: words });
    expect(refused.error?.data?.['hint']).toBe('Restart the client.');
    await bridge.finish();
    expect(of('tools/call')).toHaveLength(1);
    expect(of('DELETE').map(sessionOf)).toEqual([`${SESSION_ID}-2`]);
  });

  test('with other tools has the client told so, where it had said that it would (T070)', async () => {
    const { arrived, bridge } = await startScripted({
      initialize: lives({ capabilities: ANNOUNCED }),
      'tools/list': (call, nth) => result(call, { tools: nth === 1 ? [] : [{ name: 'new' }] }),
      'tools/call': lostOnce,
    });
    await bridge.initialize();
    await bridge.call(1, 'tools/list');
    await bridge.call(2, 'tools/call');
    await bridge.line(({ method }) => method === 'notifications/tools/list_changed');
    expect(sessionOf(await arrived('tools/list', 2))).toBe(`${SESSION_ID}-2`);
    expect(bridge.lines).toHaveLength(4);
  });

  test.each<[string, object, boolean, number]>([
    ['the same tools', ANNOUNCED, true, 2],
    ['other tools, of which it never promised to tell', { tools: {} }, false, 1],
  ])('with %s says nothing of them (T070)', async (_what, capabilities, same, lists) => {
    const { bridge, of } = await startScripted({
      initialize: lives({ capabilities }),
      'tools/list': (call, nth) => result(call, { tools: nth === 1 || same ? [] : [{ name: 'new' }] }),
      'tools/call': lostOnce,
    });
    await bridge.initialize();
    await bridge.call(1, 'tools/list');
    await bridge.call(2, 'tools/call');
    await bridge.finish();
    expect(bridge.messages.map(({ id }) => id)).toEqual(['init', 1, 2]);
    expect(of('tools/list').length).toBeLessThanOrEqual(lists);
  });

  test('lets calls that are under way end as they do, and repeats only what does no harm (T071)', async () => {
    const held = latch();
    const { arrived, bridge, of } = await startScripted({
      initialize: lives({}),
      'tools/call': async (call) => {
        const { name } = JSON.parse(call.text).params;
        if (name === 'late' || name === 'cut') await held.opened;
        return name === 'cut'
          ? CUT
          : sessionOf(call) === `${SESSION_ID}-1` && name === 'lost'
            ? LOST
            : result(call, name);
      },
      'resources/read': async (call, nth) => {
        if (nth > 1) return sessionOf(call) === `${SESSION_ID}-1` ? LOST : result(call, 'read');
        await held.opened;
        return CUT;
      },
    });
    await bridge.initialize();
    const late = bridge.call('late', 'tools/call', { name: 'late' });
    const cut = bridge.call('cut', 'tools/call', { name: 'cut' });
    const read = bridge.call('read', 'resources/read');
    await Promise.all([arrived('tools/call', 2), arrived('resources/read')]);
    expect(await bridge.call('lost', 'tools/call', { name: 'lost' })).toMatchObject({ result: 'lost' });
    held.open();
    expect(await late).toMatchObject({ result: 'late' });
    expect(await read).toMatchObject({ result: 'read' });
    expectBridgeError(await cut, { kind: 'outcomeUnknown', outcome: 'unknown' });
    expect(of('initialize')).toHaveLength(2);
    expect(of('tools/call')).toHaveLength(4);
  });

  test('after a long pause, and its connections closed, is called as if nothing had been (T075)', async () => {
    let session = 0;
    const workspace = await startRawWorkspace({
      initialize: (call, response) => {
        session++;
        return answer(
          { protocolVersion: '2025-11-25', capabilities: {}, serverInfo: { name: 's', version: '1' } },
          { 'mcp-session-id': `session-${session}` },
        )(call, response);
      },
      'tools/call': (call, response) => {
        const known = call.headers['mcp-session-id'] === `session-${session}` && session === 2;
        return known ? answer('here')(call, response) : status(404)(call, response);
      },
    });
    const bridge = startBridge({
      args: ['--connection', 'github', '--route', 'managed-mcp'],
      env: { DATABRICKS_HOST: workspace.host, DATABRICKS_TOKEN: 'dapi-canary-of-a-pause' },
    });
    await bridge.initialize();
    await workspace.arrived('notifications/initialized');
    workspace.dropConnections();
    expect(await bridge.call(1, 'tools/call')).toMatchObject({ result: 'here' });
    expect(workspace.of('initialize')).toHaveLength(2);
  });
});

test('two bridges with one credential have a session each, and hear nothing of one another (T077)', async () => {
  let sessions = 0;
  const workspace = await startRawWorkspace({
    initialize: (call, response) =>
      answer(
        { protocolVersion: '2025-11-25', capabilities: {}, serverInfo: { name: 's', version: '1' } },
        { 'mcp-session-id': `session-${++sessions}` },
      )(call, response),
    'tools/call': (call, response) => answer(call.headers['mcp-session-id'])(call, response),
  });
  const start = () =>
    startBridge({
      args: ['--connection', 'github', '--route', 'managed-mcp'],
      env: { DATABRICKS_HOST: workspace.host, DATABRICKS_TOKEN: 'dapi-canary-of-two' },
    });
  const [one, two] = [start(), start()];
  await one.initialize();
  await two.initialize();
  const ids = [1, 2, 3];
  const said = await Promise.all(
    [one, two].map((bridge) => Promise.all(ids.map((id) => bridge.call(id, 'tools/call')))),
  );
  expect(said.map((answers) => answers.map(({ result: session }) => session))).toEqual([
    ['session-1', 'session-1', 'session-1'],
    ['session-2', 'session-2', 'session-2'],
  ]);
  await Promise.all([one.finish(), two.finish()]);
  expect([one.lines.length, two.lines.length]).toEqual([4, 4]);
  const given = workspace.of('DELETE').map(({ headers }) => headers['mcp-session-id']);
  expect(given.sort()).toEqual(['session-1', 'session-2']);
});
