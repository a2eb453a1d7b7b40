import { describe, expect, it } from 'vitest';
import { type Message, peek, type Request } from '../../src/protocol/message.ts';
import { Inflight } from '../../src/relay/inflight.ts';

const request = (id: string) => peek(`{"jsonrpc":"2.0","id":${id},"method":"ping"}`) as Message as Request;

describe('Inflight', () => {
  it('settles a request once, for whoever comes first', () => {
    const pending = new Inflight().open(request('1'));
    expect([pending.settle(), pending.settle()]).toEqual([true, false]);
  });

  it('takes ids for the text they are: 1, 1.0, "1", 0 and "__proto__" are five (T020)', () => {
    const inflight = new Inflight();
    const ids = ['1', '1.0', '"1"', '0', '"__proto__"'];
    const all = ids.map((id) => inflight.open(request(id)));
    expect(ids.map((id) => inflight.find(id))).toEqual(all);
    expect(inflight.find('"constructor"')).toBeUndefined();
  });

  it('keeps two requests with the same id apart (T047)', () => {
    const inflight = new Inflight();
    const first = inflight.open(request('1'));
    const second = inflight.open(request('1'));
    expect(inflight.find('1')).toBe(first);
    first.settle();
    expect(inflight.find('1')).toBe(second);
    inflight.close(first);
    expect(inflight.waiting()).toEqual([second]);
    inflight.close(second);
    expect(inflight.waiting()).toEqual([]);
  });
});
