import { USAGE } from '../problems.ts';
import type { Kind, Parsed } from './kind.ts';

/** JSON text, or the file that holds it. The text is carried as it was written. */
export type JsonSource = { readonly text: string } | { readonly file: string };

/** JSON, or `@` and the name of a file with it; `@-` is stdin. */
export const JSON_OR_FILE: Kind<JsonSource> = { metavar: 'JSON|@FILE', exit: USAGE, isContent: true, read };

function read(text: string): Parsed<JsonSource> {
  if (text.startsWith('@'))
    return text === '@' ? { wrong: 'name a file behind the "@".' } : { value: { file: text.slice(1) } };
  return isJson(text) ? { value: { text } } : { wrong: 'this is not JSON; a file is named with "@" before it.' };
}

export function isJson(text: string): boolean {
  try {
    JSON.parse(text);
    return true;
  } catch {
    return false;
  }
}
