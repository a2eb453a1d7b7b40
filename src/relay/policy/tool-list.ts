/** The tools in an answer to `tools/list`, read and left out without rebuilding the rest. */

import { isRecord, rawMember, splice } from '../../protocol/json.ts';
import { readTools } from '../../protocol/tool-annotations.ts';
import type { Tool } from './policy.ts';

/** The tools of a list; what has no name cannot be called, and is none. */
export function toolsIn(text: string): Tool[] {
  return entriesIn(text).flatMap(({ tool }) => tool ?? []);
}

/** The answer without the tools that are not kept; unchanged, to the byte, where all are. */
export function withoutTools(text: string, keep: (tool: Tool) => boolean): string {
  const span = rawMember(text, 'result', 'tools');
  const entries = entriesIn(text);
  const kept = entries.filter(({ tool }) => tool !== undefined && keep(tool));
  if (span === undefined || kept.length === entries.length) return text;
  return splice(text, span, `[${kept.map(({ raw }) => raw).join(',')}]`);
}

function entriesIn(text: string): readonly { readonly raw: string; readonly tool: Tool | undefined }[] {
  return Array.from(readTools(text)?.entries ?? [], ({ raw, tool }) => ({ raw, tool: toolOf(tool) }));
}

function toolOf(value: unknown): Tool | undefined {
  if (!isRecord(value) || typeof value['name'] !== 'string') return undefined;
  const annotations = value['annotations'];
  const hint =
    isRecord(annotations) && Object.hasOwn(annotations, 'readOnlyHint') ? annotations['readOnlyHint'] : undefined;
  return { name: value['name'], readOnlyHint: typeof hint === 'boolean' ? hint : undefined };
}
