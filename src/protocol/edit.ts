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

function withoutMember(object: string, all: readonly Member[], key: string): string {
  const index = all.findLastIndex((member) => member.key === key);
  const [before, doomed, after] = [all[index - 1], all[index], all[index + 1]];
  if (doomed === undefined) return object;
  // One of the commas goes too: the one before it, or behind the first member the one that follows.
  const start = before?.end ?? doomed.keyStart;
  const end = before === undefined ? (after?.keyStart ?? doomed.end) : doomed.end;
  const shorter = splice(object, { start, end }, '');
  return withoutMember(shorter, members(shorter), key);
}
