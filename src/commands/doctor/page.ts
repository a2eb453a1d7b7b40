/** What a person sees of the doctor: a line for each step while it runs, its result in its place, a verdict. */

import type { WriteStream } from 'node:tty';
import wrapAnsi from 'wrap-ansi';
import { terminalWidth } from '../../node/terminal-width.ts';
import { colourerFor } from '../colour.ts';
import { shownOn } from '../terminal.ts';
import type { Status } from './finding.ts';
import type { Audience, Result } from './steps.ts';

const MARKS: Readonly<Record<Status, readonly [mark: string, colour: 'green' | 'yellow' | 'red' | 'dim']>> = {
  ok: ['✓', 'green'],
  note: ['!', 'yellow'],
  failed: ['✗', 'red'],
  skipped: ['-', 'dim'],
};

/** Columns that a result needs next to the name of its step. Narrower terminals show it below. */
const NARROWEST_RESULT = 30;

/** @param width - of the longest name of a step */
export function pageOn(stream: WriteStream, width: number): Audience & { say(text: string): void } {
  const paint = colourerFor(stream);
  const write = (text: string) => stream.write(text);
  const left = width + 13;
  /** Text next to the name, wrapped to the terminal; a pipe gets one line. */
  const beside = (text: string): string => {
    if (!stream.isTTY) return text;
    const room = terminalWidth(stream) - left;
    if (room >= NARROWEST_RESULT) return wrapAnsi(text, room, { trim: true }).replaceAll('\n', `\n${''.padEnd(left)}`);
    return `\n    ${wrapAnsi(text, terminalWidth(stream) - 4, { trim: true }).replaceAll('\n', '\n    ')}`;
  };
  return {
    begins(name) {
      // In a pipe a line is written when all of it is known.
      if (stream.isTTY) write(`  ${name.padEnd(width)} ${paint('...', 'dim')}`);
    },
    ends({ hint, ms, name, says, status }: Result) {
      const [mark, colour] = MARKS[status];
      if (stream.isTTY) write('\r\u001b[2K');
      const took = paint(
        `${status === 'skipped' ? '' : ms.toFixed(ms < 10 ? 1 : 0)}`.padStart(6) +
          (status === 'skipped' ? '   ' : ' ms'),
        'dim',
      );
      write(`${paint(mark, colour)} ${name.padEnd(width)} ${took}  ${beside(shownOn(stream, says))}\n`);
      if (hint !== undefined && (status === 'failed' || status === 'note')) {
        write(`${''.padEnd(left - 1)} ${beside(`${paint('→', colour)} ${shownOn(stream, hint)}`)}\n`);
      }
    },
    say(text) {
      const shown = shownOn(stream, text);
      write(`${stream.isTTY ? wrapAnsi(shown, terminalWidth(stream), { trim: true }) : shown}\n`);
    },
  };
}
