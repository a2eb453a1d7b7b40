import { describe, expect, it } from 'vitest';
import { advance, isSoundSessionId, type Session, type SessionEvent, UNOPENED } from '../../src/protocol/session.ts';

const handshake = { initialize: '{"method":"initialize"}' };
const opened = (id: string | undefined): SessionEvent => ({ type: 'opened', handshake, version: '2025-11-25', id });
const after = (...events: SessionEvent[]): Session => events.reduce(advance, UNOPENED);

describe('advance', () => {
  it('opens a session with or without an id (T061, T062)', () => {
    expect(after(opened('a'))).toMatchObject({ at: 'open', generation: 1, id: 'a' });
    expect(after(opened(undefined))).toMatchObject({ at: 'open', generation: 1, id: undefined });
  });

  it('loses the session that is open, and no other: a late refusal of an older one changes nothing (T067)', () => {
    expect(after(opened('a'), { type: 'rejected', generation: 1 })).toMatchObject({ at: 'lost', generation: 1 });
    const reopened = after(opened('a'), { type: 'rejected', generation: 1 }, opened('b'));
    expect(reopened).toMatchObject({ at: 'open', generation: 2, id: 'b' });
    expect(advance(reopened, { type: 'rejected', generation: 1 })).toBe(reopened);
  });

  it('is lost once, however many say so (T065)', () => {
    const lost = after(opened('a'), { type: 'rejected', generation: 1 });
    expect(advance(lost, { type: 'rejected', generation: 1 })).toBe(lost);
  });

  it("keeps the client's own notification for the next opening", () => {
    const session = after(opened('a'), { type: 'initialized', text: 'n' }, { type: 'rejected', generation: 1 });
    expect(session).toMatchObject({ at: 'lost', handshake: { ...handshake, initialized: 'n' } });
  });

  it('forgets everything with a new initialize (T063)', () => {
    expect(after(opened('a'), { type: 'closed' })).toEqual({ at: 'unopened', generation: 1 });
  });
});

describe('isSoundSessionId', () => {
  it.each([
    ['HHBAOU5PEQABEBMMLWXBAJLRWN', true],
    ['!~', true],
    ['', false],
    ['a b', false],
    ['a\r\nb', false],
    ['ä', false],
    ['x'.repeat(1024), true],
    ['x'.repeat(8192), false],
  ])('of %.30j is %s (T073)', (id, sound) => {
    expect(isSoundSessionId(id)).toBe(sound);
  });
});
