import { describe, expect, it } from 'vitest';
import { Secrets } from '../../src/protocol/secrets.ts';

const REDACTED = '[redacted]';
/** Characters of the shortest secret that is taken out. */
const SHORTEST = 8;
const SEARCHED = 64 * 1024;

function knowing(...all: readonly string[]): Secrets {
  const secrets = new Secrets();
  for (const secret of all) secrets.add(secret);
  return secrets;
}

describe('a secret', () => {
  it.each([
    ['of the shortest length is taken out', 'abcdefgh', `<${REDACTED}>`],
    ['that is one shorter is left where it is', 'abcdefg', '<abcdefg>'],
    ['that is one longer is taken out', 'abcdefghi', `<${REDACTED}>`],
  ])('%s (T228)', (_, secret, expected) => {
    expect(knowing(secret).scrub(`<${secret}>`)).toBe(expected);
  });

  it.each([
    ['of the shortest length', 'abcdefgh', `<${REDACTED}>`],
    ['that is one shorter', 'abcdefg', '<abcdefg>'],
  ])('behind a word, %s, is treated as one that stands alone (T228)', (_, part, expected) => {
    expect(knowing(`Bearer ${part}`).scrub(`<${part}>`)).toBe(expected);
  });

  it('is taken out in part where the part has the shortest length, and not where it is shorter (T228)', () => {
    const secrets = knowing('dapi0123456789abcdef');
    expect(secrets.scrub('<01234567>')).toBe(`<${REDACTED}>`);
    expect(secrets.scrub('<0123456>')).toBe('<0123456>');
    expect(secrets.scrub('<api0123456789ab>')).toBe(`<${REDACTED}>`);
  });

  it('is taken out in part at the very end of what is searched, and not beyond it (T228)', () => {
    const secrets = knowing('dapi0123456789abcdef');
    const before = ' '.repeat(SEARCHED - SHORTEST);
    expect(secrets.scrub(`${before}01234567`)).toBe(`${before}${REDACTED}`);
    expect(secrets.scrub(`${before} 01234567`)).toBe(`${before} 01234567`);
  });

  it('is forgotten as a session id when 16 others came after it (T228, T252)', () => {
    const name = (nth: number) => `secret-${String(nth).padStart(4, 'x')}`;
    const all = Array.from({ length: 17 }, (_, nth) => name(nth));
    const secrets = knowing();
    const known = () => all.filter((secret) => secrets.scrub(secret) === REDACTED);
    for (const secret of all.slice(0, 16)) secrets.add(secret, 'session');
    expect(known()).toEqual(all.slice(0, 16));
    secrets.add(name(16), 'session');
    expect(known()).toEqual(all.slice(1));
  });
});
