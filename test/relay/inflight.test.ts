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

  it('finds a string by another spelling of it, and never a number by one (T129)', () => {
    const inflight = new Inflight();
    const cafe = inflight.open(request(String.raw`"caf\u00e9"`));
    inflight.open(request('7'));
    const text = inflight.open(request('"5"'));
    expect(inflight.find('"café"')).toBe(cafe);
    expect(inflight.find(String.raw`"\u0063afé"`)).toBe(cafe);
    expect(inflight.find(String.raw`"\u0035"`)).toBe(text);
    for (const id of ['7.0', '70e-1', '"7"', '5', '"cafe"']) expect(inflight.find(id)).toBeUndefined();
    cafe.settle();
    expect(inflight.find('"café"')).toBeUndefined();
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
