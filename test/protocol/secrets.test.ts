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

  it('is forgotten when 64 others came after it, but not where it was among the first 16 (T228)', () => {
    const name = (nth: number) => `secret-${String(nth).padStart(4, 'x')}`;
    const all = Array.from({ length: 65 }, (_, nth) => name(nth));
    const full = knowing(...all.slice(0, 64));
    for (const secret of all.slice(0, 64)) expect(full.scrub(secret)).toBe(REDACTED);
    full.add(name(64));
    const kept = all.filter((secret) => full.scrub(secret) === REDACTED);
    expect(kept).toEqual(all.filter((secret) => secret !== name(16)));
  });
});
