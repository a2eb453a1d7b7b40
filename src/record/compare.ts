/** Two answers to the same question, at different times: what differs beside what cannot be the same. Pure. */

import { isRecord } from '../protocol/json.ts';

/** Differences that are told of one answer. */
const MOST = 5;
/** What is shown of a value, in UTF-16 units. */
const SHOWN_CHARS = 80;

/** Times, addresses and names that are another each time. */
const VOLATILE: readonly RegExp[] = [
  /\b\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(?:\.\d+)?(?:Z|[+-]\d\d:?\d\d)?/g,
  /\b[\da-f]{8}-[\da-f]{4}-[\da-f]{4}-[\da-f]{4}-[\da-f]{12}\b/gi,
  /\b(?=[a-f]*\d)[\da-f]{12,}\b/gi,
  /\b(?:127\.0\.0\.1|localhost):\d+\b/g,
];

/**
 * @param before - JSON text of the recorded answer
 * @param now - JSON text of the answer of today
 * @returns one line for each difference, at most five; none where they are the same
 */
export function differences(before: string, now: string): string[] {
  const found: string[] = [];
  compare(shape(before), shape(now), '', found);
  return found.slice(0, MOST);
}

/** What of an answer is compared: its id is the client's own. */
function shape(text: string): unknown {
  const answer: unknown = JSON.parse(text);
  if (!isRecord(answer)) return answer;
  const { error, result } = answer;
  if (!isRecord(error)) return { result };
  const { code, data, message } = error;
  // Of the bridge's own errors the kind is meant; the sentence quotes what came.
  return isRecord(data) && data['source'] === 'uc-mcp-bridge'
    ? { error: { code, kind: data['kind'], outcome: data['outcome'] } }
    : { error: { code, message, data } };
}

function compare(before: unknown, now: unknown, path: string, found: string[]): void {
  if (found.length >= MOST || Object.is(before, now)) return;
  if (Array.isArray(before) && Array.isArray(now)) {
    if (before.length !== now.length) found.push(`${path}: ${before.length} items, now ${now.length}`);
    else for (const [index, item] of before.entries()) compare(item, now[index], `${path}[${index}]`, found);
  } else if (isRecord(before) && isRecord(now)) {
    for (const key of new Set([...Object.keys(before), ...Object.keys(now)])) {
      const shownKey = printable(key.slice(0, SHOWN_CHARS));
      compare(before[key], now[key], path === '' ? shownKey : `${path}.${shownKey}`, found);
    }
  } else if (typeof before === 'string' && typeof now === 'string') {
    const [inside, insideNow] = [jsonIn(before), jsonIn(now)];
    if (inside !== undefined && insideNow !== undefined) compare(inside, insideNow, `${path}:`, found);
    else if (steady(before) !== steady(now)) found.push(`${path}: ${shown(before)}, now ${shown(now)}`);
  } else found.push(`${path}: ${shown(before)}, now ${shown(now)}`);
}

/** Tools give JSON as text: what is inside is compared, not how it is written. */
function jsonIn(text: string): object | undefined {
  if (!/^\s*[[{]/.test(text)) return undefined;
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}

function steady(text: string): string {
  return VOLATILE.reduce((rest, pattern) => rest.replace(pattern, '~'), text);
}

function shown(value: unknown): string {
  if (value === undefined) return 'nothing';
  const text = printable(JSON.stringify(value));
  return text.length > SHOWN_CHARS ? `${text.slice(0, SHOWN_CHARS - 1)}…` : text;
}

/** Foreign text without what a terminal acts on. */
export function printable(text: string): string {
  return text.replace(/[\p{Cc}\p{Cf}\u2028\u2029]/gu, '�');
}
