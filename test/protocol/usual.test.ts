import { beforeAll, describe, expect, it } from 'vitest';
import { readIncoming } from '../../src/protocol/incoming.ts';
import { peek } from '../../src/protocol/message.ts';
import { bytesOf } from '../../src/protocol/raw-text.ts';
import { readUsualAnswer } from '../../src/protocol/usual-answer.ts';
import { readUsual } from '../../src/protocol/usual-message.ts';

const encoded = (text: string): Uint8Array => new TextEncoder().encode(text);
const PING = '{"jsonrpc":"2.0","id":1,"method":"ping"}';
const LONG = '漢'.repeat(50_000);
const VERSION = '"io.modelcontextprotocol/protocolVersion":"2026-07-28"';

// The first texts of a process are left to JSON.parse.
beforeAll(() => {
  for (let i = 0; i < 3; i++) expect(readUsual(encoded(PING))).toBeUndefined();
});

describe('a usual message', () => {
  it.each([
    PING,
    '{"jsonrpc":"2.0","id":"ä","method":"tools/call","params":{"name":"é","arguments":{"x":1}}}',
    ' { "method" : "漢字" , "params" : { "_meta" : { "progressToken" : 1 } } , "id" : -12 , "jsonrpc" : "2.0" } ',
    '{"jsonrpc":"2.0","id":"\\"\\u0000","method":"a"}',
    '{"jsonrpc":"2.0","method":"notifications/initialized"}',
    '{"jsonrpc":"2.0","method":"notifications/cancelled","params":{"requestId":1,"_meta":[]}}',
    `{"jsonrpc":"2.0","id":123456789012345,"method":"tools/call","params":{"a":"${LONG}"}}`,
  ])('is read from its bytes as from its text: %.80s (T007, T030)', (text) => {
    expect({ ...readUsual(encoded(text)) }).toEqual(peek(text));
  });

  it.each([
    ...['{"jsonrpc":"2.0","id":1.0,"method":"a"}', '{"jsonrpc":"2.0","id":1234567890123456,"method":"a"}'],
    ...['{"jsonrpc":"2.0","id":null,"method":"a"}', '{"jsonrpc":"2.0","id":[],"method":"a"}', '[]', '{', '{"a":1}'],
    ...['{"jsonrpc":"2.0","id":1,"method":"a\\n"}', '{"jsonrpc":"2.0","id":1,"method":2}', '{"jsonrpc":"2.0","id":1}'],
    ...['{"jsonrpc":"2.0","id":1,"method":"a","id":2}', '{"jsonrpc":"2.0","id":1,"method":"a","result":{}}'],
    ...['{"jsonrpc":"2.1","id":1,"method":"a"}', '{"jsonrpc":2.0,"id":1,"method":"a"}', '{"id":1,"method":"a"}'],
    `{"jsonrpc":"2.0","id":1,"method":"a","params":{"x":{},"_meta":{${VERSION}}}}`,
    `{"jsonrpc":"2.0","id":1,"method":"a","params":{"_meta":{${VERSION}},"_meta":{}}}`,
  ])('has nothing unusual in it: %s', (text) => {
    expect(readUsual(encoded(text))).toBeUndefined();
  });

  it('looks for what says the version in its parameters only', () => {
    const text = `{"jsonrpc":"2.0","params":{"a":{"_meta":{${VERSION}}}},"id":1,"method":"a"}`;
    expect(readUsual(encoded(text))).toEqual(peek(text));
  });

  it('keeps the bytes of a long text, and of a short one nothing but the text', () => {
    const bytes = encoded(`{"jsonrpc":"2.0","id":1,"method":"a","params":{"a":"${LONG}"}}`);
    expect(bytesOf(readUsual(bytes) ?? {})).toBe(bytes);
    expect(bytesOf(readUsual(encoded(PING)) ?? {})).toBeUndefined();
  });
});

describe('what holds a long text', () => {
  const text = `{"jsonrpc":"2.0","id":1,"method":"a","params":{"a":"${LONG}"}}`;

  it('has it whenever it is read, and its bytes also then', () => {
    const message = readUsual(encoded(text));
    expect([message?.text, message?.text]).toEqual([text, text]);
    expect(bytesOf(message ?? {})).toEqual(encoded(text));
  });

  it('gives a copy of itself the text alone, so that a change can never go out unchanged', () => {
    const copy = { ...readUsual(encoded(text)) };
    expect(bytesOf(copy)).toBeUndefined();
    expect(Object.getOwnPropertyDescriptor(copy, 'text')).toMatchObject({ value: text, writable: true });
    expect(bytesOf({ ...copy, text: 'changed' })).toBeUndefined();
  });
});

describe('a usual answer', () => {
  it.each([
    '{"jsonrpc":"2.0","id":1,"result":{}}',
    '{"result":{"tools":[{"name":"é"}]},"id":"漢","jsonrpc":"2.0"}',
    '{"jsonrpc":"2.0","id":null,"result":[1,2]}',
    '{"jsonrpc":"2.0","result":null}',
    `{"jsonrpc":"2.0","id":1,"result":{"a":"${LONG}"}}`,
  ])('is read from its bytes as from its text: %.80s (T007, T043)', (text) => {
    expect([{ ...readUsualAnswer(encoded(text)) }]).toEqual(readIncoming(text));
  });

  it.each([
    ...['{"jsonrpc":"2.0","id":1,"error":{"code":1,"message":"a"}}', '{"jsonrpc":"2.0","id":1,"result":{}} x'],
    ...['{"jsonrpc":"2.0","id":1,"result":{},"error":null}', '{"jsonrpc":"2.0","id":1,"id":1,"result":{}}'],
    ...['{"jsonrpc":"2.0",\n"id":1,"result":{}}', '{"jsonrpc":"2.0","id":1,"result":"\u2028"}', '{"jsonrpc":"2.0"}'],
    ...['{"jsonrpc":"2.00","id":1,"result":{}}', '[{"jsonrpc":"2.0","id":1,"result":{}}]', '{"id":1,"result":{}}'],
  ])('has nothing unusual in it: %s (T040)', (text) => {
    expect(readUsualAnswer(encoded(text))).toBeUndefined();
  });
});
