/** The messages themselves in the log, for whoever asked for it: the beginning of each, as far as a line goes. */

import type { Log, WriteLine } from '../ports.ts';
import type { Line } from '../protocol/lines.ts';

/** More of a message is not even decoded. */
const SHOWN_BYTES = 1024;

const lenient = new TextDecoder();

export async function* loggedLines(lines: AsyncIterable<Line>, log: Log): AsyncGenerator<Line, void, undefined> {
  for await (const line of lines) {
    const bytes = line.is === 'whole' ? line.bytes : line.head;
    log.info({ from: 'client', body: lenient.decode(bytes.subarray(0, SHOWN_BYTES)) }, 'message');
    yield line;
  }
}

export function loggedWrite(write: WriteLine, log: Log): WriteLine {
  return (line) => {
    log.info({ to: 'client', body: beginningOf(line) }, 'message');
    return write(line);
  };
}

function beginningOf(line: string | Uint8Array): string {
  return typeof line === 'string' ? line.slice(0, SHOWN_BYTES) : lenient.decode(line.subarray(0, SHOWN_BYTES));
}
