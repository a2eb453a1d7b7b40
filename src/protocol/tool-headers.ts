/**
 * The headers that repeat arguments of a tool call, as the tool's schema asks for them. The HTTP client owes two things:
 * sending them, and leaving out of `tools/list` the tools whose annotations break the rules. [MCP 2026-07-28, Transports,
 * Custom headers from tool parameters]
 */

import { headerValue } from './headers.ts';
import { flat, isRecord, rawAt, splice } from './json.ts';
import { CURSOR_CHARS, PARAM_HEADERS, PARAM_LEVELS, SCHEMAS } from './limits.ts';
import { readTools } from './tool-annotations.ts';

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

/** Where the schemas in a keyword's value are. */
type Holds = 'properties' | 'one-or-several' | 'by-name';

/** Keywords with schemas in them. Only `properties` leads to an argument. [JSON Schema 2020-12, 10] */
const SCHEMAS_IN: ReadonlyMap<string, Holds> = new Map<string, Holds>([
  ['properties', 'properties'],
  ...[
    ...['items', 'prefixItems', 'contains', 'additionalProperties', 'propertyNames', 'unevaluatedItems'],
    ...['unevaluatedProperties', 'oneOf', 'anyOf', 'allOf', 'not', 'if', 'then', 'else'],
  ].map((keyword) => [keyword, 'one-or-several'] as const),
  ...['patternProperties', 'dependentSchemas', '$defs', 'definitions'].map((keyword) => [keyword, 'by-name'] as const),
]);

/** The way to a schema, from its end: siblings share their beginning, so that a schema costs one step and not its depth. */
interface Step {
  readonly key: string;
  readonly before: Step | undefined;
  readonly depth: number;
}

interface Place {
  readonly schema: Readonly<Record<string, unknown>>;
  /** False where no chain of `properties` leads to. */
  readonly isArgument: boolean;
  readonly step: Step | undefined;
}

/**
 * Reads the annotations of an `inputSchema` in time and memory linear in its size, without recursion: depth and width are the
 * server's to choose.
 */
export function toolHeaders(inputSchema: unknown): ToolHeaders {
  const headers: ParamHeader[] = [];
  const taken = new Set<string>();
  const places: Place[] = [];
  const open = (schema: unknown, isArgument: boolean, step?: Step) => {
    if (isRecord(schema)) places.push({ schema, isArgument, step });
  };
  open(inputSchema, true);
  // The loop also visits what is added while it runs.
  for (const { isArgument, schema, step } of places) {
    if (places.length > SCHEMAS) return { is: 'unsound', because: `it has more than ${SCHEMAS} schemas` };
    if (Object.hasOwn(schema, ANNOTATION)) {
      const name = schema[ANNOTATION];
      const because = unsound(name, schema, isArgument ? step : undefined, taken);
      if (because !== undefined) return { is: 'unsound', because };
      taken.add(String(name).toLowerCase());
      headers.push({ name: String(name), path: pathTo(step) });
    }
    for (const [keyword, value] of Object.entries(schema)) {
      const holds = SCHEMAS_IN.get(keyword);
      if (holds === 'properties') {
        const depth = (step?.depth ?? 0) + 1;
        for (const [key, child] of entries(value)) open(child, isArgument, { key, before: step, depth });
      } else if (holds === 'by-name') {
        for (const [, child] of entries(value)) open(child, false);
      } else if (holds === 'one-or-several') {
        for (const child of Array.isArray(value) ? value : [value]) open(child, false);
      }
    }
  }
  return { is: 'sound', headers };
}

function pathTo(step: Step | undefined): string[] {
  const path: string[] = [];
  for (let at = step; at !== undefined; at = at.before) path.push(at.key);
  return path.reverse();
}

function unsound(
  name: unknown,
  schema: Readonly<Record<string, unknown>>,
  step: Step | undefined,
  taken: ReadonlySet<string>,
): string | undefined {
  if (step === undefined) return 'it stands where no argument can be told from it';
  if (step.depth > PARAM_LEVELS) return `the parameter is more than ${PARAM_LEVELS} levels deep`;
  if (taken.size >= PARAM_HEADERS) return `more than ${PARAM_HEADERS} parameters ask for a header`;
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

/**
 * The tools of an answer to `tools/list`, and its text without those that must not be offered.
 *
 * @throws Problem as `readTools`
 */
export function readToolList(text: string): {
  readonly text: string;
  readonly tools: ReadonlyMap<string, readonly ParamHeader[]>;
  readonly dropped: readonly { readonly tool: string; readonly because: string }[];
} {
  const tools = new Map<string, readonly ParamHeader[]>();
  const dropped: { tool: string; because: string }[] = [];
  const list = readTools(text);
  if (list === undefined) return { text, tools, dropped };
  const kept: string[] = [];
  for (const { raw, tool } of list.entries) {
    const name = isRecord(tool) && typeof tool['name'] === 'string' ? tool['name'] : undefined;
    const asked = toolHeaders(isRecord(tool) ? tool['inputSchema'] : undefined);
    if (asked.is === 'unsound') {
      dropped.push({ tool: name ?? '', because: asked.because });
      continue;
    }
    kept.push(raw);
    if (name !== undefined) tools.set(name, asked.headers);
  }
  return { text: dropped.length === 0 ? text : splice(text, list.span, `[${kept.join(',')}]`), tools, dropped };
}

/** Cursor of the next page, as raw JSON text; undefined at the end of the list, or if the cursor is too long. */
export function nextCursor(text: string): string | undefined {
  const cursor = rawAt(text, 'result', 'nextCursor');
  return cursor?.startsWith('"') && cursor.length <= CURSOR_CHARS ? flat(cursor) : undefined;
}

function entries(value: unknown): readonly [string, unknown][] {
  return isRecord(value) ? Object.entries(value) : [];
}
