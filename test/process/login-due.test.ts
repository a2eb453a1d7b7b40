/** A login to the connection that is due: the client is asked to open the page, or shows its address. */

import { UrlElicitationRequiredError as V2UrlElicitationRequired } from '@modelcontextprotocol/client';
import {
  ElicitRequestURLParamsSchema,
  UrlElicitationRequiredError as V1UrlElicitationRequired,
} from '@modelcontextprotocol/sdk/types.js';
import { describe, expect, onTestFinished, test } from 'vitest';
import { type SandboxOptions, startSandbox } from '../../src/sandbox/sandbox.ts';
import { CLIENTS } from '../interop/clients.ts';
import { BIN, type BridgeProcess, bareEnv, type Received, toWorkspace } from '../support/bridge.ts';
import { expectBridgeError } from '../support/bridge-error.ts';
import { startSandboxed } from '../support/sandboxed.ts';

const PAGE = '/explore/connections/github_sandbox';
const URL_ELICITATION_REQUIRED = -32042;
const OPENS_PAGES = { elicitation: { url: {} } };

/** A connection to which nobody is logged in yet. */
async function startDue(args: readonly string[] = [], more: SandboxOptions = {}) {
  const login = { due: true };
  return { ...(await startSandboxed({ ...more, login }, { args })), login };
}

function initialize(bridge: BridgeProcess, capabilities: object, protocolVersion = '2025-11-25'): Promise<Received> {
  const clientInfo = { name: 'test', version: '1' };
  return bridge.call(`init ${bridge.lines.length}`, 'initialize', { protocolVersion, capabilities, clientInfo });
}

/** The handshake at a time when no login is due. */
async function connect(
  { bridge, login }: { bridge: BridgeProcess; login: { due: boolean } },
  capabilities: object = OPENS_PAGES,
  version?: string,
): Promise<void> {
  login.due = false;
  expect(await initialize(bridge, capabilities, version)).toHaveProperty('result');
  bridge.send({ jsonrpc: '2.0', method: 'notifications/initialized' });
  login.due = true;
}

function elicitationIn({ error }: Received): { elicitationId: string; url: string } {
  const elicitations = ElicitRequestURLParamsSchema.array().parse(error?.data?.['elicitations']);
  expect(elicitations).toHaveLength(1);
  return elicitations[0] ?? { elicitationId: '', url: '' };
}

const said = (bridge: BridgeProcess) => bridge.stderr.match(/"level":40.*"kind":"connectionLogin"/g)?.length;

describe.each([
  ['external-function', []],
  ['managed-mcp', ['--route', 'managed-mcp']],
])('on the route %s', (_, args) => {
  test('a client that opens pages is asked to, by the error of the protocol; after the login the next call just works (T174)', async () => {
    const { bridge, login, sandbox } = await startDue(args);
    await connect({ bridge, login });
    const answer = await bridge.call(1, 'tools/call', { name: 'get_me', arguments: {} });
    const url = `${sandbox.host}${PAGE}`;
    expectBridgeError(answer, {
      code: URL_ELICITATION_REQUIRED,
      kind: 'connectionLogin',
      outcome: 'rejected',
      message: /^You are not logged in to the connection github_sandbox\. Open http.* and log in, then call again\.$/,
      data: { url },
    });
    expect(answer.error?.message).toContain(url);
    expect(elicitationIn(answer)).toMatchObject({ mode: 'url', url, message: expect.stringMatching(/not logged in/) });
    expect(sandbox.ledger.total).toBe(0);

    login.due = false;
    expect(await bridge.call(2, 'tools/call', { name: 'get_me', arguments: {} })).toHaveProperty('result');
    expect(sandbox.ledger.count('get_me')).toBe(1);
  });
});

test('the page is offered under one name, and said once, for as long as the login is due', async () => {
  const started = await startDue();
  const { bridge, login } = started;
  await connect(started);
  const calls = await Promise.all(Array.from({ length: 5 }, (_, id) => bridge.call(id, 'tools/call')));
  const lists = [await bridge.call(5, 'tools/list'), await bridge.call(6, 'tools/call')];
  const names = new Set([...calls, ...lists].map((answer) => elicitationIn(answer).elicitationId));
  expect(names.size).toBe(1);
  expect(said(bridge)).toBe(1);

  login.due = false;
  expect(await bridge.call(7, 'tools/list')).toHaveProperty('result');
  login.due = true;
  const { elicitationId } = elicitationIn(await bridge.call(8, 'tools/list'));
  expect(names).not.toContain(elicitationId);
  expect(said(bridge)).toBe(2);
});

