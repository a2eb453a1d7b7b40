import { createScanner, type Node, type ParseError, type ParseOptions, parse, printParseErrorCode } from 'jsonc-parser';
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
} from './format.ts';
import { treeAlong } from './json-tree.ts';

const LENIENT: ParseOptions = { allowTrailingComma: true, disallowComments: false, allowEmptyContent: true };
const STRICT: ParseOptions = { allowTrailingComma: false, disallowComments: true, allowEmptyContent: true };

/** JSON with comments and trailing commas, as editors read it. */
export const JSONC: Format = checked({ read: (text) => read(text, LENIENT), put, take });

/** JSON as `JSON.parse` reads it: in a client that reads nothing else, a comment makes the whole file void. */
export const JSON_FORMAT: Format = checked({ read: (text) => read(text, STRICT), put, take });

const WORDS: Readonly<Record<string, string>> = {
  InvalidCommentToken: 'a comment, which the client does not read',
  CommaExpected: 'a comma is missing',
  ColonExpected: 'a colon is missing',
  ValueExpected: 'a value is missing',
  PropertyNameExpected: 'a name in double quotes is missing',
  CloseBraceExpected: 'a closing brace is missing',
  CloseBracketExpected: 'a closing bracket is missing',
  EndOfFileExpected: 'something stands behind the end',
  InvalidSymbol: 'a word that is no JSON',
  InvalidCharacter: 'a character that is no JSON',
  UnexpectedEndOfString: 'a text without its end',
  UnexpectedEndOfComment: 'a comment without its end',
  InvalidNumberFormat: 'a number that is no JSON',
  InvalidEscapeCharacter: 'a backslash before what it cannot stand before',
};

function read(text: string, options: ParseOptions): Reading {
  try {
    const content: unknown = JSON.parse(text);
    if (isRecord(content)) return { content };
  } catch {
    // It has comments or trailing commas, or is broken: the slower parser reads the former and finds the line.
  }
  const errors: ParseError[] = [];
  const content: unknown = parse(text, errors, options);
  const [first] = errors;
  if (first !== undefined) {
    const code = printParseErrorCode(first.error);
    return { wrong: `is not valid JSON (${WORDS[code] ?? code})`, line: lineAt(text, first.offset) };
  }
  if (content !== undefined && !isRecord(content)) {
    return { wrong: 'holds no JSON object', line: lineAt(text, Math.max(0, text.search(/\S/))) };
  }
  return { content: content ?? {} };
}

interface Edit {
  readonly from: number;
  readonly to: number;
  readonly text: string;
}

function put(text: string, path: Path, value: Value): string {
  const root = treeAlong(text, path);
  const eol = lineEndOf(text);
  if (root === undefined) {
    // Nothing, or nothing but comments.
    const before = text.trim() === '' ? '' : `${text.trimEnd()}${eol}`;
    return `${before}${printed(nested(path, value), '', '  ', eol)}${eol}`;
  }
  const unit = unitOf(text);
  let object = root;
  for (const [depth, name] of path.entries()) {
    const property = propertyOf(object, name);
    const rest = path.slice(depth + 1);
    const inner = property?.children?.[1];
    if (property === undefined) return edited(text, insertion(text, object, name, nested(rest, value), unit, eol));
    if (inner === undefined) break;
    if (rest.length === 0 || inner.type !== 'object') {
      const onOneLine = isOneLine(text, root);
      const written = onOneLine
        ? JSON.stringify(nested(rest, value))
        : printed(nested(rest, value), indentAt(text, property.offset), unit, eol);
      return edited(text, [{ from: inner.offset, to: inner.offset + inner.length, text: written }]);
    }
    object = inner;
  }
  throw new EditRefused('is written in a form that cannot be edited');
}

/** A new last member. The comma goes right behind the value before it, whose comment stays with it. */
function insertion(text: string, object: Node, name: string, value: unknown, unit: string, eol: string): Edit[] {
  const key = JSON.stringify(name);
  const last = object.children?.at(-1);
  const close = object.offset + object.length - 1;
  if (text.slice(object.offset).trimEnd() !== '{}' && isOneLine(text, object) && isOneLine(text, rootOf(object))) {
    const comma = last === undefined || commaAfter(text, last) !== undefined ? '' : ',';
    return [{ from: close, to: close, text: `${comma}${key}:${JSON.stringify(value)}` }];
  }
  if (last === undefined) {
    const outer = indentAt(text, object.offset);
    const written = `${eol}${outer}${unit}${key}: ${printed(value, outer + unit, unit, eol)}${eol}${outer}`;
    // What stands in the empty braces may be a comment.
    const kept = text.slice(object.offset + 1, close).trimEnd();
    return [{ from: object.offset + 1, to: close, text: kept + written }];
  }
  const indent = ownIndent(text, last.offset) ?? `${indentAt(text, object.offset)}${unit}`;
  const end = last.offset + last.length;
  const comma = commaAfter(text, last);
  const behind = endOfLineAfter(text, comma === undefined ? end : comma + 1, close);
  const written = `${eol}${indent}${key}: ${printed(value, indent, unit, eol)}${comma === undefined ? '' : ','}`;
  // A member that shares its line with the closing brace leaves the brace no line of its own.
  const shares = text.slice(behind, close).trim() === '' && !text.slice(behind, close).includes('\n');
  const insert: Edit = shares
    ? { from: behind, to: close, text: `${written}${eol}${indentAt(text, object.offset)}` }
    : { from: behind, to: behind, text: written };
  return comma === undefined ? [{ from: end, to: end, text: ',' }, insert] : [insert];
}

