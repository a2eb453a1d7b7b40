import { USAGE } from '../problems.ts';
import type { Kind, Parsed } from './kind.ts';

const DAY_SECONDS = 86_400;

/** A length of time, written in seconds, read into milliseconds. */
export const SECONDS: Kind<number> = { metavar: 'SECONDS', exit: USAGE, read };

function read(text: string): Parsed<number> {
  const ms = /^\d+(?:\.\d+)?$/.test(text) ? Math.round(Number(text) * 1000) : 0;
  if (ms < 1 || ms > DAY_SECONDS * 1000) {
    return { wrong: `give a number of seconds above 0, at most ${DAY_SECONDS}, such as 30 or 2.5.` };
  }
  return { value: ms };
}
