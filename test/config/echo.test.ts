import fc from 'fast-check';
import { expect, it } from 'vitest';
import { quoted } from '../../src/config/echo.ts';

it.each([
  ['a/b', '"a/b"'],
  ['loud "x"', '"loud \\"x\\""'],
  ['\u001b[2J\n\u202e\u009b', '"\\u001b[2J\\n\\u202e\\u009b"'],
  ['x'.repeat(31).concat('/').repeat(3), `"${'x'.repeat(31).concat('/').repeat(3).slice(0, 57)}..."`],
  ['/a?secret', '"/a?..."'],
  ['/a#secret', '"/a#..."'],
])('shows %j as %s', (text, shown) => {
  expect(quoted(text)).toBe(shown);
});

it.each([
  'https://user:password@a.example',
  'dapi0123456789abcdef0123456789abcdef-2',
  'ghp_0123456789abcdefghij',
  'eyJhbGciOiJSUzI1NiJ9.e30.x',
  '0123456789abcdef0123456789abcdef',
])('shows nothing of %s', (text) => {
  expect(quoted(text)).toBeUndefined();
});

it('shows one short line of printable ASCII, whatever the text', () => {
  fc.assert(
    fc.property(fc.string({ unit: 'binary', maxLength: 200 }), (text) => {
      const shown = quoted(text) ?? '';
      expect(shown).toMatch(/^[\x20-\x7e]*$/);
      // Each of the 60 characters may become an escape of six.
      expect(shown.length).toBeLessThanOrEqual(6 * 60 + 2);
    }),
  );
});
