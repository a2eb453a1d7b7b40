/**
 * What a message calls, if every reader takes it for the same: of keys that stand twice some take the first and some the
 * last, and Go's encoding/json folds cases, with the long s among them. [CVE-2026-27896]
 */

import { members, rawMember } from '../../protocol/json.ts';

/** The keys by which a reader knows what is called. */
const KEYS: ReadonlySet<string> = new Set(['method', 'params', 'id', 'name']);

/** Whether every reader finds the same `method`, `params`, `id` and `name`: none in another writing, none twice. [T248] */
export function isClear(text: string): boolean {
  const all = members(text);
  if (!areClear(all)) return false;
  const params = all.find(({ key }) => key === 'params');
  return params === undefined || text[params.start] !== '{' || areClear(members(text, params.start));
}

function areClear(all: readonly { readonly key: string }[]): boolean {
  const known = all.map(({ key }) => ({ key, folded: folded(key) })).filter((one) => KEYS.has(one.folded));
  return known.every(({ key, folded }) => key === folded) && new Set(known.map(({ key }) => key)).size === known.length;
}

/** As the most tolerant readers compare keys: Go folds cases, the long s among them, and C ends a text at NUL. */
function folded(key: string): string {
  return key.replaceAll('\0', '').normalize('NFKC').toUpperCase().toLowerCase();
}

/** @returns undefined where there is not exactly one name */
export function toolIn(text: string): string | undefined {
  const params = rawMember(text, 'params');
  if (params === undefined || text[params.start] !== '{') return undefined;
  const [span, ...more] = members(text, params.start).filter(({ key }) => folded(key) === 'name');
  if (span?.key !== 'name' || more.length > 0) return undefined;
  const name: unknown = JSON.parse(text.slice(span.start, span.end));
  return typeof name === 'string' ? name : undefined;
}
