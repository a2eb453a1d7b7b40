import type { ConfigExit } from '../problems.ts';

/** Where a relative file and a leading `~` lead. Absolute paths, undefined where the system has no such folder. */
export interface Place {
  readonly home: string | undefined;
  readonly cwd: string | undefined;
}

/** A value, or a sentence that says what would be right. The sentence does not hold the value. */
export type Parsed<T> = { readonly value: T } | { readonly wrong: string };

/** How the text of an option, from whatever source, becomes its value. */
export interface Kind<T> {
  /** Stands for the value in the help, and names its unit. Absent for a switch, which takes none. */
  readonly metavar?: string;
  /** Exit code of a run in which the value is refused. */
  readonly exit: ConfigExit;
  read(text: string, place: Place): Parsed<T>;
  /** The text is content, not a setting: what looks like a placeholder or a token in it may well be meant. */
  readonly isContent?: true;
  /** The text names a place in the workspace: a variable that was not expanded is refused anywhere in it. */
  readonly isPlace?: true;
  /** The value in a text that names it first, as in `Name: value`, for the same look at it alone. */
  valueIn?(text: string): string;
  /**
   * Makes one value of several. Only kinds that have it may be given more than once: the flag is repeated, the
   * environment variable holds one on each line.
   */
  join?(values: readonly T[]): T;
}
