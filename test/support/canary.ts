import { expect } from 'vitest';

/** A secret as it is, and as it looks where something has encoded it. */
export function formsOf(secret: string): readonly string[] {
  const base64 = [0, 1, 2].map((offset) => {
    // Whatever stands before it moves its bits: what is left of it in the middle is the same for each offset.
    const text = Buffer.from(`${' '.repeat(offset)}${secret}`)
      .toString('base64')
      .replace(/=+$/, '');
    return text.slice(offset === 0 ? 0 : offset + 1, -1);
  });
  return [
    secret,
    encodeURIComponent(secret),
    new URLSearchParams({ secret }).toString().slice('secret='.length),
    ...base64,
    ...base64.map((text) => text.replaceAll('+', '-').replaceAll('/', '_')),
  ];
}

/** Nothing of any secret may be in a text, in whatever form. */
export function expectNoTrace(text: string, secrets: readonly string[]): void {
  for (const form of new Set(secrets.flatMap(formsOf))) expect(text).not.toContain(form);
}
