import type { WriteStream } from 'node:tty';
import { coloured } from './shown-entry.ts';

/** What a person sees of install and uninstall. */
export interface Page {
  say(text: string): void;
  /** @param lines - each begins with "+", "-" or a blank */
  showChange(lines: string): void;
}

export function pageOn(stream: WriteStream): Page {
  // The installer does not fail because its reader has gone.
  stream.on('error', () => {});
  // hasColors knows of NO_COLOR; a pipe has no such function.
  const inColour = stream.isTTY && stream.hasColors();
  return {
    say: (text) => stream.write(`${text}\n`),
    showChange: (lines) => stream.write(`${inColour ? coloured(lines) : lines}\n`),
  };
}
