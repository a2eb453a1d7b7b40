import { describe, expect, it } from 'vitest';
import { readIncoming } from '../../src/protocol/incoming.ts';
import { judge, sniff } from '../../src/protocol/reply.ts';

describe('sniff', () => {
  it.each([
    ['', 'empty'],
    [' \r\n', 'empty'],
    [' {"a":1}', 'json'],
    ['[1]', 'json'],
    ['data: {}', 'sse'],
    ['event: message\ndata: {}', 'sse'],
    [': keep-alive\n\n', 'sse'],
    ['id: 1\n', 'sse'],
    ['retry: 5\n', 'sse'],
    ['data\n\n', 'sse'],
    ['database error', 'text'],
    ['<html>', 'text'],
    ['Unauthorized', 'text'],
  ])('takes %j for %s, whatever its content type (T105, T106)', (start, kind) => {
    expect(sniff(start)).toBe(kind);
  });
});

const bodyOf = (text: string) => ({ messages: readIncoming(text), text: () => text });

describe('judge', () => {
  const gone = (status: number, text: string, callClass: 'safe' | 'effects' = 'effects', sessionSent = true) =>
    judge({ status, ...bodyOf(text), sessionSent, callClass, ids: ['1'] }).is === 'session-gone';
  const error = (code: number, message: string) =>
    JSON.stringify({ jsonrpc: '2.0', id: null, error: { code, message } });

  it.each([
    [404, 'session not found\n'],
    [404, ''],
    [404, error(-32001, 'Session not found')],
    [200, error(-32001, 'Session not found')],
    [200, 'session not found\n'],
    [400, error(-32000, 'Bad Request: No valid session ID provided')],
    [400, error(-32000, 'Bad Request: Server not initialized')],
  ])('sees a lost session in %i %s, for every call (T064, T069)', (status, text) => {
    expect(gone(status, text)).toBe(true);
    expect(gone(status, text, 'effects', false)).toBe(false);
  });

  it.each([
    [400, 'Invalid session ID'],
    [400, error(-32000, 'Bad Request: invalid session')],
    [400, 'invalid or expired session'],
  ])('sees one in %i %s, which is said before anything runs (T069)', (status, text) => {
    expect(gone(status, text, 'effects')).toBe(true);
    expect(gone(status, text, 'effects', false)).toBe(false);
  });

  it.each([
    [200, error(-32603, 'Invalid or expired session')],
    [200, error(-30001, 'SessionId was not found or has expired')],
  ])('sees one in %i %s only for calls that do no harm (T069)', (status, text) => {
    expect(gone(status, text, 'safe')).toBe(true);
    expect(gone(status, text, 'effects')).toBe(false);
  });

  it.each([
    [404, error(-32601, 'Method not found')],
    [404, '<html>Not Found</html>'],
    [200, error(-32602, 'the session of the user is closed')],
    [400, error(-32602, 'bad arguments')],
    [500, 'session store down'],
    [200, '{"jsonrpc":"2.0","id":1,"result":{"text":"session not found"}}'],
  ])('does not see one in %i %s (T068)', (status, text) => {
    expect(gone(status, text)).toBe(false);
    expect(gone(status, text, 'safe')).toBe(false);
  });

  it("reads GitHub's words for an unknown method (T055)", () => {
    const text = 'JSON RPC not handled: "foo/bar" unsupported\n';
    expect(judge({ status: 400, ...bodyOf(text), sessionSent: true, callClass: 'safe', ids: ['1'] })).toEqual({
      is: 'no-such-method',
    });
  });
});
