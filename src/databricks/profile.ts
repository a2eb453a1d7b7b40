import { promises } from 'node:fs';
import { Problem } from '../protocol/problem.ts';

/** One section of the Databricks configuration file. */
export interface Profile {
  readonly name: string;
  /** Whether the file itself names it, for whoever names none. */
  readonly isPreferred: boolean;
  /** Keys in lower case, values without blanks around them. Some are secret. */
  readonly values: ReadonlyMap<string, string>;
  /** The number of the line on which each key stands. */
  readonly lines: ReadonlyMap<string, number>;
  /** What the owner of the file should know, a sentence each. */
  readonly warnings: readonly string[];
}

/** A line `key = value`, and where it stands. */
interface Entry {
  readonly key: string;
  readonly value: string;
  readonly line: number;
}

type Sections = ReadonlyMap<string, readonly Entry[]>;

const LIMIT_BYTES = 1_048_576;
const SHOWN_NAMES = 10;
const DEFAULT_PROFILE = 'DEFAULT';
/** Holds preferences of the `databricks` CLI, and is no profile. */
const SETTINGS = '__settings__';

const SIGN_IN =
  'Run `databricks configure` to store a token, or `databricks auth login --host https://...` to sign in; ' +
  'or set DATABRICKS_HOST and DATABRICKS_TOKEN.';

/**
 * Reads a profile as the Databricks SDKs resolve it: the one that is named, else `default_profile` in
 * `[__settings__]`, else `DEFAULT`, whose values no other profile inherits. [databricks.md, section 4]
 *
 * The file is read anew each time, so that a repaired one works without a restart.
 *
 * @param file - absolute path
 * @throws Problem of kind `auth`, with the next step as its hint
 */
export async function readProfile(file: string, named: string | undefined): Promise<Profile> {
  const { mode, text } = await contentOf(file);
  const sections = sectionsOf(text, file);
  const preferred = named === undefined ? entriesOf(sections, SETTINGS, file).get('default_profile')?.value : undefined;
  const name = named ?? preferred ?? DEFAULT_PROFILE;
  const entries = name === SETTINGS ? new Map<string, Entry>() : entriesOf(sections, name, file);
  if (entries.size === 0) throw noProfile(name, { named, preferred }, sections, file);
  return {
    name,
    isPreferred: preferred !== undefined,
    values: new Map([...entries].map(([key, { value }]) => [key, value])),
    lines: new Map([...entries].map(([key, { line }]) => [key, line])),
    warnings: warningsFor(file, mode),
  };
}

/** The names of the profiles in a file, for a person to choose from; none where it cannot be read. */
export async function profileNames(file: string): Promise<readonly string[]> {
  try {
    const sections = sectionsOf((await contentOf(file)).text, file);
    return [...sections].filter(([name, entries]) => name !== SETTINGS && entries.length > 0).map(([name]) => name);
  } catch {
    return [];
  }
}

async function contentOf(file: string): Promise<{ mode: number; text: string }> {
  try {
    const stats = await promises.stat(file);
    // Anything else, a pipe above all, could keep the reader waiting for ever.
    if (!stats.isFile()) {
      throw new Problem('auth', `${file} is not a regular file.`, { hint: SIGN_IN, misconfigured: true });
    }
    if (stats.size > LIMIT_BYTES) {
      const hint = 'Check DATABRICKS_CONFIG_FILE: this is hardly a Databricks configuration file.';
      throw new Problem('auth', `${file} has ${stats.size} bytes; at most ${LIMIT_BYTES} are read.`, {
        hint,
        misconfigured: true,
      });
    }
    return { mode: stats.mode, text: decoded(await promises.readFile(file), file) };
  } catch (cause) {
    throw cause instanceof Problem ? cause : unreadable(file, cause);
  }
}

function unreadable(file: string, cause: unknown): Problem {
  const code = cause instanceof Error && 'code' in cause ? String(cause.code) : 'unknown error';
  switch (code) {
    case 'ENOENT':
    case 'ENOTDIR':
      return new Problem('auth', `There is no Databricks configuration file ${file}.`, { hint: SIGN_IN }, cause);
    case 'EACCES':
    case 'EPERM': {
      const hint = `Make it readable to the user that runs the client: chmod 600 ${file}`;
      const details = { hint, misconfigured: true };
      return new Problem('auth', `The Databricks configuration file ${file} may not be read.`, details, cause);
    }
    default: {
      const details = { hint: SIGN_IN, misconfigured: true };
      return new Problem('auth', `${file} cannot be read (${code}).`, details, cause);
    }
  }
}

