import { YAMLException } from 'js-yaml';
import { checked } from './checked.ts';
import {
  EditRefused,
  type Format,
  isRecord,
  lineAt,
  lineEndOf,
  type Path,
  type Reading,
  type Value,
  withoutQuotes,
} from './format.ts';
import { Ambiguous, nodeOf, type YamlKey } from './yaml-node.ts';

/** YAML, with the value in block style as the first member of its mapping. */
export const YAML: Format = checked({ read, put, take });

function read(text: string): Reading {
  if (isBlank(text)) return { content: {} };
  try {
    const { content } = nodeOf(text);
    return isRecord(content) ? { content } : { wrong: 'holds no YAML mapping', line: 1 };
  } catch (error) {
    if (error instanceof Ambiguous) return { wrong: error.message, line: lineAt(text, error.offset) };
    if (!(error instanceof YAMLException)) throw error;
    return { wrong: `is not valid YAML (${withoutQuotes(error.reason)})`, line: (error.mark?.line ?? 0) + 1 };
  }
}

/** Nothing but comments and blank lines. */
function isBlank(text: string): boolean {
  return text.split(/\r?\n/).every((line) => /^\s*(?:#.*)?$/.test(line));
}

function put(text: string, path: Path, value: Value): string {
  const eol = lineEndOf(text);
  const there = take(text, path);
  const [outer, name] = path;
  if (name === undefined || path.length !== 2) throw new EditRefused('is written in a form that cannot be edited');
  const mapping = memberOf(there, outer);
  if (mapping === undefined) {
    const before = there === '' || there.endsWith('\n') ? there : `${there}${eol}`;
    return `${before}${outer}:${eol}${block(name, value, '  ', eol)}`;
  }
  const rest = there.slice(mapping.to);
  if (mapping.isFlow) {
    const inside = rest.slice(rest.indexOf('{') + 1);
    const brace = mapping.to + rest.length - inside.length;
    if (/^\s*\}/.test(inside)) {
      // Empty braces become a block, and what stands behind them, a comment, stays behind the name.
      const close = there.indexOf('}', brace) + 1;
      const line = endOfLine(there, close);
      const behind = there.slice(close, line);
      const head = `${there.slice(0, mapping.to)}${behind.trim() === '' ? eol : behind}`;
      return `${head}${head.endsWith('\n') ? '' : eol}${block(name, value, '  ', eol)}${there.slice(line)}`;
    }
    return `${there.slice(0, brace)}${JSON.stringify(name)}: ${JSON.stringify(value)}, ${there.slice(brace)}`;
  }
  const line = endOfLine(there, mapping.to);
  const head = there.slice(0, line);
  return `${head}${head.endsWith('\n') ? '' : eol}${block(name, value, mapping.indent, eol)}${there.slice(line)}`;
}

function take(text: string, [outer, name]: Path): string {
  const mapping = memberOf(text, outer);
  if (mapping === undefined) return text;
  if (name === undefined) return text.slice(0, mapping.from) + text.slice(endOfBlock(text, mapping.from, 0));
  const member = mapping.members.find((other) => other.name === name);
  if (member === undefined) return text;
  if (mapping.isFlow) {
    const next = mapping.members[mapping.members.indexOf(member) + 1];
    if (next === undefined) throw new EditRefused('is written in braces: take the entry out by hand');
    return text.slice(0, member.start) + text.slice(next.start);
  }
  const from = text.lastIndexOf('\n', member.start - 1) + 1;
  const to = endOfBlock(text, from, member.start - from);
  // A name with nothing behind it would be null, and no mapping.
  const braces = mapping.members.length === 1 ? ' {}' : '';
  return text.slice(0, mapping.to) + braces + text.slice(mapping.to, from) + text.slice(to);
}

interface Member {
  /** Where the line begins. */
  readonly from: number;
  /** Behind the colon. */
  readonly to: number;
  readonly isFlow: boolean;
  readonly indent: string;
  readonly members: readonly YamlKey[];
}

/** The member of the outermost mapping with that name; undefined where there is none. */
function memberOf(text: string, name: string): Member | undefined {
  const key = isBlank(text) ? undefined : nodeOf(text).keys.find((other) => other.name === name);
  if (key === undefined) return undefined;
  const { isFlow, keys } = key.value;
  const [first] = keys;
  const column = first === undefined ? 2 : first.start - (text.lastIndexOf('\n', first.start - 1) + 1);
  return {
    from: key.start,
    to: text.indexOf(':', key.end) + 1,
    isFlow,
    indent: ' '.repeat(column),
    members: keys,
  };
}

/** Behind the last line that says something and is indented deeper than the given column. */
function endOfBlock(text: string, from: number, column: number): number {
  let end = endOfLine(text, from);
  for (let at = end; at < text.length; ) {
    const next = endOfLine(text, at);
    const line = text.slice(at, next);
    if (line.trim() !== '' && /^ */.exec(line)?.[0].length === 0) break;
    const indent = /^ */.exec(line)?.[0].length ?? 0;
    if (line.trim() !== '' && indent <= column) break;
    if (line.trim() !== '') end = next;
    at = next;
  }
  return end;
}

/** Behind the line end. */
function endOfLine(text: string, offset: number): number {
  const end = text.indexOf('\n', offset);
  return end === -1 ? text.length : end + 1;
}

function block(name: string, value: Value, indent: string, eol: string): string {
  const key = /^[A-Za-z_][\w-]*$/.test(name) ? name : JSON.stringify(name);
  const members = Object.entries(value).map(([inner, what]) => `${indent}  ${inner}: ${valueText(what)}`);
  return [`${indent}${key}:`, ...members, ''].join(eol);
}

/** Texts, and lists and mappings in braces, are in YAML as they are in JSON. */
function valueText(value: unknown): string {
  if (Array.isArray(value)) return `[${value.map((item) => JSON.stringify(item)).join(', ')}]`;
  if (!isRecord(value)) return typeof value === 'string' && /^[a-z]+$/.test(value) ? value : JSON.stringify(value);
  return `{${Object.entries(value)
    .map(([name, inner]) => `${JSON.stringify(name)}: ${valueText(inner)}`)
    .join(', ')}}`;
}
