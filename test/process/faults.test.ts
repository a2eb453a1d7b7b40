/** Every refusal of the sandbox's list, through the built bridge. */

import { describe, expect, test } from 'vitest';
import { FAULTS } from '../../src/sandbox/faults.ts';
import { SANDBOX_SERVICE } from '../../src/sandbox/sandbox.ts';
import type { ExternalCall } from '../../src/sandbox/workspace.ts';
import { meaningOf, onlyOf } from '../databricks/faults/meaning.ts';
import type { Received } from '../support/bridge.ts';
import { expectBridgeError } from '../support/bridge-error.ts';
import { startSandboxed } from '../support/sandboxed.ts';

/** Switches the fault on that the arguments of a tools/call name. */
function faultIn({ text = '{}' }: ExternalCall): string | undefined {
  return JSON.parse(text).params?.arguments?.fault;
}

const ROUTES: readonly (readonly [
  route: string,
  args: readonly string[],
  page: string,
  sort: 'service' | undefined,
])[] = [
  ['external-function', [], '/explore/connections/github_sandbox', undefined],
  ['managed-mcp', ['--route', 'managed-mcp'], '/explore/connections/github_sandbox', undefined],
  ['connection-proxy', ['--route', 'connection-proxy'], '/explore/connections/github_sandbox', undefined],
  ['a service', ['--service', SANDBOX_SERVICE], `/explore/data/${SANDBOX_SERVICE.replaceAll('.', '/')}`, 'service'],
];

/** In a session it is the loss of that, whoever says it. */
const NOT_FOUND = 'not-mcp';

describe.each(ROUTES)('on the route %s', (_, args, page, sort) => {
  test('each refusal is told once, as what it is, with the next step, and nothing runs twice (T068, T079, T082, T096, T174)', async () => {
    const calls = new Map<string, number>();
    const fault = (call: ExternalCall) => {
      const name = faultIn(call);
      if (name !== undefined) calls.set(name, (calls.get(name) ?? 0) + 1);
      return name;
    };
    const { bridge, sandbox } = await startSandboxed({ fault }, { args });
    await bridge.initialize();
    const isMet = (name: string) => name !== NOT_FOUND && (onlyOf(name) ?? sort) === sort;
    const names = Object.keys(FAULTS).filter(isMet);
    expect(names.length).toBeGreaterThan(35);
    for (const name of names) {
      const { hasPage = false, hint, kind, outcome, says } = meaningOf(name);
      const answer: Received = await bridge.call(name, 'tools/call', { name: 'get_me', arguments: { fault: name } });
      const { code = 0, message = '', data = {} } = answer.error ?? {};
      // What matters of a call that got lost behind an HTTP failure is that it may have run.
      const told = outcome === 'unknown' && Number(data['httpStatus']) >= 500 ? 'outcomeUnknown' : kind;
      expectBridgeError(answer, { kind: told, outcome, message: says, code: -32603 });
      expect(message, name).toMatch(hint);
      expect(data['hint'], name).toMatch(hint);
      expect(data['url'], name).toBe(hasPage ? `${sandbox.host}${page}` : undefined);
      expect(`${code} ${message}`, name).not.toContain('evil.example');
      expect(calls.get(name), name).toBe(1);
    }
    expect(sandbox.ledger.total).toBe(0);

    // And all the while the call itself would have worked.
    expect(await bridge.call('fine', 'tools/call', { name: 'get_me', arguments: {} })).toHaveProperty('result');
    expect(sandbox.ledger.count('get_me')).toBe(1);
  });
});

test.each(ROUTES)(
  'on the route %s, a 404 in plain words is about the address, where there is no session (T068)',
  async (_, args) => {
    const { bridge, sandbox } = await startSandboxed({ fault: () => NOT_FOUND, sessions: false }, { args });
    const { hint, says } = meaningOf(NOT_FOUND);
    const answer = await bridge.call(1, 'tools/call');
    expectBridgeError(answer, { kind: 'upstreamHttp', outcome: 'rejected', message: says });
    expect(answer.error?.message).toMatch(hint);
    expect(sandbox.workspace.calls()).toBe(1);
  },
);

test('an address of its own that wants another token is no connection whose credential is refused', async () => {
  const path = '/api/2.0/mcp/genie/1';
  const endpoints = { [path]: { url: 'http://127.0.0.1:1/nobody-is-asked' } };
  const { bridge } = await startSandboxed({ endpoints, fault: () => 'url-refused' }, { args: ['--url', path] });
  const { hint, says } = meaningOf('url-refused');
  const answer = await bridge.call(1, 'tools/call');
  expectBridgeError(answer, { kind: 'auth', outcome: 'rejected', message: says });
  expect(answer.error?.message).toMatch(hint);
});

test('what the workspace refuses to server/discover says nothing about eras', async () => {
  let fault: string | undefined = 'connection-missing';
  const { bridge } = await startSandboxed({ fault: () => fault });
  const _meta = {
    'io.modelcontextprotocol/protocolVersion': '2026-07-28',
    'io.modelcontextprotocol/clientCapabilities': {},
  };
  const refused = await bridge.call(1, 'server/discover', { _meta });
  expectBridgeError(refused, { kind: 'upstreamHttp', outcome: 'rejected', message: /has no connection/ });
  fault = undefined;
  // The server itself is a legacy one, which now is asked.
  const answered = await bridge.call(2, 'server/discover', { _meta });
  expect(answered.error?.message).not.toMatch(/has no connection/);
});

