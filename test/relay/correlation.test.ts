import { describe, expect, it } from 'vitest';
import { readIncoming } from '../../src/protocol/incoming.ts';
import { Correlation } from '../../src/relay/correlation.ts';

/** What becomes of a body with these messages when the request had the id `sent`. */
function correlate(sent: string | undefined, ...texts: readonly string[]) {
  const correlation = new Correlation(sent);
  const messages = texts.flatMap((text) => readIncoming(text.replace(/}$/, ',"jsonrpc":"2.0"}')) ?? []);
  const taken = messages.map((incoming) => correlation.take(incoming));
  return [...taken, ...correlation.end()].flatMap((delivery) =>
    delivery ? [`${delivery.is}: ${delivery.line.replace(',"jsonrpc":"2.0"', '')}`] : [],
  );
}

describe('Correlation', () => {
  it.each([
    ['the id that was sent', '7', ['{"id":7,"result":1}'], ['answer: {"id":7,"result":1}']],
    [
      'a float of it',
      '9007199254740993',
      ['{"id":9007199254740992,"result":1}'],
      ['answer: {"id":9007199254740993,"result":1}'],
    ],
    ['another id, alone', '7', ['{"id":0,"result":1}'], ['answer: {"id":7,"result":1}']],
    ['null', '7', ['{"id":null,"error":{}}'], ['answer: {"id":7,"error":{}}']],
    ['no id', '7', ['{"error":{}}'], ['answer: {"id":7,"error":{}}']],
  ])('takes an answer with %s for the answer (T045, T046)', (_, sent, texts, expected) => {
    expect(correlate(sent, ...texts)).toEqual(expected);
  });

  it('hands on what the server says before the answer, in order', () => {
    expect(correlate('1', '{"method":"a"}', '{"method":"b","id":1}', '{"id":1,"result":0}', '{"method":"c"}')).toEqual([
      'server-message: {"method":"a"}',
      'server-message: {"method":"b","id":1}',
      'answer: {"id":1,"result":0}',
      'server-message: {"method":"c"}',
    ]);
  });

  it('takes the first of two answers; the second is a stray (T127)', () => {
    expect(correlate('1', '{"id":1,"result":"a"}', '{"id":1,"result":"b"}')).toEqual([
      'answer: {"id":1,"result":"a"}',
      'stray: {"id":1,"result":"b"}',
    ]);
  });

  it('leaves an answer for somebody else alone once its own was seen (T049)', () => {
    expect(correlate('1', '{"id":2,"result":"b"}', '{"id":1,"result":"a"}')).toEqual([
      'answer: {"id":1,"result":"a"}',
      'stray: {"id":2,"result":"b"}',
    ]);
  });

  it('takes nothing for an answer where nothing was asked (T060)', () => {
    expect(correlate(undefined, '{"id":1,"result":"a"}')).toEqual(['stray: {"id":1,"result":"a"}']);
  });
});
