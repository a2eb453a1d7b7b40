/** A short piece of foreign text that is safe to stand in a sentence of ours. */

const LIMIT = 240;
/** Control and format characters: terminals act on them, and some turn the direction of the text around. */
const UNPRINTABLE = /[\p{Cc}\p{Cf}\p{Co}\u2028\u2029]+/gu;

/** The words of an error page or body: no tags, no control characters, one line, at most 240 characters. */
export function excerpt(text: string): string {
  const start = text.slice(0, 20 * LIMIT);
  const page = /^\s*</.test(start) ? wordsOfPage(start) : start;
  const line = page.replace(UNPRINTABLE, ' ').replace(/ {2,}/g, ' ').trim();
  return line.length > LIMIT ? `${line.slice(0, LIMIT - 1)}…` : line;
}

function wordsOfPage(html: string): string {
  const [, titled] = /<(?:title|pre)[^>]{0,200}>([^<]{1,400})/i.exec(html) ?? [];
  return titled ?? html.replace(/<[^>]{0,400}>/g, ' ');
}
