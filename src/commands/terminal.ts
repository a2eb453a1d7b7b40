import type { Writable } from 'node:stream';
import { print } from '../node/stdio.ts';

/** Controls by which a text could move the cursor, change the title or write to the clipboard. */
// biome-ignore lint/suspicious/noControlCharactersInRegex: they are what is looked for
const CONTROLS = /[\u0000-\u0008\u000b-\u001f\u007f-\u009f\u061c\u200e\u200f\u2028-\u202e\u2066-\u2069]/g;

/** Foreign text as it may be shown: escaped where a terminal would act on it, unchanged in a pipe. */
export function shownOn(stream: Writable & { readonly isTTY?: boolean }, text: string): string {
  if (stream.isTTY !== true) return text;
  return text.replace(CONTROLS, (control) => `\\u${control.charCodeAt(0).toString(16).padStart(4, '0')}`);
}

/** Prints text with foreign parts, as JSON too: within a string of JSON the escapes mean the same. */
export function show(stream: Writable & { readonly isTTY?: boolean }, text: string): void {
  print(stream, shownOn(stream, text));
}
