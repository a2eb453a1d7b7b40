import { describe, expect, test } from 'vitest';
import type { CannedReply } from '../../src/sandbox/workspace.ts';
import { type Expected, expectBridgeError } from '../support/bridge-error.ts';
import { platformError, raw, result, rpcError } from '../support/canned.ts';
import { startSandboxed } from '../support/sandboxed.ts';
import { CONNECTION, SESSION_ID, startScripted, TOKEN } from '../support/scripted.ts';

const NOT_LOGGED_IN =
  "Credential for user identity('7') is not found for the connection 'github'. Please login first to the connection " +
  'by visiting https://evil.example/explore/connections/github?o=1';
const REVOKED =
  'Failed request to https://api.githubcopilot.com/mcp. Error: The OAuth token exchange failed with HTTP status code ' +
  '400 Bad Request. The returned server response or exception message is: Map(error -> invalid_grant)';

describe('what the workspace refuses, a tools/call is told with the reason and the next step, and is not sent again', () => {
  test.each<[string, CannedReply, Expected]>([
    [
      'USE CONNECTION is missing',
      platformError(403, 'PERMISSION_DENIED', `Failed request to x. Error: User is missing USE CONNECTION on github`),
      { kind: 'auth', outcome: 'rejected', message: /GRANT USE CONNECTION ON CONNECTION `github`/ },
    ],
    [
      'a scope is missing',
      raw('Invalid scope, required scopes: unity-catalog', 403),
      { kind: 'auth', outcome: 'rejected', message: /unity-catalog/ },
    ],
    [
      'the network is not allowed (T096)',
      platformError(403, 'PERMISSION_DENIED', 'Source IP address: 192.0.2.1 is blocked by Databricks IP ACL'),
      { kind: 'auth', outcome: 'rejected', message: /192\.0\.2\.1/ },
    ],
    [
      "the connection's own credential is refused (T082)",
      raw('bad credentials', 401),
      { kind: 'auth', outcome: 'rejected', message: /server behind the connection github/ },
    ],
    [
      'the connection is unknown',
      platformError(404, 'CONNECTION_DOES_NOT_EXIST', "Connection 'github' does not exist."),
      { kind: 'upstreamHttp', outcome: 'rejected', message: /no connection github.*--connection/ },
    ],
    ['the message is too large (F13)', raw('too big', 413), { kind: 'tooLarge', outcome: 'rejected' }],
    [
      'another address is named (T168)',
      raw('', 307, { location: 'http://127.0.0.1:1/' }),
      { kind: 'upstreamHttp', outcome: 'rejected', data: { httpStatus: 307 } },
    ],
    [
      'it says no',
      raw('no', 400),
      { kind: 'upstreamHttp', outcome: 'rejected', message: /said: no/, data: { httpStatus: 400 } },
    ],
    ['it conflicts', raw('', 409), { kind: expect.any(String), outcome: 'unknown', data: { httpStatus: 409 } }],
  ])('%s', async (_what, reply, expected) => {
    const { bridge, of } = await startScripted({ 'tools/call': () => reply });
    expectBridgeError(await bridge.call(1, 'tools/call'), expected);
    expect(of('tools/call')).toHaveLength(1);
  });
});

describe('who is not logged in to the connection gets the page for it, never an address that a server wrote (T174)', () => {
  test.each<[string, CannedReply]>([
    ['as a refusal', platformError(401, 'UNAUTHENTICATED', NOT_LOGGED_IN)],
    ['under status 200', platformError(200, 'UNAUTHENTICATED', NOT_LOGGED_IN)],
    ['as a revoked login', platformError(400, 'BAD_REQUEST', REVOKED)],
  ])('%s', async (_what, reply) => {
    const { bridge, workspace } = await startScripted({ 'tools/call': () => reply });
    const answer = await bridge.call(1, 'tools/call');
    const url = `${workspace.host}/explore/connections/${CONNECTION}`;
    expectBridgeError(answer, { kind: 'connectionLogin', outcome: 'rejected', data: { url } });
    expect(answer.error?.message).toContain(url);
    expect(JSON.stringify(answer)).not.toContain('evil.example');
  });

  test('inside a JSON-RPC error', async () => {
    const inner = JSON.stringify({ error_code: 'UNAUTHENTICATED', message: NOT_LOGGED_IN });
    const { bridge, workspace } = await startScripted({ initialize: (call) => rpcError(call, -32600, inner) });
    const url = `${workspace.host}/explore/connections/${CONNECTION}`;
    expectBridgeError(await bridge.initialize(), { kind: 'connectionLogin', outcome: 'rejected', data: { url } });
  });
});

