/** What a list of tools says about calling one again. The words are hints of the server. [MCP 2025-11-25, Tools] */

import { elements, isRecord, members, rawMember } from './json.ts';

/** Every tool of an answer to `tools/list`, and whether a call of it may run twice by what it says of itself. */
export function repeatableTools(answer: string): (readonly [name: string, repeatable: boolean])[] {
  const span = rawMember(answer, 'result', 'tools');
  if (span === undefined || answer[span.start] !== '[') return [];
  return elements(answer, span.start).flatMap(({ start, end }) => {
    const tool: unknown = JSON.parse(answer.slice(start, end));
    if (!isRecord(tool) || typeof tool['name'] !== 'string') return [];
    return [[tool['name'], mayRunTwice(tool['annotations'])]];
  });
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
