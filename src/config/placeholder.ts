/** What examples print where a reader's own value belongs. */
const PLACEHOLDERS = [
  /<[a-z][a-z0-9 _-]*>/i, // <your-workspace>
  /\bYOUR[_-][A-Z0-9_-]+/, // YOUR_TOKEN
  /\byour-(?:workspace|connection|token|host|profile|company|org)\b/i,
  // Whole values, or the part after a well-known beginning: ..., dapi..., https://adb-xxxx, dbc-XXXXXXXX-YYYY
  /^(?:https:\/\/)?(?:adb-|dbc-|dapi)?(?:\.{3}|…|x{4,}|X{4,})/,
];

/** What one of them has to hold, in lower case. Hardly any value does, and making the patterns ready is a part of each start. */
const SIGNS = ['<', 'your', '...', '…', 'xxxx'];

/** @returns the placeholder of an example that was left in a value; undefined where there is none. */
export function placeholderIn(text: string): string | undefined {
  const lower = text.toLowerCase();
  if (!SIGNS.some((sign) => lower.includes(sign))) return undefined;
  for (const pattern of PLACEHOLDERS) {
    const match = pattern.exec(text);
    if (match !== null) return match[0];
  }
  return undefined;
}
