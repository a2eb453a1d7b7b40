/** What the tools of the server ask for in headers, learnt from the lists that pass. */

import type { Log } from '../ports.ts';
import { type ParamHeader, paramHeaders, readToolList } from '../protocol/tool-headers.ts';

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
    for (const [name, asked] of list.tools) this.#asked.set(name, asked);
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
