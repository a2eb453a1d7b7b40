import type { WriteStream } from 'node:tty';
import { coloured, difference } from './difference.ts';

/** What a person sees of install and uninstall. */
export interface Page {
  say(text: string): void;
  showDifference(file: string, before: string | undefined, after: string | undefined): void;
}

export function pageOn(stream: WriteStream): Page {
  // Whoever does not read it any more is not told that it failed.
  stream.on('error', () => {});
  // hasColors knows of NO_COLOR; a pipe has no such function.
  const inColour = stream.isTTY && stream.hasColors();
  return {
    say: (text) => stream.write(`${text}\n`),
    showDifference: (file, before, after) => {
      const patch = difference(file, before, after);
      stream.write(`${inColour ? coloured(patch) : patch}\n`);
    },
  };
}
