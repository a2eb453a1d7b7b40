/**
 * The words in a refusal, whatever it comes as: JSON with an `error_code` (a word, or the HTTP status as a number), JSON
 * of older APIs, plain text, a page, and any of these as a string inside another. [databricks-sdk-py 0.133, errors]
 */

import { excerpt, wordsOf } from '../../protocol/excerpt.ts';
import { isRecord } from '../../protocol/json.ts';

export interface Said {
  /** The innermost `error_code`, as text; empty where there is none. */
  readonly code: string;
  /** The innermost words. */
  readonly message: string;
  /** Whether the platform reports on a call that it made through a connection. */
  readonly relayed: boolean;
  /** The whole text where it is a page for a browser; empty otherwise. */
  readonly page: string;
}

/** Longer texts are no refusals. */
const LONGEST = 64 * 1024;
/** Deepest nesting of text in text that has been seen is two. */
const DEEPEST = 3;
/** What the platform puts before what it heard when it used a connection. */
const RELAYED = /^\s*Failed request to \S{1,2048}? Error: /;
/** Some APIs write the code before the words. */
const CODE_BEFORE_WORDS = /^[A-Z][A-Z_]{3,60}: /;

/** @returns undefined where the text is an MCP message, or too long to be a refusal */
export function saidIn(text: string): Said | undefined {
  if (text.length > LONGEST || text.trimStart().startsWith('[')) return undefined;
  if (recordIn(text)?.['jsonrpc'] !== undefined) return undefined;
  return unwrapped(text, 0);
}

function unwrapped(text: string, depth: number): Said {
  const relayed = RELAYED.test(text);
  const page = /^\s*</.test(text) ? text : '';
  const record = depth < DEEPEST ? recordIn(relayed ? text.replace(RELAYED, '') : text) : undefined;
  const words = record && wordsOf(record);
  if (words === undefined) {
    const message = page === '' ? text.trim().replace(CODE_BEFORE_WORDS, '') : excerpt(page);
    return { code: codeOf(record), message, relayed, page };
  }
  const inner = unwrapped(words, depth + 1);
  return { ...inner, code: inner.code || codeOf(record), relayed: relayed || inner.relayed };
}

function codeOf(record: Record<string, unknown> | undefined): string {
  const code = record?.['error_code'];
  return typeof code === 'string' || typeof code === 'number' ? String(code) : '';
}

function recordIn(text: string): Record<string, unknown> | undefined {
  if (!text.trimStart().startsWith('{')) return undefined;
  try {
    const value: unknown = JSON.parse(text);
    return isRecord(value) ? value : undefined;
  } catch {
    return undefined;
  }
}
