/** The capabilities of a client that invite the server to ask it for something. */

import { type Member, members, rawMember, splice } from './json.ts';

/** [MCP 2025-11-25, Client features] */
const INVITING: ReadonlySet<string> = new Set(['sampling', 'elicitation', 'roots']);

/**
 * An `initialize` without the capabilities that invite requests of the server: on a way that gives a body back whole, a
 * request inside an answer could be answered only after the answer, for which the server waits in turn.
 *
 * @param text - of the request
 * @returns the text, unchanged in everything else, and the names of what was taken out
 */
export function withoutInvitations(text: string): { readonly text: string; readonly cut: readonly string[] } {
  const capabilities = rawMember(text, 'params', 'capabilities');
  if (capabilities === undefined || text[capabilities.start] !== '{') return { text, cut: [] };
  const all = members(text, capabilities.start);
  const kept = all.filter(({ key }) => !INVITING.has(key));
  if (kept.length === all.length) return { text, cut: [] };
  const whole = ({ keyStart, end }: Member) => text.slice(keyStart, end);
  return {
    text: splice(text, capabilities, `{${kept.map(whole).join(',')}}`),
    cut: [...INVITING].filter((name) => all.some(({ key }) => key === name)),
  };
}

/**
 * Whether an `initialize` says that the client opens pages for its person. [MCP 2025-11-25, Elicitation, URL mode]
 *
 * @param text - of the request, as the client wrote it
 */
export function opensPages(text: string): boolean {
  const url = rawMember(text, 'params', 'capabilities', 'elicitation', 'url');
  return url !== undefined && text[url.start] === '{';
}
