import { describe, expect, it } from 'vitest';
import { ServerRequests } from '../../src/relay/server-requests.ts';
import { ModelClock } from '../model/clock.ts';

const MOST_OPEN = 64;
const TEN_MINUTES_MS = 600_000;

/** As many questions as there may be, none of them answered. */
function full(idOf: (nth: number) => string = String): { asked: ServerRequests; clock: ModelClock } {
  const clock = new ModelClock();
  const asked = new ServerRequests(clock);
  for (let nth = 0; nth < MOST_OPEN; nth++) expect(asked.admit(idOf(nth))).toBeUndefined();
  expect(asked.admit('"one more"')).toMatchObject({ kind: 'response', id: '"one more"' });
  return { asked, clock };
}

describe('a question of the server that nobody answers', () => {
  it('is forgotten after ten minutes, and not before (T229)', () => {
    const { asked, clock } = full();
    clock.advance(TEN_MINUTES_MS);
    expect(asked.admit('"at ten minutes"')).toBeDefined();
    clock.advance(1);
    expect(asked.admit('"later"')).toBeUndefined();
  });

  it('leaves the ones that came after it where they are (T229)', () => {
    const clock = new ModelClock();
    const asked = new ServerRequests(clock);
    asked.admit('"first"');
    clock.advance(1);
    for (let nth = 1; nth < MOST_OPEN; nth++) asked.admit(String(nth));
    clock.advance(TEN_MINUTES_MS);
    expect(asked.admit('"instead of the first"')).toBeUndefined();
    expect(asked.admit('"too much"')).toBeDefined();
  });

  it('is forgotten with its session (T229)', () => {
    const { asked } = full();
    asked.forget();
    expect(asked.admit('"in the next session"')).toBeUndefined();
  });
});

describe('a question of the server makes room for another', () => {
  it.each([
    ['the id that it had', '"caf\\u00e9"'],
    ['another spelling of its id', '"café"'],
  ])('when the client answers with %s (T129)', (_, id) => {
    const { asked } = full((nth) => (nth === 9 ? '"caf\\u00e9"' : String(nth)));
    asked.answered(id);
    expect(asked.admit('"one more"')).toBeUndefined();
    expect(asked.admit('"and one more"')).toBeDefined();
  });

  it('when the server takes it back under another spelling of its id (T129)', () => {
    const { asked } = full((nth) => (nth === 9 ? '"caf\\u00e9"' : String(nth)));
    asked.notified('{"jsonrpc":"2.0","method":"notifications/cancelled","params":{"requestId":"café"}}');
    expect(asked.admit('"one more"')).toBeUndefined();
  });

  it.each([
    ['a number for the string that has its digits', '{"method":"notifications/cancelled","params":{"requestId":5}}'],
    ['another notification', '{"method":"notifications/progress","params":{"requestId":"5"}}'],
    ['no id', '{"method":"notifications/cancelled","params":{}}'],
  ])('but not when the server takes back %s', (_, line) => {
    const { asked } = full((nth) => `"${nth}"`);
    asked.notified(line);
    expect(asked.admit('"one more"')).toBeDefined();
  });
});
