/**
 * The headers that repeat arguments of a tool call, as the tool's schema asks for them. The HTTP client owes two things:
 * sending them, and leaving out of `tools/list` the tools whose annotations break the rules. [MCP 2026-07-28, Transports,
 * Custom headers from tool parameters]
 */

import { headerValue } from './headers.ts';
import { elements, isRecord, rawAt, rawMember, splice } from './json.ts';

/** One annotated parameter. */
export interface ParamHeader {
  /** As the schema writes it; the header is `Mcp-Param-` and this. */
  readonly name: string;
  /** Keys that lead to it from the arguments. */
  readonly path: readonly string[];
}

/** What a tool's schema asks for, or why it must not be offered. */
export type ToolHeaders =
  | { readonly is: 'sound'; readonly headers: readonly ParamHeader[] }
  | { readonly is: 'unsound'; readonly because: string };

const ANNOTATION = 'x-mcp-header';
/** [RFC 9110, 5.6.2] */
const TOKEN = /^[!#$%&'*+\-.^_`|~0-9A-Za-z]+$/;
const ANNOTATABLE: ReadonlySet<unknown> = new Set(['string', 'integer', 'boolean']);

/** Keywords with schemas in them that say nothing of where in the arguments a value stands. [JSON Schema 2020-12, 10] */
const SCHEMAS_ELSEWHERE: readonly string[] = [
  ...['items', 'prefixItems', 'contains', 'additionalProperties', 'propertyNames', 'unevaluatedItems'],
  ...['unevaluatedProperties', 'oneOf', 'anyOf', 'allOf', 'not', 'if', 'then', 'else'],
];
const SCHEMAS_BY_NAME: readonly string[] = ['patternProperties', 'dependentSchemas', '$defs', 'definitions'];

/** Reads the annotations of an `inputSchema`, without recursion: its depth is the server's to choose. */
export function toolHeaders(inputSchema: unknown): ToolHeaders {
  const headers: ParamHeader[] = [];
  const taken = new Set<string>();
  /** `path` is undefined where no chain of `properties` leads to. */
  const open: { schema: unknown; path: readonly string[] | undefined }[] = [{ schema: inputSchema, path: [] }];
  for (let next = open.shift(); next !== undefined; next = open.shift()) {
    const { schema, path } = next;
    if (!isRecord(schema)) continue;
    if (Object.hasOwn(schema, ANNOTATION)) {
      const name = schema[ANNOTATION];
      const because = unsound(name, schema, path, taken);
      if (because !== undefined) return { is: 'unsound', because };
      taken.add(String(name).toLowerCase());
      headers.push({ name: String(name), path: path ?? [] });
    }
    for (const [key, child] of entries(schema['properties']))
      open.push({ schema: child, path: path && [...path, key] });
    for (const keyword of SCHEMAS_ELSEWHERE) {
      const value = schema[keyword];
      for (const child of Array.isArray(value) ? value : [value]) open.push({ schema: child, path: undefined });
    }
    for (const keyword of SCHEMAS_BY_NAME) {
      for (const [, child] of entries(schema[keyword])) open.push({ schema: child, path: undefined });
    }
  }
  return { is: 'sound', headers };
}

function unsound(
  name: unknown,
  schema: Readonly<Record<string, unknown>>,
  path: readonly string[] | undefined,
  taken: ReadonlySet<string>,
): string | undefined {
  if (path === undefined || path.length === 0) return 'it stands where no argument can be told from it';
  if (typeof name !== 'string' || !TOKEN.test(name)) return 'its name cannot be part of a header name';
  if (!ANNOTATABLE.has(schema['type'])) return 'the parameter is no string, integer or boolean';
  return taken.has(name.toLowerCase()) ? 'two parameters ask for the same header' : undefined;
}

/** The headers for one call. An argument that is missing, null or of another type has none. */
export function paramHeaders(headers: readonly ParamHeader[], args: unknown): Record<string, string> {
  const found: Record<string, string> = {};
  for (const { name, path } of headers) {
    let value: unknown = args;
    for (const key of path) value = isRecord(value) && Object.hasOwn(value, key) ? value[key] : undefined;
    const text = typeof value === 'string' || typeof value === 'boolean' ? String(value) : integerText(value);
    if (text !== undefined) found[`Mcp-Param-${name}`] = headerValue(text);
  }
  return found;
}

/** Integers that a double cannot hold would be written as others than they are. */
function integerText(value: unknown): string | undefined {
  return Number.isSafeInteger(value) ? String(value) : undefined;
}

/** The tools of an answer to `tools/list`, and its text without those that must not be offered. */
export function readToolList(text: string): {
  readonly text: string;
  readonly tools: ReadonlyMap<string, readonly ParamHeader[]>;
  readonly dropped: readonly { readonly tool: string; readonly because: string }[];
} {
  const tools = new Map<string, readonly ParamHeader[]>();
  const dropped: { tool: string; because: string }[] = [];
  const span = rawMember(text, 'result', 'tools');
  if (span === undefined || text[span.start] !== '[') return { text, tools, dropped };
  const kept: string[] = [];
  for (const { start, end } of elements(text, span.start)) {
    const raw = text.slice(start, end);
    const tool: unknown = JSON.parse(raw);
    const name = isRecord(tool) && typeof tool['name'] === 'string' ? tool['name'] : undefined;
    const asked = toolHeaders(isRecord(tool) ? tool['inputSchema'] : undefined);
    if (asked.is === 'unsound') {
      dropped.push({ tool: name ?? '', because: asked.because });
      continue;
    }
    kept.push(raw);
    if (name !== undefined) tools.set(name, asked.headers);
  }
  return { text: dropped.length === 0 ? text : splice(text, span, `[${kept.join(',')}]`), tools, dropped };
}

/** Where a list goes on; undefined at its end. Raw JSON text. */
export function nextCursor(text: string): string | undefined {
  const cursor = rawAt(text, 'result', 'nextCursor');
  return cursor?.startsWith('"') ? cursor : undefined;
}

function entries(value: unknown): readonly [string, unknown][] {
  return isRecord(value) ? Object.entries(value) : [];
}
