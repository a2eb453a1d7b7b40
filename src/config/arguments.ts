import { COMMAND_FLAGS, COMMANDS, type CommandRow, type FlagCommand, type OwnFlag } from './commands.ts';
import { ALL_OPTIONS, type Option } from './options.ts';
import { type ConfigProblem, USAGE } from './problems.ts';

/** What stands among the arguments, before any value is looked at. */
export interface Arguments {
  readonly flagCommands: ReadonlySet<FlagCommand>;
  /** Texts per flag, in order: `on` for a switch, none for a flag that lacks its value. */
  readonly given: ReadonlyMap<string, readonly string[]>;
  /** What is neither a flag nor a value, with its place, counted from 1. */
  readonly words: readonly { readonly text: string; readonly position: number }[];
  readonly problems: readonly ConfigProblem[];
}

/** Of every command: whether a flag belongs to the one that is meant is looked at when that is known. */
function optionOf(flag: string): Option<unknown> | OwnFlag<unknown> | undefined {
  const isMeant = (option: Option<unknown> | OwnFlag<unknown>) => option.flag === flag;
  return ALL_OPTIONS.find(isMeant) ?? ownFlags().find(isMeant);
}

function ownFlags(): readonly OwnFlag<unknown>[] {
  return Object.values<CommandRow>(COMMANDS).flatMap(({ own }) => Object.values(own));
}

function commandOf(given: string): FlagCommand | undefined {
  return COMMAND_FLAGS.find(({ flag, short }) => given === flag || given === short)?.command;
}

/** A flag that asks for a credential, of whatever name. */
const SECRET_FLAG = /token|secret|password|^--?pat$/i;

/** An unknown flag that may be shown. Longer ones, and any with digits, may be a secret that was pasted behind a dash. */
const FLAG_NAME = /^(--?[a-z][a-z_-]{0,23})(?:[=:]|$)/i;

/**
 * Sorts arguments into flags with their values and words. By hand: Node's `parseArgs` takes the next argument for a value
 * even if that is a flag, so that `--profile --help` would be a profile; and it costs a part of every start.
 */
export function readArguments(argv: readonly string[]): Arguments {
  const flagCommands = new Set<FlagCommand>();
  const given = new Map<string, string[]>();
  const words: { text: string; position: number }[] = [];
  const problems: ConfigProblem[] = [];

  let isOver = false; // behind `--` everything is a word
  for (let index = 0; index < argv.length; index++) {
    const argument = argv[index] ?? '';
    if (isOver || isPlain(argument)) {
      words.push({ text: argument, position: index + 1 });
      continue;
    }
    if (argument === '--') {
      isOver = true;
      continue;
    }

    const equals = argument.startsWith('--') ? argument.indexOf('=', 3) : -1;
    const flag = equals < 0 ? argument : argument.slice(0, equals);
    const inline = equals < 0 ? undefined : argument.slice(equals + 1);
    const next = argv[index + 1];
    const follower = inline === undefined && next !== undefined && isPlain(next) ? next : undefined;
    const text = inline ?? follower;
    const flagCommand = commandOf(flag);
    const option = optionOf(flag);
    if (flagCommand !== undefined) {
      flagCommands.add(flagCommand);
    } else if (option === undefined) {
      problems.push(unknown(flag, index + 1));
      // What follows is in all likelihood its value, and perhaps a secret one: it is passed over in silence.
      if (follower !== undefined) index += 1;
    } else if (option.kind.metavar === undefined) {
      if (inline !== undefined) problems.push({ exit: USAGE, sentence: `${flag} takes no value.` });
      given.set(flag, ['on']);
    } else {
      if (follower !== undefined) index += 1;
      const texts = given.get(flag) ?? [];
      given.set(flag, text ? [...texts, text] : texts);
      if (!text) problems.push({ exit: USAGE, sentence: `${flag} needs a value: ${flag}=${option.kind.metavar}.` });
    }
  }
  return { flagCommands, given, words, problems };
}

/** Whether it is no flag: a dash alone stands for stdin, as everywhere. */
function isPlain(argument: string): boolean {
  return argument === '-' || !argument.startsWith('-');
}

function unknown(flag: string, position: number): ConfigProblem {
  const name = FLAG_NAME.exec(flag)?.[1];
  if (name === undefined) return { exit: USAGE, sentence: `argument ${position} begins with a dash but is no flag.` };
  if (SECRET_FLAG.test(name)) {
    const sentence =
      `${name} is not a flag: arguments can be seen by every process of the machine. ` +
      'Set DATABRICKS_TOKEN, or name a profile with --profile.';
    return { exit: USAGE, sentence };
  }
  return { exit: USAGE, sentence: `${name} is not a flag.`, unknown: { type: 'flag', name } };
}
