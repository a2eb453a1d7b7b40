/** Changes one member of a JSON object inside its text; all the rest stays as its sender wrote it. */

import { type Member, members, splice } from './json.ts';

/**
 * @param object - text that JSON.parse takes for an object
 * @param edit - from the raw text of the member's value, undefined where it is absent, to the text that is to stand
 *   there; undefined takes the member out. Of duplicate keys the last is edited, which is the one that counts, and all
 *   are taken out, since an earlier one would count then.
 */
export function editMember(object: string, key: string, edit: (raw: string | undefined) => string | undefined): string {
  const all = members(object);
  const found = all.findLast((member) => member.key === key);
  const before = found && object.slice(found.start, found.end);
  const after = edit(before);
  if (after === before) return object;
  if (found === undefined) return withFirstMember(object, `${JSON.stringify(key)}:${after}`, all.length > 0);
  return after === undefined ? withoutMember(object, all, key) : splice(object, found, after);
}

/** Whether the raw text of a value is an object. */
export function isObject(raw: string | undefined): raw is string {
  return raw?.startsWith('{') === true;
}

function withFirstMember(object: string, member: string, othersFollow: boolean): string {
  const open = object.indexOf('{') + 1;
  return splice(object, { start: open, end: open }, othersFollow ? `${member},` : member);
}

/** One pass, however often the key stands in the object. What stood in front of a member that stays, stays with it. */
function withoutMember(object: string, all: readonly Member[], key: string): string {
  const kept: string[] = [];
  let end = all[0]?.keyStart ?? 0;
  const head = object.slice(0, end);
  for (const member of all) {
    const from = kept.length === 0 ? member.keyStart : end;
    if (member.key !== key) kept.push(object.slice(from, member.end));
    end = member.end;
  }
  return head + kept.join('') + object.slice(end);
}
