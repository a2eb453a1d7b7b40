/** What a person hands to a command beside its flags. */

import { readFile } from 'node:fs/promises';
import { text } from 'node:stream/consumers';
import { isJson, type JsonSource } from '../config/kinds/json.ts';
import { Problem } from '../protocol/problem.ts';

/** The text of a JSON value, as it was written. @throws Problem where the file cannot be read or holds something else */
export async function jsonFrom(source: JsonSource, flag: string): Promise<string> {
  if ('text' in source) return source.text;
  const { file } = source;
  const read = file === '-' ? await text(process.stdin) : await contentOf(file, flag);
  // Windows' editors and shells put a mark of the byte order before it.
  const content = read.replace(/^\ufeff/, '');
  if (isJson(content)) return content;
  const sentence = `${file === '-' ? 'What came on stdin' : `The file ${file}`} is not JSON.`;
  throw new Problem('badMessage', sentence, { hint: `Give JSON with ${flag}.` });
}

async function contentOf(file: string, flag: string): Promise<string> {
  try {
    return await readFile(file, 'utf8');
  } catch (cause) {
    const code = cause instanceof Error && 'code' in cause ? cause.code : cause;
    throw new Problem('badMessage', `The file ${file} cannot be read (${code}).`, { hint: `Check ${flag}.` }, cause);
  }
}
