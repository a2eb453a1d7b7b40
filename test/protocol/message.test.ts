import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { cancelledId, idOfTooLong, type Notification, peek, refuseBatch } from '../../src/protocol/message.ts';

const refusal = (text: string) => {
  const peeked = peek(text);
  return peeked.kind === 'refused' ? { rpc: peeked.problem.details.rpc, ids: peeked.ids } : peeked.kind;
};

describe('peek', () => {
  it.each(['0', '1', '-1', '1.0', '1e2', '9007199254740993', '""', '"a"', '"__proto__"', `"${'x'.repeat(10_000)}"`])(
    'keeps the id of a request as it was written: %.20s (T020)',
    (id) => {
      expect(peek(`{"jsonrpc":"2.0","id":${id},"method":"ping"}`)).toMatchObject({ kind: 'request', id });
    },
  );

  it.each(['null', '1.5', '{}', 'true', '[]', '1e-1'])('refuses the id %s, without an id (T019)', (id) => {
    expect(refusal(`{"jsonrpc":"2.0","id":${id},"method":"ping"}`)).toEqual({ rpc: -32600, ids: [] });
  });

  it.each([
    ['{not json', -32700, []],
    ['{"a":"\u0000"}', -32700, []],
    ['123', -32600, []],
    ['"x"', -32600, []],
    ['null', -32600, []],
    ['true', -32600, []],
    ['[]', -32600, []],
    ['{}', -32600, []],
    ['{"jsonrpc":"2.0","id":1}', -32600, ['1']],
    ['{"jsonrpc":"1.0","id":1,"method":"x"}', -32600, ['1']],
    ['{"id":1,"method":"x"}', -32600, ['1']],
    ['{"jsonrpc":"2.0","id":1,"method":5}', -32600, ['1']],
    ['{"jsonrpc":"2.0","id":1,"id":2,"method":"x"}', -32600, []],
    ['{"jsonrpc":"2.0","id":1,"method":"x","method":"y"}', -32600, ['1']],
    ['{"jsonrpc":"2.0","jsonrpc":"2.0","id":1,"method":"x"}', -32600, ['1']],
    ['{"jsonrpc":"2.0","jsonrpc":"2.0","id":1,"id":2,"method":"x"}', -32600, []],
    ['{"jsonrpc":"2.0","id":1,"Method":"x"}', -32600, ['1']],
    ['{"__proto__":{"method":"x"},"jsonrpc":"2.0","id":1}', -32600, ['1']],
    ['[1,2]', -32600, []],
    ['[{"jsonrpc":"2.0","id":1,"method":"a"},5]', -32600, ['1']],
    ['[{"jsonrpc":"2.0","id":1,"method":"initialize"}]', -32600, ['1']],
    ['[[{"jsonrpc":"2.0","id":1,"method":"a"}]]', -32600, []],
  ])('refuses %s (T007, T013, T016, T017, T018, T021, T036)', (text, rpc, ids) => {
    expect(refusal(text)).toEqual({ rpc, ids });
  });

  it.each([1_000, 5_000, 100_000, 1_000_000])('never overflows at a depth of %i (T026)', (depth) => {
    const text = `{"jsonrpc":"2.0","id":1,"method":"x","params":${'['.repeat(depth)}${']'.repeat(depth)}}`;
    expect(refusal(text)).toEqual(depth < 10_000 ? 'request' : { rpc: -32600, ids: [] });
  });

  it('reads a batch as one thing, and can say for whom it is refused (T017)', () => {
    const text =
      '[ {"jsonrpc":"2.0","id":1,"method":"a"},{"jsonrpc":"2.0","method":"b"}, {"jsonrpc":"2.0","id":"c","method":"d"}]';
    const batch = peek(text);
    if (batch.kind !== 'batch') throw new Error(batch.kind);
    expect(batch.text).toBe(text);
    expect(batch.messages.map(({ kind }) => kind)).toEqual(['request', 'notification', 'request']);
    expect(refuseBatch(batch)).toMatchObject({ ids: ['1', '"c"'], problem: { details: { rpc: -32600 } } });
  });

  it('drops an answer that is broken, and answers it with nothing (T022)', () => {
    expect(peek('{"jsonrpc":"2.0","id":1,"result":{},"error":{}}')).toMatchObject({ kind: 'dropped' });
    expect(peek('{"jsonrpc":"2.0","id":null,"result":{}}')).toMatchObject({ kind: 'dropped' });
    expect(peek('{"jsonrpc":"2.0","id":1,"result":{}}')).toMatchObject({ kind: 'response', id: '1' });
  });

  it('knows a modern message by the version in its _meta, and by nothing else', () => {
    const meta = (value: string) => `{"jsonrpc":"2.0","id":1,"method":"x","params":{"_meta":${value}}}`;
    const key = '"io.modelcontextprotocol/protocolVersion"';
    expect(peek(meta(`{${key}:"2026-07-28"}`))).toMatchObject({ modern: { version: '2026-07-28' } });
    for (const other of ['{}', 'null', '[]', `{${key}:7}`, `{"__proto__":{${key}:"2026-07-28"}}`]) {
      expect(peek(meta(other))).toMatchObject({ kind: 'request', modern: undefined });
    }
  });

  it('never changes what is forwarded, whatever it reads', () => {
    const value = fc.json();
    const member = fc.tuple(fc.constantFrom('params', 'x', '_meta', 'Method', '__proto__'), value);
    fc.assert(
      fc.property(fc.array(member, { maxLength: 4 }), fc.integer(), (extra, id) => {
        const rest = extra.map(([key, json]) => `,${JSON.stringify(key)}: ${json}`).join('');
        const text = `{"jsonrpc":"2.0", "id":${id},"method":"tools/call"${rest} }`;
        expect(peek(text)).toMatchObject({ kind: 'request', id: String(id), text });
      }),
    );
  });

  it('throws nothing, whatever the text', () => {
    const scrap = fc.constantFrom(
      '{',
      '}',
      '[',
      ']',
      '"',
      ':',
      ',',
      '1',
      'null',
      '\\',
      '"id"',
      '"method"',
      '"jsonrpc"',
      ' ',
    );
    fc.assert(
      fc.property(
        fc.oneof(
          fc.string({ unit: 'binary' }),
          fc.array(scrap).map((all) => all.join('')),
        ),
        (text) => {
          expect(peek(text)).toHaveProperty('kind');
        },
      ),
    );
  });
});