function take(text: string, path: Path): string {
  const root = treeAlong(text, path);
  let object: Node | undefined = root;
  let property: Node | undefined;
  for (const name of path) {
    property = object === undefined ? undefined : propertyOf(object, name);
    object = property?.children?.[1];
  }
  const parent = property?.parent;
  if (property === undefined || parent === undefined) return text;
  const siblings = parent.children ?? [];
  const index = siblings.indexOf(property);
  const before = siblings[index - 1];
  const comma = commaAfter(text, property);
  const from = startOfLine(text, property.offset);
  const to = comma === undefined ? property.offset + property.length : comma + 1;
  const edits: Edit[] = [{ from, to, text: '' }];
  // The last of several, without a comma of its own: the comma before it had been put for it.
  const commaBefore = before === undefined || comma !== undefined ? undefined : commaAfter(text, before);
  if (commaBefore !== undefined) edits.unshift({ from: commaBefore, to: commaBefore + 1, text: '' });
  const close = parent.offset + parent.length - 1;
  const isEmpty = siblings.length === 1 && (text.slice(parent.offset + 1, from) + text.slice(to, close)).trim() === '';
  if (isEmpty) return edited(text, [{ from: parent.offset + 1, to: close, text: '' }]);
  return edited(text, edits);
}

function edited(text: string, edits: readonly Edit[]): string {
  let result = '';
  let done = 0;
  for (const { from, text: written, to } of edits) {
    result += text.slice(done, from) + written;
    done = Math.max(done, to);
  }
  return result + text.slice(done);
}

/** Of members with the same name, the last counts. */
function propertyOf(object: Node, name: string): Node | undefined {
  return object.children?.findLast((property) => property.children?.[0]?.value === name);
}

function nested(path: readonly string[], value: Value): unknown {
  return path.reduceRight<unknown>((inner, name) => ({ [name]: inner }), value);
}

/** As JSON.stringify has it, but for short lists, which stay on one line. */
function printed(value: unknown, indent: string, unit: string, eol: string): string {
  if (Array.isArray(value)) return `[${value.map((item) => JSON.stringify(item)).join(', ')}]`;
  if (typeof value !== 'object' || value === null) return JSON.stringify(value);
  const members = Object.entries(value).map(
    ([name, inner]) => `${indent}${unit}${JSON.stringify(name)}: ${printed(inner, indent + unit, unit, eol)}`,
  );
  return members.length === 0 ? '{}' : `{${eol}${members.join(`,${eol}`)}${eol}${indent}}`;
}

/** One step of indentation: the first that the text has. */
function unitOf(text: string): string {
  return /^([ \t]+)["/}\]]/m.exec(text)?.[1] ?? '  ';
}

function rootOf(node: Node): Node {
  return node.parent === undefined ? node : rootOf(node.parent);
}

function isOneLine(text: string, { length, offset }: Node): boolean {
  return !text.slice(offset, offset + length).includes('\n');
}

/** The blanks at the beginning of the line. */
function indentAt(text: string, offset: number): string {
  const start = text.lastIndexOf('\n', offset - 1) + 1;
  return /^[ \t]*/.exec(text.slice(start, offset))?.[0] ?? '';
}

/** The indentation of what begins its line. */
function ownIndent(text: string, offset: number): string | undefined {
  const start = text.lastIndexOf('\n', offset - 1) + 1;
  const blanks = text.slice(start, offset);
  return start > 0 && /^[ \t]*$/.test(blanks) ? blanks : undefined;
}

/** Where a removal begins, so that no empty line is left: at the line end before, if only blanks stand between. */
function startOfLine(text: string, offset: number): number {
  let start = offset;
  while (text[start - 1] === ' ' || text[start - 1] === '\t') start -= 1;
  if (text[start - 1] !== '\n') return start;
  return text[start - 2] === '\r' ? start - 2 : start - 1;
}

/** Where the comma behind a member is, with nothing but blanks and comments between. */
function commaAfter(text: string, { length, offset }: Node): number | undefined {
  const scanner = createScanner(text, false);
  scanner.setPosition(offset + length);
  let kind = scanner.scan();
  while (TRIVIA.has(kind)) kind = scanner.scan();
  return kind === COMMA ? scanner.getTokenOffset() : undefined;
}

// The values of jsonc-parser's SyntaxKind, a const enum, which has no value at run time under verbatimModuleSyntax.
const COMMA = 5;
const LINE_BREAK = 14;
const BLANKS = 15;
/** Line comment, block comment, line break, blanks. */
const TRIVIA: ReadonlySet<number> = new Set([12, 13, LINE_BREAK, BLANKS]);

/** Behind the blanks and comments that follow on the same line. */
function endOfLineAfter(text: string, offset: number, limit: number): number {
  const scanner = createScanner(text, false);
  scanner.setPosition(offset);
  let end = offset;
  for (let kind: number = scanner.scan(); TRIVIA.has(kind) && kind !== LINE_BREAK; kind = scanner.scan()) {
    if (scanner.getTokenOffset() >= limit) break;
    if (kind !== BLANKS) end = scanner.getTokenOffset() + scanner.getTokenLength();
  }
  return end;
}
