/** GitHub's search syntax as far as the sandbox goes: words, and qualifiers such as `label:"good first issue"`. */
export interface SearchQuery {
  /** In lower case. */
  readonly words: readonly string[];
  /** Names and values in lower case, in the order they came. */
  readonly qualifiers: readonly (readonly [name: string, value: string])[];
}

const TERM = /(?:([a-z-]+):)?(?:"([^"]*)"|(\S+))/gi;

export function parseQuery(query: string): SearchQuery {
  const words: string[] = [];
  const qualifiers: [string, string][] = [];
  for (const [, name, quoted, plain] of query.toLowerCase().matchAll(TERM)) {
    const value = quoted ?? plain ?? '';
    if (name === undefined) words.push(value);
    else qualifiers.push([name, value]);
  }
  return { words, qualifiers };
}

/**
 * Whether something matches a query: every word is in its text, and every qualifier that is known holds.
 * Unknown qualifiers narrow nothing.
 *
 * @param facts - per qualifier, the values that hold for it, in any case
 */
export function matches(query: SearchQuery, text: string, facts: ReadonlyMap<string, readonly string[]>): boolean {
  const lowerCaseText = text.toLowerCase();
  return (
    query.words.every((word) => lowerCaseText.includes(word)) &&
    query.qualifiers.every(([name, value]) => {
      const values = facts.get(name);
      return values === undefined || values.some((fact) => fact.toLowerCase() === value);
    })
  );
}
