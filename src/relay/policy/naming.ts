/**
 * What a message calls, if every reader takes it for the same: of keys that stand twice some take the first and some the
 * last, and Go's encoding/json folds cases, with the long s among them. [CVE-2026-27896]
 */

import { members, rawMember } from '../../protocol/json.ts';

/** Whether `method` and `params` stand there once each, and in no other writing. */
export function isClear(text: string): boolean {
  const all = members(text);
  return hasOne(all, 'method') && (hasOne(all, 'params') || !all.some(({ key }) => isLike(key, 'params')));
}

/** @returns undefined where there is not exactly one name */
export function toolIn(text: string): string | undefined {
  const params = rawMember(text, 'params');
  if (params === undefined || text[params.start] !== '{') return undefined;
  const all = members(text, params.start);
  if (!hasOne(all, 'name')) return undefined;
  const [span] = all.filter(({ key }) => key === 'name');
  const name: unknown = JSON.parse(text.slice(span?.start, span?.end));
  return typeof name === 'string' ? name : undefined;
}

function hasOne(all: readonly { readonly key: string }[], key: string): boolean {
  const [only, ...more] = all.filter((member) => isLike(member.key, key));
  return only?.key === key && more.length === 0;
}

function isLike(one: string, other: string): boolean {
  return one.toUpperCase() === other.toUpperCase();
}
