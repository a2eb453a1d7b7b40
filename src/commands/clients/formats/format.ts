/** A way to write configuration. Text in, text out: nothing here reads a file. */

/** Names that lead from the top of a file to a value. */
export type Path = readonly [string, ...string[]];

export type Reading =
  | { readonly content: unknown }
  /** Why it cannot be read, in words that follow a file's name, and the line, counted from 1. */
  | { readonly wrong: string; readonly line: number };

/**
 * Edits touch the bytes of the one value that is meant, and the comma or blank line that it needs; comments, order,
 * indentation and line ends of everything else stay. Both edits are checked by reading the result again.
 */
export interface Format {
  read(text: string): Reading;
  /** The text with that value at that path, in place of one that is there. Objects on the way are made. */
  put(text: string, path: Path, value: Value): string;
  /** The text without what stands at that path. */
  take(text: string, path: Path): string;
}

export type Value = Readonly<Record<string, unknown>>;

/** The edit cannot be made, or not without changing something else: why, in words that follow the file's name. */
export class EditRefused extends Error {
  /** Counted from 1, where one is to blame. */
  readonly line: number | undefined;

  constructor(message: string, line?: number) {
    super(message);
    this.line = line;
  }
}

export function isRecord(value: unknown): value is Readonly<Record<string, unknown>> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

/** What stands at a path; undefined where nothing does. */
export function valueAt(content: unknown, path: readonly string[]): unknown {
  let value = content;
  for (const name of path) {
    if (!isRecord(value) || !Object.hasOwn(value, name)) return undefined;
    value = value[name];
  }
  return value;
}

/** A copy of the content with one value put in, or taken out where it is undefined. What an edit has to come to. */
export function withValue(content: unknown, [name, ...rest]: Path, value: unknown): unknown {
  const members = isRecord(content) ? content : {};
  const [next, ...behind] = rest;
  const inner = next === undefined ? value : withValue(members[name], [next, ...behind], value);
  const others = Object.entries(members).filter(([other]) => other !== name);
  return Object.fromEntries(inner === undefined ? others : [...others, [name, inner]]);
}

/** The reason of a parser without what it quotes from the file, which may be a secret. */
export function withoutQuotes(reason: string): string {
  return reason.replace(/[^a-z ,;'-].*$/is, '').trim();
}

/** The line end of a text: the one that it uses first. */
export function lineEndOf(text: string): '\n' | '\r\n' {
  return /\r?\n/.exec(text)?.[0] === '\r\n' ? '\r\n' : '\n';
}

export function lineAt(text: string, offset: number): number {
  return text.slice(0, offset).split('\n').length;
}

/** Dates, big integers and the like as text, and objects without a prototype as any other. */
export function plain(content: unknown): unknown {
  return JSON.parse(JSON.stringify(content ?? {}, (_, value) => (typeof value === 'bigint' ? `${value}n` : value)));
}

/** True if two contents are alike: order, prototypes and members without a value make no difference. */
export function isSameContent(one: unknown, other: unknown): boolean {
  if (Object.is(one, other)) return true;
  if (Array.isArray(one)) {
    return (
      Array.isArray(other) && one.length === other.length && one.every((item, at) => isSameContent(item, other[at]))
    );
  }
  if (one instanceof Date) return other instanceof Date && one.toJSON() === other.toJSON();
  if (!isRecord(one) || !isRecord(other) || other instanceof Date) return false;
  const names = Object.keys(one);
  return (
    names.every((name) => isSameContent(one[name], Object.hasOwn(other, name) ? other[name] : undefined)) &&
    Object.keys(other).every((name) => other[name] === undefined || Object.hasOwn(one, name))
  );
}
