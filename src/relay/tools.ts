/** What the tools of the server ask for in headers, learnt from the lists that pass. */

import type { Log } from '../ports.ts';
import { KEPT_TEXT_CHARS, KEPT_TOOLS } from '../protocol/limits.ts';
import { type ParamHeader, paramHeaders, readToolList } from '../protocol/tool-headers.ts';

/** True if something may be kept about a tool: pages of a list may follow each other without end. */
export function mayKeep(known: ReadonlyMap<string, unknown>, name: string): boolean {
  return name.length <= KEPT_TEXT_CHARS && (known.size < KEPT_TOOLS || known.has(name));
}

export class ToolBook {
  readonly #log: Log;
  readonly #asked = new Map<string, readonly ParamHeader[]>();

  constructor(log: Log) {
    this.#log = log;
  }

  /**
   * Reads an answer to `tools/list`.
   *
   * @returns its text, without the tools that must not be offered
   */
  learn(text: string): string {
    const list = readToolList(text);
    for (const [name, asked] of list.tools) if (mayKeep(this.#asked, name)) this.#asked.set(name, asked);
    for (const { because, tool } of list.dropped) {
      this.#asked.delete(tool);
      this.#log.warn({ tool, because }, 'left a tool out of the list: its x-mcp-header annotation breaks the rules');
    }
    return list.text;
  }

  knows(tool: string): boolean {
    return this.#asked.has(tool);
  }

  /** The headers for a call, as far as the tool is known. */
  headersFor(tool: string, args: unknown): Record<string, string> {
    return paramHeaders(this.#asked.get(tool) ?? [], args);
  }
}
