/** The table of limits in SECURITY.md, the module that has their values, and the code that keeps them. */

import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { readIncoming } from '../src/protocol/incoming.ts';
import * as limits from '../src/protocol/limits.ts';
import { peek } from '../src/protocol/message.ts';
import { nextCursor } from '../src/protocol/tool-headers.ts';
import { Budget, NoRoom } from '../src/relay/budget.ts';
import { Correlation } from '../src/relay/correlation.ts';
import { ServerRequests } from '../src/relay/server-requests.ts';
import { mayKeep } from '../src/relay/tools.ts';
import { REQUIREMENTS } from './requirements/requirements.ts';
import { HandClock } from './support/hand-clock.ts';

const SECURITY = readFileSync(new URL('../SECURITY.md', import.meta.url), 'utf8');

const rows = [...SECURITY.matchAll(/^\|[^|]+\|[^|]+\| (\d+) \|[^|]+\| `([A-Z_]+)` \| ([T\d, ]+) \|$/gm)].map(
  ([, value, name, ids = '']) => ({ name: name ?? '', value: Number(value), ids: ids.split(', ') }),
);

describe('the table of limits', () => {
  it('has a row for each limit, with its value', () => {
    expect(Object.fromEntries(rows.map(({ name, value }) => [name, value]))).toEqual({ ...limits });
    expect(rows).toHaveLength(Object.keys(limits).length);
  });

  it.each(rows)('names requirements for $name that tests hold', ({ ids }) => {
    for (const id of ids) {
      const requirement = REQUIREMENTS.find((candidate) => candidate.id === id);
      expect(requirement).toMatchObject({ id });
      expect(requirement?.planned).not.toBe(true);
    }
  });
});

describe('a limit', () => {
  it('is inclusive for the messages of a batch (T228)', () => {
    const batch = (count: number) => `[${'{"jsonrpc":"2.0","method":"a"},'.repeat(count).slice(0, -1)}]`;
    expect(peek(batch(limits.BATCH_LIMIT)).kind).toBe('batch');
    expect(peek(batch(limits.BATCH_LIMIT + 1)).kind).toBe('refused');
  });

  it('is inclusive for the id of a request of the server (T228, T247)', () => {
    const asked = (chars: number) => readIncoming(`{"jsonrpc":"2.0","method":"a","id":"${'i'.repeat(chars - 2)}"}`);
    expect(asked(limits.KEPT_TEXT_CHARS)).toHaveLength(1);
    expect(asked(limits.KEPT_TEXT_CHARS + 1)).toBeUndefined();
  });

  it('is inclusive for a cursor (T228, T247)', () => {
    const cursor = (chars: number) => nextCursor(`{"result":{"nextCursor":"${'c'.repeat(chars - 2)}"}}`);
    expect(cursor(limits.CURSOR_CHARS)).toHaveLength(limits.CURSOR_CHARS);
    expect(cursor(limits.CURSOR_CHARS + 1)).toBeUndefined();
  });

  it('is inclusive for the tools of which something is kept (T228, T247)', () => {
    const known = new Map(Array.from({ length: limits.KEPT_TOOLS - 1 }, (_, nth) => [String(nth), nth]));
    expect(mayKeep(known, 'one more')).toBe(true);
    known.set('one more', 0);
    expect(mayKeep(known, 'another')).toBe(false);
    expect(mayKeep(known, 'one more')).toBe(true);
    expect(mayKeep(new Map(), 'n'.repeat(limits.KEPT_TEXT_CHARS + 1))).toBe(false);
  });

  it('is inclusive for responses to other requests (T228, T244)', () => {
    const correlation = new Correlation('1');
    const foreign = { kind: 'answer', id: '2', text: '{}', error: undefined } as const;
    for (let nth = 0; nth < limits.FOREIGN_RESPONSES; nth++) correlation.take(foreign);
    expect(() => correlation.take(foreign)).toThrow();
  });

  it('holds for a single response to another request by its own size only (T244)', () => {
    const correlation = new Correlation('1');
    const text = ' '.repeat(limits.FOREIGN_RESPONSE_CHARS + 1);
    correlation.take({ kind: 'answer', id: '2', text, error: undefined });
    expect(() => correlation.take({ kind: 'answer', id: '3', text: '{}', error: undefined })).toThrow();
  });

  it('is inclusive for refusals, which are possible again after a while (T228, T251)', () => {
    const clock = new HandClock();
    const asked = new ServerRequests(clock);
    for (let nth = 0; nth < limits.OPEN_SERVER_REQUESTS; nth++) expect(asked.admit(`${nth}`)).toBeUndefined();
    for (let nth = 0; nth < limits.REFUSALS_AT_ONCE; nth++) expect(asked.admit('"more"')).toBeDefined();
    expect(() => asked.admit('"more"')).toThrow(/goes on sending requests/);
    clock.advance(1_000);
    for (let nth = 0; nth < limits.REFUSALS_PER_SECOND; nth++) expect(asked.admit('"more"')).toBeDefined();
    expect(() => asked.admit('"more"')).toThrow();
    clock.advance(limits.SERVER_REQUEST_MS + 1);
    expect(asked.admit('"later"')).toBeUndefined();
  });

  it('is inclusive for a total: one call goes on in the reserve, another one waits (T228, T255)', async () => {
    const clock = new HandClock();
    const budget = new Budget(clock, { sharedBytes: 10, reserveBytes: 5 });
    const [first, second, third] = [1, 2, 3].map(() => budget.open(new AbortController().signal));
    expect(first?.grow(limits.FREE_BYTES + 10)).toBeUndefined();
    expect(first?.grow(5)).toBeUndefined();
    expect(second?.grow(limits.FREE_BYTES)).toBeUndefined();
    const room = second?.grow(1);
    expect(room).toBeDefined();
    first?.handedOn();
    await room;
    expect(third?.grow(limits.FREE_BYTES + 9)).toBeUndefined();
    expect(third?.grow(5)).toBeUndefined();
    const refused = expect(second?.grow(1)).rejects.toThrow(NoRoom);
    clock.advance(limits.ROOM_WAIT_MS);
    await refused;
  });
});