describe('idOfTooLong', () => {
  it.each([
    ['{"jsonrpc":"2.0","id":7,"method":"x","params":{"a":"', 'aaa"}}', '7'],
    ['{"method":"tools/call","params":{"a":"', 'aaa"},"jsonrpc":"2.0","id":"z"}', '"z"'],
    ['{"method":"x","params":{"a":"', '"},"id":3,"jsonrpc":"2.0"} ', '3'],
    ['{"method":"x","params":{"id":5,"a":"', '"}}', undefined],
    ['{"method":"x","params":{"a":"', '\\"id\\":5}"}}', undefined],
    ['{"x\\"id":5,"method":"x","params":{"a":"', '"}}', undefined],
    ['{"method":"x","params":{"a":"', '"},"x\\"id":5}', undefined],
    ['{"jsonrpc":"2.0","id":7,"result":{"a":"', '"}}', undefined],
    ['{"method":"x","params":{"a":{"id":5}}', '"b":{"id":6}}}', undefined],
  ])('of %s…%s is %s (T023)', (head, tail, id) => {
    expect(idOfTooLong(head, tail)).toBe(id);
  });
});

describe('cancelledId', () => {
  it.each(['0', '""', '9007199254740993', '1.0'])('is the raw text: %s (T129)', (id) => {
    const text = `{"jsonrpc":"2.0","method":"notifications/cancelled","params":{"requestId":${id}}}`;
    expect(cancelledId(peek(text) as Notification)).toBe(id);
  });
});
