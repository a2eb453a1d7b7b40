/** What a list of tools says about calling one again. The words are hints of the server. [MCP 2025-11-25, Tools] */

import { elements, isRecord, members, rawMember, type Span } from './json.ts';

/** The list in an answer to `tools/list`: where it is, and each tool as it is written and parsed. */
export interface ToolEntries {
  readonly span: Span;
  readonly entries: Iterable<{ readonly raw: string; readonly tool: unknown }>;
}

/**
 * Reads one tool after the other, so that only one parsed copy is held at a time.
 *
 * @returns undefined where the answer has no list of tools
 */
export function readTools(answer: string): ToolEntries | undefined {
  const span = rawMember(answer, 'result', 'tools');
  if (span === undefined || answer[span.start] !== '[') return undefined;
  return { span, entries: entriesOf(answer, span) };
}

function* entriesOf(answer: string, span: Span): Generator<{ raw: string; tool: unknown }, void, undefined> {
  for (const { start, end } of elements(answer, span.start)) {
    const raw = answer.slice(start, end);
    yield { raw, tool: JSON.parse(raw) };
  }
}

/** Every tool of an answer to `tools/list`, and whether a call of it may run twice by what it says of itself. */
export function repeatableTools(answer: string): (readonly [name: string, repeatable: boolean])[] {
  const found: (readonly [string, boolean])[] = [];
  for (const { tool } of readTools(answer)?.entries ?? []) {
    if (isRecord(tool) && typeof tool['name'] === 'string') {
      found.push([tool['name'], mayRunTwice(tool['annotations'])]);
    }
  }
  return found;
}

/** A tool that only reads and destroys contradicts itself: then nothing that it says counts. */
function mayRunTwice(annotations: unknown): boolean {
  if (!isRecord(annotations)) return false;
  const { readOnlyHint, destructiveHint, idempotentHint } = annotations;
  if (readOnlyHint === true && destructiveHint === true) return false;
  return readOnlyHint === true || idempotentHint === true;
}

/** The tool that a `tools/call` names; undefined where another reader of the text might find another one in it. */
export function toolOf(call: string): string | undefined {
  const params = members(call).filter(({ key }) => key === 'params');
  const [span] = params;
  if (span === undefined || params.length > 1 || call[span.start] !== '{') return undefined;
  const names = members(call, span.start).filter(({ key }) => key.toLowerCase() === 'name');
  const [name] = names;
  if (name === undefined || names.length > 1) return undefined;
  const value: unknown = JSON.parse(call.slice(name.start, name.end));
  return typeof value === 'string' ? value : undefined;
}
