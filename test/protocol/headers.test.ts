import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { eraOf } from '../../src/protocol/era.ts';
import { headersFor, headerValue } from '../../src/protocol/headers.ts';
import { type Message, peek } from '../../src/protocol/message.ts';
import { type Session, UNOPENED } from '../../src/protocol/session.ts';

const OPEN: Session = { at: 'open', generation: 1, handshake: { initialize: '' }, version: '2025-11-25', id: 's1' };
const ALWAYS = { 'Content-Type': 'application/json', Accept: 'application/json, text/event-stream' };

const legacy = (method: string) => peek(`{"jsonrpc":"2.0","id":1,"method":"${method}"}`) as Message;
const modern = (method: string, params: object) =>
  peek(
    JSON.stringify({
      jsonrpc: '2.0',
      id: 1,
      method,
      params: { ...params, _meta: { 'io.modelcontextprotocol/protocolVersion': '2026-07-28' } },
    }),
  ) as Message;

describe('headersFor', () => {
  it('gives a legacy message the version and the session of the handshake (T051, T061)', () => {
    expect(headersFor(legacy('ping'), OPEN)).toEqual({
      ...ALWAYS,
      'MCP-Protocol-Version': '2025-11-25',
      'Mcp-Session-Id': 's1',
    });
  });

  it('gives no session id where the server keeps none, and nothing at all before the handshake (T062)', () => {
    expect(headersFor(legacy('ping'), { ...OPEN, id: undefined })).toEqual({
      ...ALWAYS,
      'MCP-Protocol-Version': '2025-11-25',
    });
    expect(headersFor(legacy('initialize'), UNOPENED)).toEqual(ALWAYS);
  });

  it.each([
    ['tools/call', { name: 'get_me' }, 'get_me'],
    ['prompts/get', { name: 'p' }, 'p'],
    ['resources/read', { uri: 'repo://a/b' }, 'repo://a/b'],
    ['tasks/get', { taskId: 't' }, 't'],
    ['tasks/update', { taskId: 't' }, 't'],
    ['tasks/cancel', { taskId: 't' }, 't'],
    ['tools/list', { name: 'x' }, undefined],
    ['tools/call', { name: 5 }, undefined],
    ['constructor', { name: 'x' }, undefined],
  ])('gives a modern %s of %o the name %s, and no session (T052)', (method, params, name) => {
    const message = modern(method, params);
    expect(eraOf(message)).toBe('modern');
    expect(headersFor(message, OPEN)).toEqual({
      ...ALWAYS,
      'MCP-Protocol-Version': '2026-07-28',
      'Mcp-Method': method,
      ...(name === undefined ? {} : { 'Mcp-Name': name }),
    });
  });
});

describe('headerValue', () => {
  it.each([
    ['get_me', 'get_me'],
    ['with space', 'with space'],
    ['', '=?base64??='],
    [' edge', '=?base64?IGVkZ2U=?='],
    ['edge\t', '=?base64?ZWRnZQk=?='],
    ['größe', '=?base64?Z3LDtsOfZQ==?='],
    ['日本', '=?base64?5pel5pys?='],
    ['a\r\nb', '=?base64?YQ0KYg==?='],
    ['=?base64?eA==?=', '=?base64?PT9iYXNlNjQ/ZUE9PT89?='],
    ['\ud800', '=?base64?77+9?='],
  ])('writes %j as %s (T052)', (text, expected) => {
    expect(headerValue(text)).toBe(expected);
  });

  it('can always stand in a header, and gives the text back', () => {
    fc.assert(
      fc.property(fc.string({ unit: 'binary' }), (text) => {
        const value = headerValue(text);
        expect(value).toMatch(/^[\t\x20-\x7e]*$/);
        const [, base64] = /^=\?base64\?(.*)\?=$/.exec(value) ?? [];
        expect(base64 === undefined ? value : Buffer.from(base64, 'base64').toString()).toBe(text.toWellFormed());
      }),
    );
  });
});
