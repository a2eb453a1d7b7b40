import { type Arguments, readArguments } from './arguments.ts';
import { COMMANDS, type Command, type CommandRow, type OwnValues } from './commands.ts';
import type { Config } from './config.ts';
import { quoted } from './echo.ts';
import type { Place } from './kinds/kind.ts';
import { ALL_OPTIONS, OPTIONS, type Option, type Settings } from './options.ts';
import { type ConfigNotice, type ConfigProblem, PREFIX, USAGE } from './problems.ts';
import { settle, sourcesOf } from './settle.ts';

/** What the arguments and the environment ask for, or everything that is wrong with them. */
export type Reading =
  /** `of`: the command whose help is wanted. */
  | { readonly command: 'help'; readonly of?: Command | 'options' }
  | { [C in Command]: Asked<C> }[Command]
  /** `command`: the one that was meant, where that is clear. */
  | {
      readonly problems: readonly ConfigProblem[];
      readonly warnings: readonly ConfigNotice[];
      readonly command: Command | undefined;
    };

/** What a command is asked to do. */
export interface Asked<C extends Command = Command> {
  readonly command: C;
  readonly config: Config;
  /** What stands behind the command's name. */
  readonly words: readonly string[];
  /** The values of the command's own flags. */
  readonly own: OwnValues[C];
  /** Where the value of a field was found, as a sentence names it: `--host`, `DATABRICKS_HOST`. Defaults are not in it. */
  readonly sources: ReadonlyMap<keyof Settings, string>;
  /** Settings that have no effect, or that have a better alternative. */
  readonly warnings: readonly ConfigNotice[];
  /** The texts that were found there, for whoever hands them on. Some are secret. */
  readonly texts: ReadonlyMap<keyof Settings, readonly string[]>;
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
  const [name, ...behind] = words;
  const command = commandOf(name?.text ?? 'serve');
  if (name?.text === 'help') return asHelp(behind, env);
  if (flagCommands.has('help')) {
    return name === undefined || command === undefined ? { command: 'help' } : { command: 'help', of: command };
  }
  if (flagCommands.has('version')) return asVersion(given, place);
  const warnings = unknownVariables(env);
  if (command === undefined) return { problems: [...found, noCommand(name?.text ?? '')], warnings, command };

  const row: CommandRow = COMMANDS[command];
  const problems = [...found, ...wrongWords(command, row, behind), ...foreignFlags(command, row, given)];
  const own: Record<string, unknown> = {};
  for (const [field, flag] of Object.entries(row.own)) {
    own[field] = settle(flag, sourcesOf(flag, given, {}), place, problems);
  }
  // Nothing that is set up, well or badly, stands in the way of a command that needs nothing.
  const environment = row.takes === 'nothing' ? {} : env;
  const shared = withoutOwn(given, row);
  const { destinations, settings, sources, texts } = readSettings(shared, environment, place, problems, row);
  const config = configOf(settings);
  const isMissing = destinations.length === 0 && row.takes === 'destination';
  if (!config.sandbox && (isMissing || destinations.length > 1)) {
    problems.push(oneDestination(destinations));
  }
  if (problems.length > 0) return { problems, warnings, command };
  warnings.push(...withoutEffect(config, sources), ...exposedProxy(config, sources));
  const asked = { command, config, words: behind.map(({ text }) => text), own, sources, texts, warnings };
  // Which flags are in `own` follows from the command, which the compiler cannot see of a row that was looked up.
  return asked as unknown as Reading;
}

/** `help`, `help COMMAND` or `help options`. */
function asHelp([topic]: Arguments['words'], env: Readonly<Record<string, string | undefined>>): Reading {
  if (topic === undefined) return { command: 'help' };
  const of = topic.text === 'options' ? 'options' : commandOf(topic.text);
  if (of !== undefined) return { command: 'help', of };
  return { problems: [noCommand(topic.text)], warnings: unknownVariables(env), command: undefined };
}

/** The flag wins over everything else, which is then not looked at. */
function asVersion(given: Arguments['given'], place: Place): Reading {
  const { settings, sources, texts } = readSettings(new Map(), {}, place, [], COMMANDS.version);
  const own = { verbose: given.has(COMMANDS.version.own.verbose.flag) };
  return { command: 'version', config: configOf(settings), words: [], own, sources, texts, warnings: [] };
}

const FIELDS = Object.keys(OPTIONS) as readonly (keyof Settings)[];

interface ReadSettings {
  readonly settings: Settings;
  readonly sources: ReadonlyMap<keyof Settings, string>;
  readonly texts: ReadonlyMap<keyof Settings, readonly string[]>;
  /** Flags of the destinations that are given, by whatever source. */
  readonly destinations: readonly string[];
}

