import { unexpanded, unexpandedIn } from '../databricks/unexpanded.ts';
import type { Arguments } from './arguments.ts';
import { looksLikeToken, quoted } from './echo.ts';
import type { Place } from './kinds/kind.ts';
import type { Option } from './options.ts';
import { placeholderIn } from './placeholder.ts';
import { CONFIGURATION, type ConfigProblem, USAGE } from './problems.ts';

/** The text of one option, and where it was found, as a sentence names it: `--host`, `UC_MCP_HEADERS, line 2`. */
export interface Source {
  readonly name: string;
  readonly text: string;
}

/** An option, or a flag of one command, which has no variable. */
type Readable<T> = Omit<Option<T>, 'env'> & { readonly env?: string };

/** What there is for an option: its flags, else its variable. A variable that is empty or blank counts as unset. */
export function sourcesOf(
  { env, flag, kind }: Readable<unknown>,
  given: Arguments['given'],
  environment: Readonly<Record<string, string | undefined>>,
): readonly Source[] {
  if (flag !== undefined && given.has(flag)) return (given.get(flag) ?? []).map((text) => ({ name: flag, text }));
  if (env === undefined) return [];
  const value = environment[env];
  if (value === undefined) return [];
  const lines = kind.join === undefined ? [value] : value.split('\n');
  return lines
    .map((line, index) => ({ name: lines.length > 1 ? `${env}, line ${index + 1}` : env, text: line.trim() }))
    .filter(({ text }) => text !== '');
}

/** The value of an option. A source that is refused adds a problem and leaves the rest to be looked at. */
export function settle<T>(
  option: Readable<T>,
  sources: readonly Source[],
  place: Place,
  problems: ConfigProblem[],
): T | undefined {
  const { kind } = option;
  // Of most options there is nothing.
  if (sources.length === 0 && kind.join === undefined) return defaultOf(option, place);
  if (sources.length > 1 && kind.join === undefined) {
    problems.push({ exit: USAGE, sentence: `${option.flag} is given ${sources.length} times: give it once.` });
  }
  const values: T[] = [];
  for (const { name, text } of sources) {
    const refusal = kind.isContent ? undefined : refusalByLook(option, text);
    const parsed = refusal === undefined ? kind.read(text, place) : { wrong: refusal };
    if ('value' in parsed) {
      values.push(parsed.value);
    } else {
      const shown = option.secret || kind.isContent || refusal !== undefined ? undefined : quoted(text);
      const sentence = `${name}${shown === undefined ? '' : ` ${shown}`}: ${parsed.wrong}`;
      problems.push({ exit: refusal === undefined ? kind.exit : CONFIGURATION, sentence });
    }
  }
  if (kind.join !== undefined) return kind.join(values);
  return values[0] ?? defaultOf(option, place);
}

/** Finds faults that any option can have: a placeholder, quotes, or a credential in the wrong place. */
function refusalByLook({ kind, says, secret }: Readable<unknown>, text: string): string | undefined {
  const variable = unexpandedIn(kind.valueIn?.(text) ?? text, kind.isPlace ? 'anywhere' : 'whole');
  if (variable !== undefined) return unexpanded(variable, secret);
  if (isQuoted(text)) return 'take the quotes away: whatever set the value kept them as part of it.';
  const placeholder = placeholderIn(text);
  if (placeholder !== undefined) {
    return secret ? 'replace the placeholder of the example.' : `replace the placeholder "${placeholder}" (${says}).`;
  }
  if (!secret && looksLikeToken(text)) return 'this looks like a token, which belongs into DATABRICKS_TOKEN alone.';
  return undefined;
}

/** Quotes that Docker's --env-file and several clients do not remove. */
function isQuoted(text: string): boolean {
  return /^(?:".*"|'.*'|`.*`|\u201c.*\u201d|\u2018.*\u2019)$/s.test(text);
}

function defaultOf<T>({ default: text, kind }: Readable<T>, place: Place): T | undefined {
  if (text === undefined) return undefined;
  // Without a home directory, no file is in it; the file of a default need not exist.
  const parsed = kind.read(text, { ...place, home: place.home ?? '/' });
  if ('value' in parsed) return parsed.value;
  throw new Error(`default ${JSON.stringify(text)}: ${parsed.wrong}`);
}