test.each<[string, object, string]>([
  ['that declared nothing', {}, '2025-11-25'],
  ['that opens forms only', { elicitation: {} }, '2025-11-25'],
  ['whose declaration is no object', { elicitation: { url: true } }, '2025-11-25'],
  ['of 2025-06-18', OPENS_PAGES, '2025-06-18'],
])('a client %s is shown the address', async (_, capabilities, version) => {
  const started = await startDue();
  const { bridge, sandbox } = started;
  await connect(started, capabilities, version);
  const answer = await bridge.call(1, 'tools/list');
  const url = `${sandbox.host}${PAGE}`;
  expectBridgeError(answer, {
    kind: 'connectionLogin',
    outcome: 'rejected',
    message: /Open http.* and log in/,
    data: { url },
  });
  expect(answer.error?.message).toContain(url);
  expect(answer.error?.data).not.toHaveProperty('elicitations');
});

test('a modern request gets no error that its revision forbids', async () => {
  const started = await startDue();
  await connect(started);
  const _meta = {
    'io.modelcontextprotocol/protocolVersion': '2026-07-28',
    'io.modelcontextprotocol/clientCapabilities': OPENS_PAGES,
  };
  const answer = await started.bridge.call(1, 'tools/call', { name: 'get_me', arguments: {}, _meta });
  expectBridgeError(answer, { kind: 'connectionLogin', outcome: 'rejected', message: /Open http/ });
});

test('at initialize nothing is negotiated yet: the address is in the sentence, and stderr has it too; then the same process serves', async () => {
  const { bridge, login, sandbox } = await startDue();
  const answer = await initialize(bridge, OPENS_PAGES);
  const url = `${sandbox.host}${PAGE}`;
  expectBridgeError(answer, { kind: 'connectionLogin', outcome: 'rejected', data: { url } });
  expect(answer.error?.message).toContain(url);
  expect(bridge.stderr).toContain(url);
  login.due = false;
  expect(await initialize(bridge, OPENS_PAGES)).toHaveProperty('result');
  expect(await bridge.call(1, 'tools/list')).toHaveProperty('result');
});

test('a login that has become due when a lost session is opened again is asked for in the same way', async () => {
  let due = false;
  const { bridge, sandbox } = await startSandboxed({
    fault: ({ text }) => (due && text?.includes('"initialize"') ? 'not-logged-in' : undefined),
  });
  await initialize(bridge, OPENS_PAGES);
  bridge.send({ jsonrpc: '2.0', method: 'notifications/initialized' });
  expect(await bridge.call(1, 'tools/list')).toHaveProperty('result');
  sandbox.forgetSessions();
  due = true;
  const answer = await bridge.call(2, 'tools/call', { name: 'get_me', arguments: {} });
  expectBridgeError(answer, { code: URL_ELICITATION_REQUIRED, kind: 'connectionLogin', outcome: 'rejected' });
  expect(elicitationIn(answer).url).toBe(`${sandbox.host}${PAGE}`);
  due = false;
  expect(await bridge.call(3, 'tools/call', { name: 'get_me', arguments: {} })).toHaveProperty('result');
  expect(sandbox.ledger.count('get_me')).toBe(1);
});

test.each([
  ['v1', V1UrlElicitationRequired],
  ['v2', V2UrlElicitationRequired],
] as const)('the official client %s knows the error for what it is', async (version, RequiredError) => {
  const login = { due: false };
  const sandbox = await startSandbox({ login });
  onTestFinished(() => sandbox.close());
  const { args, env } = toWorkspace(sandbox);
  const {
    client,
    connect: open,
    end,
  } = CLIENTS[version]({
    command: process.execPath,
    args: [BIN, ...args],
    env: bareEnv(env),
  });
  onTestFinished(end);
  await open();
  login.due = true;
  const error = await client.callTool({ name: 'get_me', arguments: {} }).then(
    () => undefined,
    (thrown: unknown) => thrown,
  );
  expect(error).toBeInstanceOf(RequiredError);
  expect(error).toHaveProperty('elicitations', [
    expect.objectContaining({ mode: 'url', url: `${sandbox.host}${PAGE}` }),
  ]);
  login.due = false;
  expect(await client.callTool({ name: 'get_me', arguments: {} })).toHaveProperty('content');
});