function readSettings(
  given: Arguments['given'],
  environment: Readonly<Record<string, string | undefined>>,
  place: Place,
  problems: ConfigProblem[],
  { repeatable = [] }: CommandRow,
): ReadSettings {
  // A destination that is given by flag puts out those of the environment, of whatever kind they are.
  const flagged = DESTINATIONS.some(({ flag }) => flag !== undefined && given.has(flag));
  const settings: Record<string, unknown> = {};
  const sources = new Map<keyof Settings, string>();
  const texts = new Map<keyof Settings, readonly string[]>();
  const destinations: string[] = [];
  for (const field of FIELDS) {
    const option: Option<unknown> = OPTIONS[field];
    const isDestination = DESTINATIONS.includes(option);
    const found = sourcesOf(option, given, isDestination && flagged ? {} : environment);
    const several = { ...option, kind: { ...option.kind, join: ([first]: readonly unknown[]) => first } };
    const isSeveral = found.length > 1 && repeatable.includes(field);
    settings[field] = settle(isSeveral ? several : option, found, place, problems);
    const source = found[0];
    if (source !== undefined) {
      sources.set(field, source.name);
      texts.set(
        field,
        found.map(({ text }) => text),
      );
    }
    if (isDestination && (source !== undefined || given.has(option.flag ?? ''))) destinations.push(option.flag ?? '');
  }
  // The type of OPTIONS says of each field what its option yields; a loop over all of them forgets it.
  return { settings: settings as unknown as Settings, sources, texts, destinations };
}

/** A flag that the command has for itself says nothing of the shared option of that name. */
function withoutOwn(given: Arguments['given'], { own }: CommandRow): Arguments['given'] {
  const flags = new Set<string>(Object.values(own).map(({ flag }) => flag));
  return new Map([...given].filter(([flag]) => !flags.has(flag)));
}

function wrongWords(command: Command, { words: named = [] }: CommandRow, words: Arguments['words']): ConfigProblem[] {
  const missing = named.slice(words.length).filter(({ optional }) => optional !== true);
  if (missing.length > 0) {
    const usage = named.map(({ name, optional }) => (optional ? `[${name}]` : name)).join(' ');
    return [
      {
        exit: USAGE,
        sentence: `${command} needs ${missing.map(({ name }) => name).join(' and ')}: ${command} ${usage}.`,
      },
    ];
  }
  return words
    .slice(named.length)
    .map(({ position }) => ({ exit: USAGE, sentence: `argument ${position} is neither a flag nor the value of one.` }));
}

/** Flags that there are, but not for this command. */
function foreignFlags(command: Command, { own, takes }: CommandRow, given: Arguments['given']): ConfigProblem[] {
  const mine = new Set<string>(Object.values(own).map(({ flag }) => flag));
  if (takes !== 'nothing') for (const { flag } of Object.values<Option<unknown>>(OPTIONS)) if (flag) mine.add(flag);
  return [...given.keys()]
    .filter((flag) => !mine.has(flag))
    .map((flag) => ({ exit: USAGE, sentence: `${flag} is not for ${command}.` }));
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

/** [T222] */
function unknownVariables(env: Readonly<Record<string, string | undefined>>): ConfigNotice[] {
  return Object.keys(env)
    .filter((name) => name.startsWith(PREFIX) && !ALL_OPTIONS.some((option) => option.env === name))
    .map((name) => ({
      sentence: `${quoted(name) ?? 'a variable'} is not a variable of uc-mcp-bridge.`,
      unknown: { type: 'variable', name },
    }));
}

/** Fields that the sandbox replaces by its own. */
const REPLACED = ['connection', 'url', 'service', 'host', 'profile', 'authType', 'proxy', 'caFile'] as const;

/** Only what was set for the bridge: DATABRICKS_HOST may well be set for other programs. */
function withoutEffect({ sandbox }: Config, sources: Asked['sources']): ConfigNotice[] {
  const names = REPLACED.flatMap((field) => sources.get(field) ?? []).filter((name) => /^--|^UC_MCP_/.test(name));
  if (!sandbox || names.length === 0) return [];
  return [{ sentence: `the sandbox takes the place of the workspace, so that ${names.join(', ')} has no effect.` }];
}

function exposedProxy({ proxy }: Config, sources: Asked['sources']): ConfigNotice[] {
  if (sources.get('proxy') !== '--proxy' || !proxy?.includes('@')) return [];
  const { env } = OPTIONS.proxy;
  return [{ sentence: `every process of this machine can read the password in --proxy: set ${env} instead.` }];
}

function configOf(settings: Settings): Config {
  const { host, workspaceId = host?.workspaceId } = settings;
  return Object.freeze({ ...settings, host: host?.origin, workspaceId });
}

function commandOf(word: string): Command | undefined {
  return Object.hasOwn(COMMANDS, word) ? (word as Command) : undefined;
}

function noCommand(word: string): ConfigProblem {
  // Anything but a plain word may be a value that lost its flag, and that value a secret.
  const isWord = /^[a-z]{1,16}$/.test(word);
  const name = isWord ? `"${word}"` : 'the first argument that is not a flag';
  const unknown = isWord ? { unknown: { type: 'command', name: word } as const } : {};
  return { exit: USAGE, ...unknown, sentence: `${name} is not a command: ${Object.keys(COMMANDS).join(', ')}.` };
}
