/** The texts for a person at a terminal, made from the tables in options.ts. Loaded only when one is asked for. */

import wrapAnsi from 'wrap-ansi';
import { COMMAND_FLAGS, COMMANDS, type Command, type CommandRow, type OwnFlag } from './commands.ts';
import { ALL_OPTIONS, OPTIONS, type Option } from './options.ts';

const WIDTH = 100;

/** What the examples run: corrections arrive by themselves, anything else does not. */
export const PACKAGE = 'uc-mcp-bridge@0.1';

/** Configuration of a client, with placeholders for what is the reader's own. */
export const CLIENT_CONFIG: Readonly<Record<string, unknown>> = {
  mcpServers: {
    github: {
      command: 'npx',
      args: ['-y', PACKAGE, '--connection', '<your-connection>'],
      env: {
        [OPTIONS.host.env]: 'https://<your-workspace>',
        [OPTIONS.token.env]: '<your-token>',
      },
    },
  },
};

/**
 * The text for `--help`, for all commands or for one.
 *
 * @param width - in columns; words are never cut
 */
export function helpText(of?: Command, width: number = WIDTH): string {
  return (of === undefined ? wholeHelp(width) : helpFor(of, width)).join('\n');
}

const ROWS: readonly (readonly [string, CommandRow])[] = Object.entries<CommandRow>(COMMANDS);

function wholeHelp(width: number): readonly string[] {
  return [
    ...wrapped(
      'uc-mcp-bridge: an MCP server on stdio that forwards every message, unchanged, through a Databricks Unity Catalog ' +
        "connection to a remote MCP server such as GitHub's.",
      width,
    ),
    '',
    'Usage:',
    '  uc-mcp-bridge [serve] --connection NAME [option ...]',
    '  uc-mcp-bridge COMMAND [option ...]',
    '',
    'Commands:',
    ...columns(
      ROWS.map(([name, row]) => [commandUsage(name, row), row.says]),
      width,
    ),
    '',
    ...wrapped('Workspace and connection options, and the variables that set them too:', width),
    ...columns(
      [...WITH_FLAG.map((option): Entry => [usage(option), `${option.says} [${option.env}]`]), ...FLAG_ENTRIES],
      width,
    ),
    '',
    ...wrapped(`Variables without a flag: ${ENVIRONMENT_ONLY.map(({ env }) => env).join(', ')}.`, width),
    '',
    ...wrapped(
      '`uc-mcp-bridge help options` explains these too, with all defaults; `help COMMAND` explains a command.',
      width,
    ),
    '',
  ];
}

const WITH_FLAG = ALL_OPTIONS.filter(({ flag }) => flag !== undefined);
const ENVIRONMENT_ONLY = ALL_OPTIONS.filter(({ flag }) => flag === undefined);
const FLAG_ENTRIES: readonly Entry[] = COMMAND_FLAGS.map(({ flag, says, short }) => [`${short}, ${flag}`, says]);

function helpFor(command: Command, width: number): readonly string[] {
  const row: CommandRow = COMMANDS[command];
  const own = Object.values<OwnFlag<unknown>>(row.own);
  return [
    ...wrapped(`uc-mcp-bridge ${command}: ${row.says}`, width),
    '',
    'Usage:',
    `  uc-mcp-bridge ${commandUsage(command, row)} [option ...]`,
    '',
    ...(own.length === 0 ? [] : [`Options of ${command}:`, ...columns(own.map(ownEntry), width), '']),
    ...(row.takes === 'nothing'
      ? []
      : [...wrapped('Workspace and connection options: see `uc-mcp-bridge --help`.', width), '']),
  ];
}

function commandUsage(name: string, { words = [] }: CommandRow): string {
  return [name, ...words.map((word) => (word.optional ? `[${word.name}]` : word.name))].join(' ');
}

function ownEntry(flag: OwnFlag<unknown>): Entry {
  const notes = [flag.kind.join && 'repeatable', flag.default && `default: ${flag.default}`].filter(Boolean);
  return [usage(flag), flag.says, ...(notes.length === 0 ? [] : [`[${notes.join('; ')}]`])];
}