function decoded(bytes: Uint8Array, file: string): string {
  try {
    // Without its byte order mark, if it has one.
    return new TextDecoder('utf-8', { fatal: true }).decode(bytes);
  } catch (cause) {
    const details = { hint: 'Save the file again, as UTF-8.', misconfigured: true };
    throw new Problem('auth', `${file} is not UTF-8 text.`, details, cause);
  }
}

/**
 * The sections of a file by name.
 *
 * Read here rather than by a library, to agree with the `databricks` CLI, which writes the file: a section name may
 * have dots, `#` and `;` begin a comment only after a blank (passwords hold them), quotes around a value go, and what
 * stands before the first section belongs to `DEFAULT`. A line that is none of these is an error with its number.
 * [databricks-sdk-go, config/config_file.go, and the go-ini it uses]
 */
function sectionsOf(text: string, file: string): Sections {
  const sections = new Map<string, Entry[]>();
  const opened = (name: string): Entry[] => {
    const entries = sections.get(name) ?? [];
    sections.set(name, entries);
    return entries;
  };
  let current: Entry[] | undefined;
  for (const [index, raw] of text.split(/\r\n|\n|\r/).entries()) {
    const written = raw.trim();
    if (written === '' || /^[#;]/.test(written)) continue;
    const header = /^\[([^\]]+)\]\s*(?:[#;].*)?$/.exec(written)?.[1]?.trim();
    const [, key, value = ''] = /^([^[=:][^=:]*)[=:](.*)$/.exec(written) ?? [];
    if (header) {
      current = opened(header);
    } else if (key === undefined) {
      // The line itself is not shown: it may be a token that lost its key.
      const sentence = `${file}:${index + 1} is neither "[profile]" nor "key = value".`;
      throw new Problem('auth', sentence, { hint: 'Correct or remove that line.', misconfigured: true });
    } else {
      current ??= opened(DEFAULT_PROFILE);
      current.push({ key: key.trim().toLowerCase(), value: bare(value.trim()), line: index + 1 });
    }
  }
  return sections;
}

/** A value without the quotes around it, or without the comment behind it. */
function bare(value: string): string {
  const inQuotes = /^(["'`])(.*)\1\s*(?:[#;].*)?$/.exec(value)?.[2];
  return inQuotes ?? value.replace(/\s[#;].*$/, '').trimEnd();
}

/** @throws Problem where a key has two values: which of them was meant is not for us to guess. */
function entriesOf(sections: Sections, name: string, file: string): ReadonlyMap<string, Entry> {
  const first = new Map<string, Entry>();
  for (const entry of sections.get(name) ?? []) {
    const earlier = first.get(entry.key);
    if (earlier !== undefined) {
      const sentence = `${file}:${entry.line} gives "${printable(entry.key)}" again, after line ${earlier.line}.`;
      const hint = `Keep one of the two in [${printable(name)}].`;
      throw new Problem('auth', sentence, { hint, misconfigured: true });
    }
    first.set(entry.key, entry);
  }
  return first;
}

function noProfile(
  name: string,
  { named, preferred }: { readonly named: string | undefined; readonly preferred: string | undefined },
  sections: Sections,
  file: string,
): Problem {
  const others = [...sections].filter(([other, entries]) => other !== SETTINGS && entries.length > 0);
  const listed = others.slice(0, SHOWN_NAMES).map(([other]) => printable(other));
  const byFile = `, which default_profile in its section [${SETTINGS}] names`;
  const why = preferred === undefined ? (named === undefined ? ', and no other was named' : '') : byFile;
  const sentence = sections.has(name)
    ? `The profile [${printable(name)}] in ${file} is empty.`
    : `${file} has no profile [${printable(name)}]${why}.`;
  const misconfigured = named !== undefined || preferred !== undefined;
  if (listed.length === 0) return new Problem('auth', sentence, { hint: SIGN_IN, misconfigured });
  const rest = others.length > listed.length ? ` and ${others.length - listed.length} more` : '';
  const hint = `Name one that is there with --profile or DATABRICKS_CONFIG_PROFILE: ${listed.join(', ')}${rest}.`;
  return new Problem('auth', sentence, { hint, misconfigured });
}

function warningsFor(file: string, mode: number): readonly string[] {
  // Windows keeps its permissions elsewhere, and Node makes up these bits.
  const writable = process.platform !== 'win32' && (mode & 0o002) !== 0;
  return writable ? [`Every user of this machine can change ${file}: run chmod 600 ${file}`] : [];
}

/** A name from the file or from a flag, fit for a line of text. */
function printable(name: string): string {
  return name.replace(/[^\x20-\x7e]/g, '?').slice(0, 60);
}