describe('429 (T101)', () => {
  test('a call is sent again once the wait that was asked for is over', async () => {
    const { bridge, of } = await startScripted({
      'tools/call': (call, nth) => (nth === 1 ? raw('slow down', 429, { 'Retry-After': '1' }) : result(call)),
    });
    const since = performance.now();
    expect(await bridge.call(1, 'tools/call')).toHaveProperty('result');
    expect(performance.now() - since).toBeGreaterThan(900);
    expect(of('tools/call')).toHaveLength(2);
  });

  test.each([
    ['the server', raw('slow down', 429, { 'Retry-After': '3600' })],
    ['the workspace', platformError(429, 'REQUEST_LIMIT_EXCEEDED', 'slow down', { 'Retry-After': '3600' })],
  ])('a wait beyond the budget that %s asks for is told, not made', async (_who, reply) => {
    const { bridge, of } = await startScripted({ 'tools/call': () => reply });
    expectBridgeError(await bridge.call(1, 'tools/call'), {
      kind: 'rateLimited',
      outcome: 'rejected',
      data: { httpStatus: 429, retryAfterMs: 3_600_000, attempts: 1 },
    });
    expect(of('tools/call')).toHaveLength(1);
  });

  test.each([
    ['no wait', undefined],
    ['a wait that is no number and no date', 'soon'],
    ['a negative wait', '-5'],
  ])('with %s a call is sent again once', async (_what, retryAfter) => {
    const { bridge, of } = await startScripted({
      'tools/call': () => raw('slow down', 429, retryAfter === undefined ? {} : { 'Retry-After': retryAfter }),
    });
    expectBridgeError(await bridge.call(1, 'tools/call'), {
      kind: 'rateLimited',
      outcome: 'rejected',
      data: { attempts: 2 },
    });
    expect(of('tools/call')).toHaveLength(2);
  });
});

test.each([301, 302, 303, 307, 308])(
  'a redirect (%i) is not followed, and told with its address (T168, T213)',
  async (code) => {
    const target = await startScripted();
    const secret = 'canary-of-the-query';
    const location = `${target.workspace.host.replace('//', `//${secret}@`)}/mcp/?key=${secret}#${secret}`;
    const { bridge } = await startScripted({ 'tools/call': () => raw('<html>moved</html>', code, { location }) });
    const answer = await bridge.call(1, 'tools/call');
    expectBridgeError(answer, { kind: 'upstreamHttp', outcome: 'rejected', data: { httpStatus: code } });
    const { message = '' } = answer.error ?? {};
    expect(message).toContain(`redirect (status ${code}) to ${target.workspace.host}/mcp/?…`);
    for (const setting of ['workspace host', 'host and base path of the connection', '--path']) {
      expect(message).toContain(setting);
    }
    expect(message + bridge.stderr).not.toContain(secret);
    expect(target.calls).toEqual([]);
  },
);

test('a redirect without an address, and one with a long page, are told too (T213)', async () => {
  const { bridge } = await startScripted({
    'tools/call': (_call, nth) =>
      nth === 1 ? raw('', 307) : raw('x'.repeat(100_000), 308, { location: '/elsewhere?key=canary' }),
  });
  const [bare, long] = [await bridge.call(1, 'tools/call'), await bridge.call(2, 'tools/call')];
  for (const answer of [bare, long]) expectBridgeError(answer, { kind: 'upstreamHttp', outcome: 'rejected' });
  expect(bare.error?.message).toMatch(/status 307.*workspace host.*--path/);
  expect(long.error?.message).toMatch(/status 308\) to \/elsewhere\?…, .*workspace host.*--path/);
});

