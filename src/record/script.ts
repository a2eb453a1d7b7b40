/** The client's side of a record, to be spoken again: what to send, and which answer to wait for before going on. Pure. */

import { BRIDGE_TO_CLIENT, CLIENT_TO_BRIDGE, type Entry, type Header, type MessageEntry } from './entry.ts';

export type Line =
  /** Something that the client said. */
  | { readonly is: 'send'; readonly entry: MessageEntry; readonly text: string }
  /** The client had this answer before it said anything else. */
  | { readonly is: 'await'; readonly id: string; readonly text: string };

export interface Script {
  readonly header: Header;
  readonly lines: readonly Line[];
  /** What the client answered to requests of the server, by the method, in order. */
  readonly replies: ReadonlyMap<string, readonly string[]>;
  /** Messages of the client that are not in the record. */
  readonly missing: number;
}

interface Open {
  readonly header: Header;
  readonly lines: Line[];
  readonly replies: Map<string, string[]>;
  /** Methods of the server's requests by their raw ids. */
  readonly asked: Map<string, string>;
  missing: number;
}

/** One script for each run. */
export function scripts(entries: readonly Entry[]): Script[] {
  const runs = new Map<string, Open>();
  for (const entry of entries) {
    if (entry.type === 'header') {
      runs.set(entry.run, { header: entry, lines: [], replies: new Map(), asked: new Map(), missing: 0 });
    }
    const run = runs.get(entry.run);
    if (entry.type === 'message' && run !== undefined) take(entry, run);
  }
  return [...runs.values()];
}

function take(entry: MessageEntry, run: Open): void {
  const { body: text, direction, id, kind, method } = entry;
  if (direction === BRIDGE_TO_CLIENT) {
    if (kind === 'request' && id !== undefined && method !== undefined) run.asked.set(id, method);
    if (kind === 'answer' && id !== undefined && text !== undefined) run.lines.push({ is: 'await', id, text });
  } else if (direction === CLIENT_TO_BRIDGE) {
    // What was no message is not spoken again.
    if (kind === 'refused') return;
    if (text === undefined) run.missing++;
    else if (kind === 'response') {
      const asked = run.asked.get(id ?? '') ?? '';
      run.replies.set(asked, [...(run.replies.get(asked) ?? []), text]);
    } else run.lines.push({ is: 'send', entry, text });
  }
}
