/** `tools`: the tools of the server, or one of them with its arguments and an example call. */

import wrapAnsi from 'wrap-ansi';
import type { Asked } from '../config/read.ts';
import { terminalWidth } from '../node/terminal-width.ts';
import { createServices, type Services, secretsOf } from '../pipeline.ts';
import { excerpt } from '../protocol/excerpt.ts';
import { isRecord } from '../protocol/json.ts';
import { Problem } from '../protocol/problem.ts';
import { EXIT, failed } from './failed.ts';
import { SILENT } from './silent.ts';
import { type ListedTool, openTalk, type Talk } from './talk.ts';
import { show } from './terminal.ts';

/** @returns 0 if the server lists its tools, and the named one is among them */
export async function tools({ config, own, sources, words }: Asked<'tools'>): Promise<number> {
  const secrets = secretsOf(config);
  const [name] = words;
  let services: Services | undefined;
  let talk: Talk | undefined;
  try {
    services = await createServices({ config, sources, secrets, log: SILENT, onSignIn: () => {} });
    talk = (await openTalk(config, services.wire)).talk;
    await talk.initialize();
    const listed = await talk.listTools();
    const chosen = name === undefined ? listed : listed.filter((tool) => tool.name === name);
    if (name !== undefined && chosen.length === 0) {
      throw new Problem('badMessage', `The server lists no tool ${JSON.stringify(excerpt(name))}.`, {
        hint: 'Run `uc-mcp-bridge tools` without a name to see all of them.',
      });
    }
    const width = terminalWidth(process.stdout);
    const [only] = chosen;
    if (own.json) show(process.stdout, `[${chosen.map(({ text }) => text).join(',')}]\n`);
    else show(process.stdout, name !== undefined && only ? toolPage(only, width) : toolList(chosen, width));
    return EXIT.ok;
  } catch (error) {
    return failed(error, { scrub: (text) => secrets.scrub(text), json: own.json });
  } finally {
    await talk?.close();
    await services?.close();
  }
}

function toolList(listed: readonly ListedTool[], width: number): string {
  const longest = Math.max(0, ...listed.map(({ name }) => name.length));
  const left = Math.min(longest + 10, Math.floor(width / 2));
  const lines = listed.map((tool) => {
    const head = `${isReadOnly(tool) ? 'reads ' : 'writes'}  ${tool.name}`;
    const about = wrapAnsi(firstSentence(tool), width - left, { trim: true }).split('\n');
    const below = (head.length + 2 > left ? about : about.slice(1)).map((line) => `${''.padEnd(left)}${line}`);
    return [head.length + 2 > left ? head : `${head.padEnd(left)}${about[0]}`.trimEnd(), ...below].join('\n');
  });
  const writing = listed.filter((tool) => !isReadOnly(tool)).length;
  return `${lines.join('\n')}\n\n${listed.length} tools, ${writing} of them may change something.\n`;
}

function toolPage(tool: ListedTool, width: number): string {
  const { description, inputSchema, title } = detailsOf(tool);
  const properties = isRecord(inputSchema['properties']) ? inputSchema['properties'] : {};
  const required = new Set(Array.isArray(inputSchema['required']) ? inputSchema['required'] : []);
  const rows = Object.entries(properties).flatMap(([name, schema]) => {
    const head = `  ${name}  ${typeOf(schema)}${required.has(name) ? ', required' : ''}`;
    const about = isRecord(schema) && typeof schema['description'] === 'string' ? schema['description'] : '';
    const lines = about === '' ? [] : wrapAnsi(about, width - 6, { trim: true }).split('\n');
    return [head, ...lines.map((line) => `      ${line}`)];
  });
  const example = Object.fromEntries(
    Object.entries(properties)
      .filter(([name]) => required.has(name))
      .map(([name, schema]) => [name, exampleOf(schema)]),
  );
  return [
    `${tool.name}${title === '' ? '' : ` (${title})`}: ${isReadOnly(tool) ? 'only reads' : 'may change something'}`,
    '',
    ...(description === '' ? [] : [wrapAnsi(description, width, { trim: true }), '']),
    rows.length === 0 ? 'It takes no arguments.' : 'Arguments:',
    ...rows,
    '',
    'Example:',
    `  uc-mcp-bridge call ${tool.name}${required.size === 0 ? '' : ` --args '${JSON.stringify(example)}'`}`,
    '',
  ].join('\n');
}

function isReadOnly({ annotations }: ListedTool): boolean {
  return annotations['readOnlyHint'] === true;
}

function firstSentence(tool: ListedTool): string {
  const { description, title } = detailsOf(tool);
  const [sentence = ''] = /^.*?[.!?](?=\s|$)|^.*/.exec(description.trim()) ?? [];
  return sentence === '' ? title : sentence;
}

function detailsOf({ annotations, text }: ListedTool): {
  readonly title: string;
  readonly description: string;
  readonly inputSchema: Readonly<Record<string, unknown>>;
} {
  const tool: unknown = JSON.parse(text);
  const { description, inputSchema, title = annotations['title'] } = isRecord(tool) ? tool : {};
  return {
    title: typeof title === 'string' ? title : '',
    description: typeof description === 'string' ? description : '',
    inputSchema: isRecord(inputSchema) ? inputSchema : {},
  };
}

/** Type of an argument, in the words of JSON Schema. */
function typeOf(schema: unknown): string {
  if (!isRecord(schema)) return 'any';
  if (Array.isArray(schema['enum'])) return schema['enum'].map((value) => JSON.stringify(value)).join(' | ');
  if (schema['type'] === 'array') return `array of ${typeOf(schema['items'])}`;
  return Array.isArray(schema['type']) ? schema['type'].join(' | ') : String(schema['type'] ?? 'any');
}

function exampleOf(schema: unknown): unknown {
  if (!isRecord(schema)) return '...';
  if (Array.isArray(schema['enum'])) return schema['enum'][0];
  switch (schema['type']) {
    case 'number':
    case 'integer':
      return 1;
    case 'boolean':
      return true;
    case 'array':
      return [exampleOf(schema['items'])];
    case 'object':
      return {};
    default:
      return '...';
  }
}
