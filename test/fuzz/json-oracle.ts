/**
 * Where things stand in a JSON text, found in another way than the bridge does: by a list of tokens. Only for texts that
 * JSON.parse has accepted.
 */

interface Token {
  readonly text: string;
  readonly start: number;
}

/** A value in a text, as it was written. */
export interface Raw {
  readonly start: number;
  readonly end: number;
  readonly text: string;
}

export interface RawMember extends Raw {
  readonly key: string;
}

function tokens(text: string): Token[] {
  const token = /"[^"\\]*(?:\\.[^"\\]*)*"|[{}[\],:]|[^\s{}[\],:"]+/gs;
  return [...text.matchAll(token)].map((match) => ({ text: match[0], start: match.index }));
}

const isOpening = ({ text }: Token) => text === '{' || text === '[';
const isClosing = ({ text }: Token) => text === '}' || text === ']';

/** How deep arrays and objects stand inside one another. */
export function depthOf(text: string): number {
  let [depth, deepest] = [0, 0];
  for (const token of tokens(text)) {
    if (isOpening(token)) deepest = Math.max(deepest, ++depth);
    if (isClosing(token)) depth--;
  }
  return deepest;
}

/** The parts between the commas of the outermost array or object; for an object with their keys before the colon. */
function parts(text: string): Token[][] {
  const all: Token[][] = [[]];
  let depth = 0;
  for (const token of tokens(text)) {
    if (isClosing(token)) depth--;
    if (depth >= 1) {
      if (depth === 1 && token.text === ',') all.push([]);
      else all.at(-1)?.push(token);
    }
    if (isOpening(token)) depth++;
  }
  return all.filter((part) => part.length > 0);
}

function rawOf(text: string, part: readonly Token[]): Raw {
  const [first, last] = [part[0], part.at(-1)];
  if (first === undefined || last === undefined) throw new Error('a value has at least one token');
  const [start, end] = [first.start, last.start + last.text.length];
  return { start, end, text: text.slice(start, end) };
}

export function elementsOf(text: string): Raw[] {
  return parts(text).map((part) => rawOf(text, part));
}

export function membersOf(text: string): RawMember[] {
  return parts(text).map(([key, _colon, ...value]) => ({ ...rawOf(text, value), key: JSON.parse(key?.text ?? '""') }));
}

/** The value at a path of keys, of duplicate keys the last. */
export function rawOfPath(text: string, path: readonly string[]): string | undefined {
  let raw: string | undefined = text.trim();
  for (const key of path) {
    if (raw === undefined || !raw.startsWith('{')) return undefined;
    raw = membersOf(raw).findLast((member) => member.key === key)?.text;
  }
  return raw;
}

/** Number of values, those of arrays and objects included. */
export function valuesIn(text: string): number {
  const all = tokens(text);
  const isName = (index: number) => all[index + 1]?.text === ':';
  return all.filter((token, index) => !isClosing(token) && !/^[,:]$/.test(token.text) && !isName(index)).length;
}
