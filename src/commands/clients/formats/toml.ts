import { parse, TomlError } from 'smol-toml';
import { checked } from './checked.ts';
import {
  EditRefused,
  type Format,
  lineEndOf,
  type Path,
  type Reading,
  type Value,
  valueAt,
  withoutQuotes,
} from './format.ts';

/** TOML, with the value as a table of its own behind everything else, where a new table can stand in every file. */
export const TOML: Format = checked({ read, put, take });

function read(text: string): Reading {
  try {
    return { content: parse(text) };
  } catch (error) {
    if (!(error instanceof TomlError)) throw error;
    const [reason = ''] = error.message.replace(/^Invalid TOML document: /, '').split('\n');
    return { wrong: `is not valid TOML (${withoutQuotes(reason)})`, line: error.line };
  }
}

function put(text: string, path: Path, value: Value): string {
  const eol = lineEndOf(text);
  const table = tableOf(path, value).join(eol) + eol;
  const reading = read(text);
  if ('content' in reading && valueAt(reading.content, path) !== undefined) {
    const lines = linesOf(text);
    const [span, ...more] = spansOf(lines, path);
    if (span === undefined || more.length > 0) throw new EditRefused(`has [${path.join('.')}] in more than one piece`);
    return [...lines.slice(0, span.from), table, ...lines.slice(span.to)].join('');
  }
  const before = text.trim() === '' ? text : `${text}${/\n$/.test(text) ? '' : eol}${eol}`;
  return before + table;
}

function take(text: string, path: Path): string {
  const lines = linesOf(text);
  for (const { from, to } of spansOf(lines, path).reverse()) {
    const isBlankBefore = from > 0 && lines[from - 1]?.trim() === '';
    lines.splice(isBlankBefore ? from - 1 : from, to - from + (isBlankBefore ? 1 : 0));
  }
  return lines.join('');
}

/** Lines with their ends. */
function linesOf(text: string): string[] {
  return text.match(/[^\n]*\n|[^\n]+$/g) ?? [];
}

/**
 * Where the table of that path and those below it are: from the header to the last line that says something.
 */
function spansOf(lines: readonly string[], path: Path): { from: number; to: number }[] {
  const inText = linesInText(lines);
  const headers = lines.map((line, index) => (inText[index] ? undefined : headerOf(line)));
  return headers.flatMap((header, from) => {
    if (header === undefined || !path.every((name, index) => header[index] === name)) return [];
    const next = headers.findIndex((other, index) => index > from && other !== undefined);
    let to = next === -1 ? lines.length : next;
    while (to > from + 1 && /^(?:#|$)/.test((lines[to - 1] ?? '').trim())) to -= 1;
    return [{ from, to }];
  });
}

/** Whether each line begins inside of a text of several lines, where it may look like anything. */
function linesInText(lines: readonly string[]): readonly boolean[] {
  let open: string | undefined;
  return lines.map((line) => {
    const was = open !== undefined;
    for (const [quotes] of line.matchAll(/"""|'''|#.*/g)) {
      if (open === undefined && !quotes.startsWith('#')) open = quotes;
      else if (open === quotes) open = undefined;
    }
    return was;
  });
}

const KEY = /\s*(?:"((?:[^"\\]|\\.)*)"|'([^']*)'|([\w-]+))\s*/y;

/** The names in `[a."b c".d]`; undefined where a line is no header. */
function headerOf(line: string): readonly string[] | undefined {
  const inside = /^\s*\[(\[?.*?\]?)\]\s*(?:#.*)?$/.exec(line.trimEnd())?.[1];
  if (inside === undefined) return undefined;
  const names: string[] = [];
  const text = inside.replace(/^\[|\]$/g, '');
  KEY.lastIndex = 0;
  for (let match = KEY.exec(text); match !== null; match = KEY.exec(text)) {
    names.push(match[1] ?? match[2] ?? match[3] ?? '');
    if (text[KEY.lastIndex] !== '.') break;
    KEY.lastIndex += 1;
  }
  return names;
}

function tableOf(path: Path, value: Value): string[] {
  return [
    `[${path.map(keyText).join('.')}]`,
    ...Object.entries(value).map(([name, inner]) => `${keyText(name)} = ${valueText(inner)}`),
  ];
}

function keyText(name: string): string {
  return /^[\w-]+$/.test(name) ? name : JSON.stringify(name);
}

/** Texts as JSON writes them are texts in TOML too. */
function valueText(value: unknown): string {
  if (Array.isArray(value)) return `[${value.map(valueText).join(', ')}]`;
  if (typeof value !== 'object' || value === null) return JSON.stringify(value);
  const members = Object.entries(value).map(([name, inner]) => `${keyText(name)} = ${valueText(inner)}`);
  return members.length === 0 ? '{}' : `{ ${members.join(', ')} }`;
}
