/** How much of a value that a person typed may be shown again on stderr, which clients keep in log files. */

const SHOWN_CHARS = 60;

/** Databricks and GitHub tokens by their published prefixes, and JSON web tokens. */
const TOKEN = /(?:dapi|dkea|dose|gh[opsur]_|github_pat_|eyJ)[A-Za-z0-9_-]{16,}/;
const SHORTEST_TOKEN = 'eyJ'.length + 16;

/** A run that no name or path of ordinary use has, and that a key or a hash has. */
const OPAQUE = /(?=[A-Za-z_+/=-]*\d)[A-Za-z0-9_+/=-]{32,}/;

export function looksLikeToken(text: string): boolean {
  return text.length >= SHORTEST_TOKEN && TOKEN.test(text);
}

/**
 * A value in quotes, in printable ASCII and at most 60 characters of it, for a sentence.
 *
 * @returns undefined where the value may hold a secret. What follows a question mark or a number sign is never shown:
 *   in addresses, that is where credentials travel.
 */
export function quoted(text: string): string | undefined {
  if (text.includes('@') || looksLikeToken(text) || OPAQUE.test(text.slice(0, 4 * SHOWN_CHARS))) return undefined;
  const open = text.replace(/([?#]).+$/s, '$1...');
  const short = open.length > SHOWN_CHARS ? `${open.slice(0, SHOWN_CHARS - 3)}...` : open;
  return JSON.stringify(short).replace(/[^\x20-\x7e]/g, escaped);
}

function escaped(unit: string): string {
  return `\\u${unit.charCodeAt(0).toString(16).padStart(4, '0')}`;
}
