import type { WriteStream } from 'node:tty';

export type Colour = 'bold' | 'green' | 'red' | 'yellow' | 'dim';
const SGR: Readonly<Record<Colour, number>> = { bold: 1, dim: 2, red: 31, green: 32, yellow: 33 };

/** Colours text where somebody looks who wants it; NO_COLOR is heard. */
export function colourerFor(stream: WriteStream): (text: string, colour: Colour) => string {
  // hasColors knows of NO_COLOR; a pipe has no such function.
  const coloured = stream.isTTY && stream.hasColors();
  return (text, colour) => (coloured ? `\u001b[${SGR[colour]}m${text}\u001b[0m` : text);
}
