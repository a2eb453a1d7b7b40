import { describe, expect, test } from 'vitest';
import { expectBridgeError } from '../support/bridge-error.ts';
import { raw, result } from '../support/canned.ts';
import { startScripted } from '../support/scripted.ts';
import type { Seen } from '../support/seen.ts';

const rpc = (code: number, message: string, id = 'null') =>
  `{"jsonrpc":"2.0","id":${id},"error":{"code":${code},"message":"${message}"}}`;

/** The Java SDK writes an McpError with all that an exception has. */
const javaException = JSON.stringify({
  cause: null,
  stackTrace: Array.from({ length: 60 }, (_, line) => ({
    moduleName: 'java.base',
    fileName: 'ThreadPoolExecutor.java',
    lineNumber: line,
    className: 'java.util.concurrent.ThreadPoolExecutor',
    methodName: 'runWorker',
  })),
  jsonRpcError: null,
  message: 'Session not found: 4711',
  suppressed: [],
  localizedMessage: 'Session not found: 4711',
});

/** Each as a server or gateway writes it, with the status that it has where the route shows that. */
const FORMS: readonly (readonly [by: string, status: number, body: string])[] = [
  ['TypeScript SDK', 404, rpc(-32001, 'Session not found')],
  ['TypeScript example', 400, rpc(-32000, 'Bad Request: No valid session ID provided')],
  ['TypeScript SDK, restarted', 400, rpc(-32000, 'Bad Request: Server not initialized')],
  ['TypeScript, Express', 400, 'Invalid or missing session ID'],
  ['Python SDK', 404, rpc(-32600, 'Session has been terminated', '"server-error"')],
  ['Python SDK, manager', 404, rpc(-32600, 'Session not found', '"server-error"')],
  ['Python SDK, text', 400, 'Bad Request: No valid session ID provided'],
  ['Go SDK', 404, 'session not found\n'],
  ['mcp-go', 400, 'Invalid session ID'],
  ['mcp-go, terminated', 404, 'Session terminated'],
  ['Rust SDK', 401, 'Unauthorized: Session not found'],
  ['Rust SDK, later', 404, 'Not Found: Session not found'],
  ['C# SDK', 404, rpc(-32001, 'Session not found', '""')],
  ['Java SDK', 404, '{"code":-32603,"message":"Session not found: 4711"}'],
  ['Java SDK, exception', 404, javaException],
  ['PHP SDK', 404, rpc(-32600, 'Session not found or has expired.', '""')],
  ['FastAPI', 404, '{"detail":"Session not found"}'],
  ['FastAPI, 400', 400, '{"detail":"Invalid session ID"}'],
  ['gateway, 403', 403, 'Forbidden: Session not found'],
  ['gateway, 410', 410, 'Session expired'],
  ['gateway, JSON', 401, '{"error":"session_not_found"}'],
  ['gateway, error object', 404, '{"error":{"code":404,"message":"Unknown session"}}'],
];

describe.each(['shown', 'hidden'] as const)('with the status %s', (route) => {
  test.each(FORMS)('%s, %i: one new session and one repetition of a tool call (T210)', async (_by, status, body) => {
    const { bridge, of } = await startScripted({
      'tools/call': (call, nth) => (nth === 1 ? raw(body, route === 'shown' ? status : 200) : result(call, 'done')),
    });
    await bridge.initialize();
    expect(await bridge.call(1, 'tools/call')).toHaveProperty('result', 'done');
    expect(of('initialize')).toHaveLength(2);
    expect(of('tools/call')).toHaveLength(2);
  });
});

describe('what is not a lost session', () => {
  const UNAUTHORIZED = '{"error":"invalid_token","error_description":"The access token expired"}';

  test.each<[string, number, string]>([
    ['a refused credential', 401, UNAUTHORIZED],
    ['a login that has expired', 401, 'Unauthorized: session expired, log in again'],
    ['an expired session under 401', 401, 'Session expired'],
  ])('%s stays one (T210)', async (_what, status, body) => {
    const { bridge, of } = await startScripted({ 'tools/call': () => raw(body, status) });
    await bridge.initialize();
    expectBridgeError(await bridge.call(1, 'tools/call'), { kind: 'auth', outcome: 'rejected' });
    expect(of('initialize')).toHaveLength(1);
  });

  test.each<[string, (call: Seen) => string]>([
    ['an error of a tool about a session of its own', ({ id }) => rpc(-32600, 'Session not found', id)],
    ['another error with its id', ({ id }) => rpc(-32603, 'Invalid or expired session', id)],
  ])('%s is handed on, and the call is not repeated (T210)', async (_what, body) => {
    const { bridge, of } = await startScripted({ 'tools/call': (call) => raw(body(call)) });
    await bridge.initialize();
    expect(await bridge.call(1, 'tools/call')).toHaveProperty('error.message', expect.stringMatching(/session/i));
    expect(of('tools/call')).toHaveLength(1);
    expect(of('initialize')).toHaveLength(1);
  });
});
