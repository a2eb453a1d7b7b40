import { readArguments } from './arguments.ts';
import type { Config } from './config.ts';
import { looksLikeToken, quoted } from './echo.ts';
import type { Place } from './kinds/kind.ts';
import { COMMANDS, type Command, type FlagCommand, OPTIONS, type Option, type Settings } from './options.ts';
import { placeholderIn } from './placeholder.ts';
import { CONFIGURATION, type ConfigProblem, USAGE } from './problems.ts';

/** What the arguments and the environment ask for, or everything that is wrong with them. */
export type Reading =
  | { readonly command: FlagCommand }
  | { readonly command: Command; readonly config: Config }
  | { readonly problems: readonly ConfigProblem[] };

/** The text of one option, and where it was found, as a sentence names it: `--host`, `UC_MCP_HEADERS, line 2`. */
interface Source {
  readonly name: string;
  readonly text: string;
}

/**
 * Resolves arguments over environment over defaults. Touches no file: whether a profile is there, and what is in it, is
 * found out at run time, so that a missing one does not end the process. [T078]
 *
 * @param argv - without the program and the script
 */
export function readConfig(
  argv: readonly string[],
  env: Readonly<Record<string, string | undefined>>,
  place: Place,
): Reading {
  const { flagCommands, given, problems: found, words } = readArguments(argv);
  if (flagCommands.has('help')) return { command: 'help' };
  if (flagCommands.has('version')) return { command: 'version' };

  const problems: ConfigProblem[] = [...found];
  const [word, ...surplus] = words;
  const command = commandOf(word?.text ?? 'serve');
  if (command === undefined) problems.push(noCommand(word?.text ?? ''));
  for (const { position } of surplus) {
    problems.push({ exit: USAGE, sentence: `argument ${position} is neither a flag nor the value of one.` });
  }

  // Nothing that is set up, well or badly, stands in the way of the demo.
  const environment = command === 'demo' ? {} : env;
  // A destination that is given by flag puts out those of the environment, of whatever kind they are.
  const flagged = DESTINATIONS.some(({ flag }) => flag !== undefined && given.has(flag));
  const settings: Record<string, unknown> = {};
  const destinations: string[] = [];
  for (const [field, option] of Object.entries<Option<unknown>>(OPTIONS)) {
    const isDestination = DESTINATIONS.includes(option);
    const sources = sourcesOf(option, given, isDestination && flagged ? {} : environment);
    settings[field] = settle(option, sources, place, problems);
    if (isDestination && (sources.length > 0 || given.has(option.flag ?? ''))) destinations.push(option.flag ?? '');
  }
  // The type of OPTIONS says of each field what its option yields; Object.entries forgets it.
  const config = configOf(settings as unknown as Settings);

  if (command === 'serve' && !config.sandbox && destinations.length !== 1) problems.push(oneDestination(destinations));
  return problems.length > 0 || command === undefined ? { problems } : { command, config };
}

/** What the bridge can lead to: exactly one of them has to be given. */
const DESTINATIONS: readonly Option<unknown>[] = [OPTIONS.connection, OPTIONS.url, OPTIONS.service];

function oneDestination(given: readonly string[]): ConfigProblem {
  const sentence =
    given.length > 1
      ? `${given.join(' and ')} are given together: give one of them.`
      : `--connection is missing: name the Unity Catalog connection with it or with ${OPTIONS.connection.env}, or give ` +
        '--url or --service instead, or try --sandbox, which needs none of them.';
  return { exit: USAGE, sentence };
}

function configOf({ host, ...settings }: Settings): Config {
  return Object.freeze({ ...settings, host: host?.origin, workspaceId: host?.workspaceId });
}

function commandOf(word: string): Command | undefined {
  return Object.hasOwn(COMMANDS, word) ? (word as Command) : undefined;
}

function noCommand(word: string): ConfigProblem {
  // Anything but a plain word may be a value that lost its flag, and that value a secret.
  const name = /^[a-z]{1,16}$/.test(word) ? `"${word}"` : 'the first argument that is not a flag';
  return { exit: USAGE, sentence: `${name} is not a command: ${Object.keys(COMMANDS).join(', ')}.` };
}

/** What there is for an option: its flags, else its variable. A variable that is empty or blank counts as unset. */
function sourcesOf(
  { env, flag, kind }: Option<unknown>,
  given: ReadonlyMap<string, readonly string[]>,
  environment: Readonly<Record<string, string | undefined>>,
): readonly Source[] {
  if (flag !== undefined && given.has(flag)) return (given.get(flag) ?? []).map((text) => ({ name: flag, text }));
  const value = environment[env] ?? '';
  const lines = kind.join === undefined ? [value] : value.split('\n');
  return lines
    .map((line, index) => ({ name: lines.length > 1 ? `${env}, line ${index + 1}` : env, text: line.trim() }))
    .filter(({ text }) => text !== '');
}

/** The value of an option. A source that is refused adds a problem and leaves the rest to be looked at. */
function settle<T>(
  option: Option<T>,
  sources: readonly Source[],
  place: Place,
  problems: ConfigProblem[],
): T | undefined {
  const { kind } = option;
  if (sources.length > 1 && kind.join === undefined) {
    problems.push({ exit: USAGE, sentence: `${option.flag} is given ${sources.length} times: give it once.` });
  }
  const values: T[] = [];
  for (const { name, text } of sources) {
    const refusal = refusalByLook(option, text);
    const parsed = refusal === undefined ? kind.read(text, place) : { wrong: refusal };
    if ('value' in parsed) {
      values.push(parsed.value);
    } else {
      const shown = option.secret || refusal !== undefined ? undefined : quoted(text);
      const sentence = `${name}${shown === undefined ? '' : ` ${shown}`}: ${parsed.wrong}`;
      problems.push({ exit: refusal === undefined ? kind.exit : CONFIGURATION, sentence });
    }
  }
  if (kind.join !== undefined) return kind.join(values);
  return values[0] ?? defaultOf(option, place);
}

/** What is wrong with a text of whatever kind: it is an example's, or it is a credential where none belongs. */
function refusalByLook({ says, secret }: Option<unknown>, text: string): string | undefined {
  const placeholder = placeholderIn(text);
  if (placeholder !== undefined) {
    return secret ? 'replace the placeholder of the example.' : `replace the placeholder "${placeholder}" (${says}).`;
  }
  if (!secret && looksLikeToken(text)) return 'this looks like a token, which belongs into DATABRICKS_TOKEN alone.';
  return undefined;
}

function defaultOf<T>({ default: text, kind }: Option<T>, place: Place): T | undefined {
  if (text === undefined) return undefined;
  const parsed = kind.read(text, place);
  if ('value' in parsed) return parsed.value;
  throw new Error(`default ${JSON.stringify(text)}: ${parsed.wrong}`);
}
