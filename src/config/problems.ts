/**
 * What is wrong with a command line or its environment. All of it is collected, so that a person repairs it in one go.
 * [requirements.md, section 6]
 */

/** Exit code for unknown flags and for values that are missing or malformed. */
export const USAGE = 64;
/** Exit code for a well-formed value that a rule refuses: a host, a path, a connection name, a header, a file. */
export const CONFIGURATION = 78;

/** Begins the name of each variable that is ours. */
export const PREFIX = 'UC_MCP_';

export type ConfigExit = typeof USAGE | typeof CONFIGURATION;

/** A remark about a configuration for the user, whether it is refused or not. */
export interface ConfigNotice {
  /** What is wrong, from which flag or variable it came, and what would be right. Never holds a secret. */
  readonly sentence: string;
  /** A name that does not exist. The code that prints the sentence adds the nearest existing name. */
  readonly unknown?: { readonly type: 'flag' | 'command' | 'variable'; readonly name: string };
}

export interface ConfigProblem extends ConfigNotice {
  readonly exit: ConfigExit;
}

/** @returns 64 where anything about the usage is wrong, else 78: a refused value may be a slip of the same usage. */
export function exitCodeOf(problems: readonly ConfigProblem[]): ConfigExit {
  return problems.some((problem) => problem.exit === USAGE) ? USAGE : CONFIGURATION;
}

/** A file that an option names cannot be read or written to; the message says which and why. */
export class FileRefused extends Error {
  override readonly name = 'FileRefused';
}
