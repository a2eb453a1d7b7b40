import { describe, expect, it } from 'vitest';
import { readIncoming } from '../../src/protocol/incoming.ts';
import { type Request, readMessage } from '../../src/protocol/message.ts';
import { bytesOf } from '../../src/protocol/message-bytes.ts';

const encoded = (text: string): Uint8Array => new TextEncoder().encode(text);
const text = `{"jsonrpc":"2.0","id":1,"method":"a","params":{"a":"${'漢'.repeat(50_000)}"}}`;
const read = () => readMessage(encoded(text)) as Request;

describe('a message with a long text', () => {
  it('has its text whenever it is read, and its bytes also then', () => {
    const message = read();
    expect([message.text, message.text]).toEqual([text, text]);
    expect(bytesOf(message)).toEqual(encoded(text));
  });

  it('gives a copy of itself the text alone, so that a change can never go out unchanged', () => {
    const copy = { ...read() };
    expect(bytesOf(copy)).toBeUndefined();
    expect(Object.getOwnPropertyDescriptor(copy, 'text')).toMatchObject({ value: text, writable: true });
    expect(bytesOf({ ...copy, text: 'changed' })).toBeUndefined();
  });

  it('holds a short text as a string only', () => {
    expect(bytesOf(readMessage(encoded('{"jsonrpc":"2.0","id":1,"method":"ping"}')) ?? {})).toBeUndefined();
  });

  it('holds the bytes of a response only if they are one line (T040)', () => {
    const long = '漢'.repeat(50_000);
    const response = (end: string) => encoded(`{"jsonrpc":"2.0","id":1,"result":"${long}${end}`);
    const isHeld = (end: string) => readIncoming(response(end))?.map((one) => bytesOf(one) !== undefined);
    expect(['"}', '"}\n', '\u2028"}'].map(isHeld)).toEqual([[true], [false], [false]]);
  });
});
