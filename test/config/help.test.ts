import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { COMMAND_FLAGS, COMMANDS, type Command } from '../../src/config/commands.ts';
import { CLIENT_CONFIG, helpText, introduction, optionsText, optionTable } from '../../src/config/help.ts';
import { ALL_OPTIONS } from '../../src/config/options.ts';
import { readConfig } from '../../src/config/read.ts';

const ROOT = new URL('../../', import.meta.url);
const COMMAND_NAMES = Object.keys(COMMANDS) as Command[];

function wordsOf(texts: readonly string[]): string[] {
  return texts.flatMap((text) => text.split(/\s+/)).filter((word) => word !== '');
}

describe('--help', () => {
  it.each(ALL_OPTIONS)('with options names $env, its flag, what it says and its default', (option) => {
    const text = optionsText().replace(/\s+/g, ' ');
    expect(text).toContain(option.env);
    expect(text).toContain(option.says);
    expect(text).toContain(`default: ${option.default || option.otherwise}]`);
    if (option.flag !== undefined) expect(text).toContain(` ${option.flag} `);
    if (option.kind.metavar !== undefined && option.flag)
      expect(text).toContain(`${option.flag} ${option.kind.metavar}`);
  });

  it('names every command and every flag that stands for one', () => {
    for (const command of Object.keys(COMMANDS)) expect(helpText()).toMatch(new RegExp(`^  ${command}\\b`, 'm'));
    for (const { flag, short } of COMMAND_FLAGS) expect(helpText()).toContain(`${short}, ${flag} `);
  });

  it('of one command shows what that command takes', () => {
    expect(helpText('demo')).toMatch(/^uc-mcp-bridge demo: .*embedded sandbox/);
    expect(helpText('demo')).not.toContain('--connection');
    expect(helpText('serve')).toContain('Workspace and connection options: see `uc-mcp-bridge --help`.');
    expect(helpText('call')).toContain('--args');
  });

  it.each([
    { what: '--help', text: helpText() },
    ...Object.keys(COMMANDS).map((name) => ({ what: `${name} --help`, text: helpText(name as Command) })),
    { what: 'help options', text: optionsText() },
    { what: 'the introduction', text: introduction() },
  ])('$what fits 100 columns, in ASCII, and ends its last line', ({ text }) => {
    for (const line of text.split('\n')) expect(line).toMatch(/^[\x20-\x7e]{0,100}$/);
    expect(text).toMatch(/[^\n]\n$/);
  });
});

describe.each([40, 60, 80, 120])('help at %i columns', (width) => {
  const texts = [helpText(undefined, width), optionsText(width), ...COMMAND_NAMES.map((name) => helpText(name, width))];

  it('fits, as far as single words do, and cuts no word', () => {
    const words = new Set(
      texts.length === 0 ? [] : wordsOf([helpText(), optionsText(), ...COMMAND_NAMES.map((name) => helpText(name))]),
    );
    for (const line of texts.flatMap((text) => text.split('\n'))) {
      if (line.length > width) expect(line, line).toMatch(/^ {2}\S/);
      for (const word of wordsOf([line])) expect(words).toContain(word);
    }
  });

  it('takes two screens at most', () => {
    // Of fifty lines each.
    if (width === 120) expect(helpText(undefined, width).split('\n').length).toBeLessThanOrEqual(100);
  });
});

describe("the README's table of options", () => {
  it('has four cells in every row, and a row for every option', () => {
    const [head, rule, ...rows] = optionTable().trimEnd().split('\n');
    expect(head).toBe('| flag | environment | default | |');
    expect(rule).toBe('|---|---|---|---|');
    expect(rows).toHaveLength(ALL_OPTIONS.length);
    for (const row of rows) expect(row.split('|')).toHaveLength(6);
    for (const { env } of ALL_OPTIONS) expect(rows.filter((row) => row.includes(`\`${env}\``))).toHaveLength(1);
  });

  it('says which flag may be repeated, and how the variable holds several', () => {
    expect(optionTable()).toContain("| `--header 'Name: value'`, repeatable | `UC_MCP_HEADERS`, one per line | none |");
  });
});

describe('claude_desktop_config.example.json', () => {
  const text = readFileSync(new URL('claude_desktop_config.example.json', ROOT), 'utf8');
  const example = JSON.parse(text) as {
    mcpServers: { github: { command: string; args: string[]; env: Record<string, string> } };
  };
  const { args, command, env } = example.mcpServers.github;
  const ownArgs = args.slice(2);

  it('is what the introduction shows', () => {
    expect(example).toEqual(CLIENT_CONFIG);
    expect(introduction()).toContain(JSON.stringify(example, undefined, 2));
  });

  it('runs this package by npx, in this series of versions', () => {
    const { name, version } = JSON.parse(readFileSync(new URL('package.json', ROOT), 'utf8')) as Record<string, string>;
    expect([command, ...args.slice(0, 2)]).toEqual([
      'npx',
      '-y',
      `${name}@${version?.split('.').slice(0, 2).join('.')}`,
    ]);
  });

  it('has each of its placeholders named to whoever left it there', () => {
    const reading = readConfig(ownArgs, env, { home: '/home/ada', cwd: '/' });
    const sentences = 'problems' in reading ? reading.problems.map(({ sentence }) => sentence) : [];
    expect(sentences).toEqual([
      expect.stringMatching(/^--connection: replace the placeholder "<your-connection>"/),
      expect.stringMatching(/^DATABRICKS_HOST: replace the placeholder "<your-workspace>"/),
      expect.stringMatching(/^DATABRICKS_TOKEN: replace the placeholder/),
    ]);
  });

  it('serves once they are replaced', () => {
    const own = (value: string) => value.replace('<your-workspace>', 'x.cloud.databricks.com').replace(/<.*>/, 'mine');
    const ownEnv = Object.fromEntries(Object.entries(env).map(([name, value]) => [name, own(value)]));
    expect(readConfig(ownArgs.map(own), ownEnv, { home: '/home/ada', cwd: '/' })).toMatchObject({
      command: 'serve',
      config: { connection: 'mine', host: 'https://x.cloud.databricks.com', token: 'mine' },
    });
  });
});
