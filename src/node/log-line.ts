/** The form of a line of the log: one line, of bounded length, without a character that a terminal acts on. */

/** With its line feed. */
export const LINE_BYTES = 1024;
/** Lengths to which the texts of a line that is too long are cut, one after the other until it fits. */
const CUTS: readonly number[] = [400, 200, 100, 50, 20];

/** @param line - one line of JSON and its line feed */
export function bounded(line: string): string {
  const escaped = escapeUnprintable(line);
  if (fits(escaped)) return escaped;
  try {
    return shortened(line);
  } catch {
    // What was taken out of the line has left no JSON.
    return `${escaped.slice(0, 300).replace(/[^ -~]/g, '?')}…\n`;
  }
}

function shortened(line: string): string {
  for (const chars of CUTS) {
    const short = escapeUnprintable(`${JSON.stringify(JSON.parse(line, (_, value) => cut(value, chars)))}\n`);
    if (fits(short)) return short;
  }
  const { level, msg, pid, time } = JSON.parse(line);
  return escapeUnprintable(`${JSON.stringify({ level, time, pid, msg: cut(msg, 100) })}\n`);
}

function cut(value: unknown, chars: number): unknown {
  if (Array.isArray(value) && value.length > chars) return [...value.slice(0, chars), '…'];
  return typeof value === 'string' && value.length > chars ? `${value.slice(0, chars)}…` : value;
}

function fits(line: string): boolean {
  return line.length <= LINE_BYTES && Buffer.byteLength(line) <= LINE_BYTES;
}

/** Controls, marks of direction, characters of no width, and the invisible twins of ASCII (U+E0000 and on). */
const UNPRINTABLE =
  /[\u007f-\u009f\u00ad\u061c\u180e\u200b-\u200f\u2028-\u202e\u2060-\u206f\ufeff\ufff9-\ufffb]|\udb40[\udc00-\udfff]/g;

/** JSON escapes control characters below U+0020 only; terminals act on others too. */
function escapeUnprintable(line: string): string {
  return line.replace(UNPRINTABLE, (characters) => {
    const units = Array.from({ length: characters.length }, (_, at) => characters.charCodeAt(at));
    return units.map((unit) => `\\u${unit.toString(16).padStart(4, '0')}`).join('');
  });
}