describe('a message beyond what the route carries is refused here (F16)', () => {
  /** A request whose envelope has exactly so many bytes. */
  async function envelopeOf(bytes: number) {
    const { bridge, calls } = await startScripted();
    const request = (filler: string) => `{"jsonrpc":"2.0","id":1,"method":"tools/call","params":{"s":"${filler}"}}`;
    bridge.send(request(''));
    await bridge.answer(1);
    const emptyBytes = Buffer.byteLength(calls[0]?.outer.body ?? '');
    bridge.send(request('x'.repeat(bytes - emptyBytes)).replace('"id":1', '"id":2'));
    return { answer: await bridge.answer(2), calls };
  }
  const LIMIT_BYTES = 4 * 1024 * 1024;

  test('at the limit it is carried', async () => {
    const { answer, calls } = await envelopeOf(LIMIT_BYTES);
    expect(answer).toHaveProperty('result');
    expect(calls[1]?.outer.headers['content-length']).toBe(String(LIMIT_BYTES));
  });

  test('one byte more is not sent', async () => {
    const { answer, calls } = await envelopeOf(LIMIT_BYTES + 1);
    expectBridgeError(answer, { kind: 'tooLarge', outcome: 'not_sent' });
    expect(calls).toHaveLength(1);
  });
});

test('a connection whose server cannot be reached is named, and the outcome is unknown', async () => {
  const { bridge } = await startSandboxed({
    onCall: () =>
      platformError(502, 'BAD_REQUEST', 'Failed request to https://api.githubcopilot.com/mcp. Error: timeout'),
  });
  const answer = await bridge.call(1, 'tools/call');
  expectBridgeError(answer, { kind: 'outcomeUnknown', outcome: 'unknown', message: /github_sandbox did not reach/ });
});

test.each([
  ['said nothing', raw('', 400), /said nothing\. [A-Z]/],
  ['ends without a full stop', raw('no', 400), /said: no\. [A-Z]/],
  ['ends with one', raw('No.', 400), /said: No\. [A-Z]/],
])('cause and next step are two sentences where the refusal %s', async (_what, reply, message) => {
  const { bridge } = await startScripted({ 'tools/call': () => reply });
  expect((await bridge.call(1, 'tools/call')).error?.message).toMatch(message);
});

test("the platform's name for the request is handed on", async () => {
  const { bridge } = await startScripted({ 'tools/call': () => raw('no', 400, { 'x-request-id': 'r-42' }) });
  expect((await bridge.call(1, 'tools/call')).error?.data).toMatchObject({ requestId: 'r-42' });
});

test.each([
  ['plain', TOKEN],
  ['in a URL', encodeURIComponent(TOKEN)],
  ['in base64', Buffer.from(TOKEN).toString('base64')],
])('a token that a server echoes, %s, is taken out of what we say (T164)', async (_what, echoed) => {
  const { bridge } = await startScripted({ 'tools/call': () => raw(`you sent ${echoed}, which is wrong`, 400) });
  const { error } = await bridge.call(1, 'tools/call');
  expect(error?.message).toMatch(/you sent \[redacted\]/);
  expect(bridge.stderr).not.toContain(echoed.replace(/=+$/, ''));
});

test.each([
  ['alone', TOKEN],
  ['as it was sent', `Bearer ${TOKEN}`],
])('a token that comes back %s as the name of the request is not handed on (T161, T164)', async (_what, name) => {
  const { bridge } = await startScripted({
    'tools/call': () => raw('no', 400, { 'x-request-id': name }),
    'tools/list': () => platformError(403, 'PERMISSION_DENIED', 'no', { 'x-request-id': name }),
  });
  for (const method of ['tools/call', 'tools/list']) {
    const { error } = await bridge.call(method, method);
    expect(JSON.stringify(error)).not.toContain(TOKEN);
  }
});

test.each([
  ['token', TOKEN],
  ['session id', SESSION_ID],
])('a %s that is quoted in part loses that part too, wherever it is cut (T161, T163)', async (_what, secret) => {
  // The quotation ends somewhere within these lengths: each of them cuts the secret elsewhere.
  const lengths = Array.from({ length: 60 }, (_, index) => 190 + index);
  const { bridge } = await startScripted({
    'tools/call': (_call, nth) => raw(`${'x'.repeat(lengths[nth - 1] ?? 0)} ${secret}`, 400),
  });
  await bridge.initialize();
  for (const length of lengths) {
    const { error } = await bridge.call(length, 'tools/call');
    expect(error?.message).toMatch(/x{100}/);
    expect(error?.message).not.toContain(secret.slice(0, 8));
  }
  expect(bridge.stderr).not.toContain(secret.slice(0, 8));
});
