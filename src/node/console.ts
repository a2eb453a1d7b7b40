/** stdout is the protocol's. Whatever a library prints by way of the console goes to stderr. */

import { Console } from 'node:console';
import { Writable } from 'node:stream';
import { STDERR, writeQuietly } from './stderr.ts';

type Method = Exclude<keyof Console, 'Console'>;
type Write = (...said: unknown[]) => void;

/**
 * Diverts the console for the rest of the process. The object stays the same: whoever holds it is diverted too. What it
 * writes with is made when something is first written, which is never as a rule.
 */
export function divertConsole(): void {
  const diverted: Partial<Record<Method, Write>> = {};
  let made: Console | undefined;
  for (const name of Object.keys(Console.prototype) as Method[]) {
    diverted[name] = (...said) => {
      made ??= consoleOnStderr();
      (made[name] as Write)(...said);
    };
  }
  Object.assign(globalThis.console, diverted);
}

function consoleOnStderr(): Console {
  const stderr = new Writable({
    decodeStrings: false,
    write(text: string, _encoding, done) {
      writeQuietly(STDERR, text);
      done();
    },
  });
  return new Console(stderr, stderr);
}
