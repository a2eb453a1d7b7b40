/** A short piece of foreign text that is safe to stand in a sentence of ours. */

import { isRecord } from './json.ts';

const LIMIT = 240;
/** The words of an error page or body: no tags, no JSON, no control characters, one line, at most 240 characters. */
export function excerpt(text: string): string {
  const start = (wordsOfJson(text) ?? text).slice(0, 20 * LIMIT);
  const page = /^\s*</.test(start) ? wordsOfPage(start) : start;
  const line = printable(page).replace(/ {2,}/g, ' ').trim();
  return line.length > LIMIT ? `${line.slice(0, LIMIT - 1)}…` : line;
}

/** A foreign address without what may be secret in it: user, password, parameters, query and fragment. */
export function bareAddress(location: string): string {
  const [address = '', query] = location.trim().split(/([?#;])/, 2);
  const shown = address.replace(/^([a-z][a-z0-9+.-]{0,30}:)?(\/\/)[^/]*@/i, '$1$2');
  return excerpt(query === undefined ? shown : `${shown}${query}…`);
}

/**
 * Without control and format characters: terminals act on them, and some turn the direction of the text around. What names
 * classes of Unicode stands where it is used: to be read at the start, it takes a quarter of a millisecond of each.
 */
function printable(text: string): string {
  return text.replace(/[\p{Cc}\p{Cf}\p{Co}\u2028\u2029]+/gu, ' ');
}

/** Longer bodies hold more than an error. */
const LONGEST_JSON = 64 * 1024;

function wordsOfJson(text: string): string | undefined {
  if (text.length > LONGEST_JSON || !/^\s*\{/.test(text)) return undefined;
  try {
    const value: unknown = JSON.parse(text);
    return isRecord(value) ? wordsOf(value) : undefined;
  } catch {
    return undefined;
  }
}

/** `{message}`, `{error}` as text or as an object with its words, `{detail}` of SCIM. */
export function wordsOf({ message, error, detail }: Record<string, unknown>): string | undefined {
  const inError = isRecord(error) ? error['message'] : error;
  return [message, inError, detail].find((words) => typeof words === 'string');
}

function wordsOfPage(html: string): string {
  const [, titled] = /<(?:title|pre)[^>]{0,200}>([^<]{1,400})/i.exec(html) ?? [];
  return titled ?? html.replace(/<[^>]{0,400}>/g, ' ');
}
