/**
 * Which tests cite which requirements, read from the text of the tests without running them: a citation stands in the
 * name of a test or of a group, or in the label of a row of `each`.
 */

import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { parseAst } from 'rolldown/parseAst';

export interface Citation {
  readonly id: string;
  /** Path from the folder of the tests. */
  readonly file: string;
  /** The name, or the row's label, that cites it. */
  readonly test: string;
}

type Node = Readonly<Record<string, unknown>>;

const TEST_WORDS: ReadonlySet<unknown> = new Set(['test', 'it', 'describe']);

/** Everything that the tests of a folder cite, in the order of files. */
export function citationsIn(folder: string): Citation[] {
  return readdirSync(folder, { recursive: true, encoding: 'utf8' })
    .filter((file) => file.endsWith('.test.ts'))
    .sort()
    .flatMap((file) => citationsOf(file, readFileSync(join(folder, file), 'utf8')));
}

/** @param source - text of one test file */
export function citationsOf(file: string, source: string): Citation[] {
  const program: unknown = parseAst(source, { lang: 'ts' });
  const constants = new Map<unknown, unknown>();
  const names: string[] = [];
  walk(program, (node) => {
    if (node['type'] === 'VariableDeclarator') constants.set((node['id'] as Node)['name'], node['init']);
  });
  walk(program, (node) => {
    if (node['type'] === 'CallExpression' && isTestWord(node['callee'])) {
      for (const argument of node['arguments'] as unknown[]) collectTexts(argument, constants, names);
    }
  });
  return names.flatMap((test) =>
    [...test.matchAll(/\((T\d{3}[^)]*)\)/g)]
      .flatMap(([, cited = '']) => cited.match(/T\d{3}/g) ?? [])
      .map((id) => ({ id, file, test })),
  );
}

/** `test(...)`, `test.each(...)`, `test.each(...)(...)`. */
function isTestWord(callee: unknown): boolean {
  const { callee: inner, name, object } = (callee ?? {}) as Node;
  return TEST_WORDS.has(name) || ((object ?? inner) !== undefined && isTestWord(object ?? inner));
}

/** The texts of an argument, but for what stands in functions: a test's body names nothing. */
function collectTexts(node: unknown, constants: ReadonlyMap<unknown, unknown>, texts: string[]): void {
  if (Array.isArray(node)) for (const item of node) collectTexts(item, constants, texts);
  if (!isNode(node) || /Function/.test(String(node['type']))) return;
  if (node['type'] === 'Literal') {
    if (typeof node['value'] === 'string') texts.push(node['value']);
  } else if (node['type'] === 'TemplateElement') {
    texts.push(String((node['value'] as Node)['cooked']));
  } else if (node['type'] === 'Identifier') {
    const constant = constants.get(node['name']);
    if (constant !== undefined) collectTexts(constant, new Map(), texts);
  } else {
    for (const child of Object.values(node)) collectTexts(child, constants, texts);
  }
}

function walk(node: unknown, visit: (node: Node) => void): void {
  if (Array.isArray(node)) for (const item of node) walk(item, visit);
  if (!isNode(node)) return;
  visit(node);
  for (const child of Object.values(node)) walk(child, visit);
}

function isNode(value: unknown): value is Node {
  return typeof value === 'object' && value !== null && !Array.isArray(value) && 'type' in value;
}