test('a refusal of initialize or of a list is told in the same way', async () => {
  const { bridge } = await startSandboxed({ fault: () => 'privilege-missing' });
  for (const answer of [await bridge.initialize(), await bridge.call(1, 'tools/list')]) {
    expectBridgeError(answer, { kind: 'auth', outcome: 'rejected', message: /USE CONNECTION/ });
  }
});

test("an error of the server is the server's, even where it uses the workspace's words (T043, T044)", async () => {
  const { bridge } = await startSandboxed({
    onCall: ({ text = '{}' }) => {
      const { id, params } = JSON.parse(text);
      return { status: params.status, body: errorOf(id, params.message) };
    },
  });
  const errorOf = (id: number, message: string) =>
    JSON.stringify({ jsonrpc: '2.0', id, error: { code: -32603, message, data: { n: 1 } } });
  const expected: string[] = [];
  for (const message of [
    'User is missing USE CONNECTION on github_sandbox',
    '{"error_code":"RESOURCE_CONFLICT","message":"No."}',
    'invalid_grant',
    '404 page not found',
    'Please login first to the connection',
  ]) {
    for (const status of [200, 400, 403, 404]) {
      const id = expected.length;
      expected.push(errorOf(id, message));
      await bridge.call(id, 'tools/call', { message, status });
    }
  }
  expect(bridge.lines).toEqual(expected);
});

test('a result that quotes a refusal is a result', async () => {
  const quoted = JSON.stringify({
    error_code: 'UNAUTHENTICATED',
    message: "Credential for user identity('1') is not found",
  });
  const result = JSON.stringify({
    jsonrpc: '2.0',
    id: 1,
    result: { content: [{ type: 'text', text: quoted }], isError: true },
  });
  const { bridge } = await startSandboxed({ onCall: () => ({ status: 200, body: result }) });
  await bridge.call(1, 'tools/call', {});
  expect(bridge.lines).toEqual([result]);
});

describe('a connection that does not exist', () => {
  const TYPO = { args: ['--connection', 'github_sandbx'] };

  test('is set against the names that the workspace lists, which is asked once for all', async () => {
    let questions = 0;
    const { bridge } = await startSandboxed(
      {
        onQuestion: () => {
          questions++;
          return undefined;
        },
      },
      TYPO,
    );
    const ids = Array.from({ length: 20 }, (_, id) => id);
    const answers = await Promise.all(ids.map((id) => bridge.call(id, 'tools/call')));
    for (const answer of answers) {
      expectBridgeError(answer, {
        kind: 'upstreamHttp',
        outcome: 'rejected',
        message: /has no connection github_sandbx\. Did you mean github_sandbox\?/,
      });
    }
    expect(questions).toBe(1);
  });

  test('is named without, where the list is refused, and asked for again the next time', async () => {
    let questions = 0;
    const { bridge } = await startSandboxed(
      {
        onQuestion: () => {
          questions++;
          return { status: 403, body: '{"error_code":"PERMISSION_DENIED","message":"no"}' };
        },
      },
      TYPO,
    );
    for (const id of [1, 2]) {
      const answer = await bridge.call(id, 'tools/call');
      expectBridgeError(answer, {
        kind: 'upstreamHttp',
        outcome: 'rejected',
        message: /github_sandbx\. Check --connection/,
      });
    }
    expect(questions).toBe(2);
  });

  test('is named soon, where the list does not come', async () => {
    const { bridge } = await startSandboxed({ onQuestion: () => new Promise(() => {}) }, TYPO);
    expectBridgeError(await bridge.call(1, 'tools/call'), {
      kind: 'upstreamHttp',
      outcome: 'rejected',
      message: /github_sandbx\. Check --connection/,
    });
  });
});

test("twenty refusals of the connection's own credential are twenty calls, where there is but one token (T082)", async () => {
  const { bridge, sandbox } = await startSandboxed({ fault: () => 'credential-refused' });
  for (let id = 0; id < 20; id++) {
    expectBridgeError(await bridge.call(id, 'tools/list'), {
      kind: 'auth',
      outcome: 'rejected',
      message:
        /server behind the connection github_sandbox did not accept the credential .* Re-authorise the connection/,
    });
  }
  expect(sandbox.workspace.calls()).toBe(20);
});

test('a failed gateway is quoted by its words, whatever it wraps them in (T100)', async () => {
  const dresses = [
    '{"error":{"message":"Out of order"}}',
    '{"error":"Out of order"}',
    '{"detail":"Out of order","scimType":"x"}',
    '{"error_code":502,"message":"Out of order"}',
    '{"error_code":"IO_ERROR","message":"Out of order"}',
    '<html><body><h1>Oh</h1><pre>Out of order</pre></body></html>',
    '<html><head><title>Out of order</title></head><body>Oh</body></html>',
    'Out of order',
  ];
  const { bridge } = await startSandboxed({
    onCall: ({ text = '{}' }) => ({ status: 502, body: dresses[JSON.parse(text).id] ?? '' }),
  });
  for (const id of dresses.keys()) {
    const answer = await bridge.call(id, 'tools/call');
    expectBridgeError(answer, { kind: 'outcomeUnknown', outcome: 'unknown', data: { httpStatus: 502 } });
    expect(answer.error?.message).toMatch(/: Out of order\. [A-Z]/);
    expect(answer.error?.data?.['requestId']).toMatch(/^[\w-]{36}$/);
  }
});