/** Every option with its variable and default. */
export function optionsText(width: number = WIDTH): string {
  return [
    ...wrapped('Options. A flag wins over its variable:', width),
    ...columns([...WITH_FLAG.map(entry), ...FLAG_ENTRIES], width),
    '',
    'Variables without a flag:',
    ...columns(ENVIRONMENT_ONLY.map(entry), width),
    '',
  ].join('\n');
}

/** The README's table of commands, in Markdown. */
export function commandTable(): string {
  const rows = ROWS.map(([name, row]) => {
    const flags = Object.values<OwnFlag<unknown>>(row.own).map((flag) => `\`${usage(flag).replaceAll('|', '\\|')}\``);
    return `| \`${commandUsage(name, row)}\` | ${row.says} | ${flags.join(', ')} |`;
  });
  return ['| command | what it does | options of its own |', '|---|---|---|', ...rows, ''].join('\n');
}

/**
 * A table of options in Markdown, for the README and docs/options.md.
 *
 * @param flags - only these
 */
export function optionTable(flags?: readonly string[]): string {
  const options = ALL_OPTIONS.filter(({ flag }) => flags === undefined || flags.includes(flag ?? ''));
  const rows = options.map((option) => {
    const flag = option.flag === undefined ? 'none' : `\`${usage(option)}\`${option.kind.join ? ', repeatable' : ''}`;
    const env = `\`${option.env}\`${option.kind.join ? ', one per line' : ''}`;
    return `| ${flag} | ${env} | ${option.default ? `\`${option.default}\`` : option.otherwise} | ${option.says} |`;
  });
  return ['| flag | environment | default | |', '|---|---|---|---|', ...rows, ''].join('\n');
}

/** What `serve` says on a terminal with nothing piped in, where no client is there to talk to. */
export function introduction(): string {
  return [
    'uc-mcp-bridge is an MCP server on stdio: a client such as Claude Desktop starts it and talks to it',
    'through pipes. On a terminal there is nobody to talk to. Add this to the configuration of the client',
    '(Claude Desktop: Settings, Developer, Edit Config), with your own values in place of <...>, and',
    'restart the client:',
    '',
    JSON.stringify(CLIENT_CONFIG, undefined, 2),
    '',
    `To see it work first, with nothing to set up: npx ${PACKAGE} demo`,
    `All options: npx ${PACKAGE} --help`,
    '',
  ].join('\n');
}

function usage({ flag, kind }: Pick<Option<unknown>, 'flag' | 'kind'>): string {
  return kind.metavar === undefined ? `${flag}` : `${flag} ${kind.metavar}`;
}

type Entry = readonly [term: string, ...paragraphs: string[]];

function entry(option: Option<unknown>): Entry {
  const { env, flag, kind, says } = option;
  const inherited = `default: ${option.default || option.otherwise}`;
  if (flag === undefined) return [env, says, `[${inherited}]`];
  return [
    usage(option),
    says,
    kind.join ? `[repeatable; ${env}, one per line; ${inherited}]` : `[${env}; ${inherited}]`,
  ];
}

/** Terms on the left, paragraphs on the right; below each other where the width has no room for both. */
function columns(entries: readonly Entry[], width: number): readonly string[] {
  const widest = Math.max(...entries.map(([term]) => term.length)) + 4;
  const left = Math.min(widest, Math.max(6, Math.floor(width / 3)));
  return entries.flatMap(([term, ...paragraphs]) => {
    const lines = paragraphs.flatMap((paragraph) => wrapped(paragraph, width - left));
    const isLong = term.length + 4 > left;
    const rest = (isLong ? lines : lines.slice(1)).map((line) => `${''.padEnd(left)}${line}`);
    return [isLong ? `  ${term}` : `${`  ${term}`.padEnd(left)}${lines[0]}`, ...rest];
  });
}

function wrapped(text: string, width: number): readonly string[] {
  return wrapAnsi(text, width, { trim: true }).split('\n');
}
