/** The texts for a person at a terminal, made from the tables in options.ts. Loaded only when one is asked for. */

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

/** The answer to `--help`, for all or for one command. */
export function helpText(of?: Command): string {
  return (of === undefined ? wholeHelp() : helpFor(of)).join('\n');
}

const ROWS: readonly (readonly [string, CommandRow])[] = Object.entries<CommandRow>(COMMANDS);

function wholeHelp(): readonly string[] {
  return [
    'uc-mcp-bridge: an MCP server on stdio that relays every message, unchanged, through a Databricks',
    'Unity Catalog connection to a remote MCP server such as GitHub.',
    '',
    'Usage:',
    '  uc-mcp-bridge [serve] --connection NAME [option ...]',
    '  uc-mcp-bridge [serve] --sandbox [option ...]',
    '  uc-mcp-bridge COMMAND [option ...]',
    '',
    'Commands:',
    ...columns(ROWS.map(([name, row]) => [commandUsage(name, row), row.says])),
    '',
    ...sharedOptions(),
    '',
    'Examples:',
    '  uc-mcp-bridge --connection github_u2m_connection --profile work',
    "  uc-mcp-bridge --connection github_u2m_connection --header 'X-MCP-Readonly: true'",
    '  uc-mcp-bridge demo',
    '',
  ];
}

function helpFor(command: Command): readonly string[] {
  const row: CommandRow = COMMANDS[command];
  const own = Object.values<OwnFlag<unknown>>(row.own);
  return [
    ...wrapped(`uc-mcp-bridge ${command}: ${row.says}`, WIDTH),
    '',
    'Usage:',
    `  uc-mcp-bridge ${commandUsage(command, row)} [option ...]`,
    '',
    ...(own.length === 0 ? [] : [`Options of ${command}:`, ...columns(own.map(ownEntry)), '']),
    ...(row.takes === 'nothing' ? [] : [...sharedOptions(), '']),
  ];
}

function commandUsage(name: string, { words = [] }: CommandRow): string {
  return [name, ...words.map((word) => (word.optional ? `[${word.name}]` : word.name))].join(' ');
}

function ownEntry(flag: OwnFlag<unknown>): Entry {
  const notes = [flag.kind.join && 'repeatable', flag.default && `default: ${flag.default}`].filter(Boolean);
  return [usage(flag), flag.says, ...(notes.length === 0 ? [] : [`[${notes.join('; ')}]`])];
}

function sharedOptions(): readonly string[] {
  const options = ALL_OPTIONS.filter(({ flag }) => flag !== undefined);
  const environmentOnly = ALL_OPTIONS.filter(({ flag }) => flag === undefined);
  return [
    'Options, which win over the environment:',
    ...columns([
      ...options.map(entry),
      ...COMMAND_FLAGS.map(({ flag, says, short }): Entry => [`${short}, ${flag}`, says]),
    ]),
    '',
    'Environment only:',
    ...columns(environmentOnly.map(entry)),
  ];
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

/** Terms on the left, paragraphs on the right, within the width of the page. */
function columns(entries: readonly Entry[]): readonly string[] {
  const left = Math.max(...entries.map(([term]) => term.length)) + 4;
  return entries.flatMap(([term, ...paragraphs]) =>
    paragraphs
      .flatMap((paragraph) => wrapped(paragraph, WIDTH - left))
      .map((line, index) => `${(index === 0 ? `  ${term}` : '').padEnd(left)}${line}`),
  );
}

function wrapped(text: string, width: number): readonly string[] {
  const lines: string[] = [];
  let line = '';
  for (const word of text.split(' ')) {
    if (line !== '' && line.length + 1 + word.length > width) {
      lines.push(line);
      line = word;
    } else {
      line = line === '' ? word : `${line} ${word}`;
    }
  }
  return [...lines, line];
}
