/** What the user adds to `params._meta` of every call. */

import { editMember, isObject } from '../../protocol/edit.ts';

/** JSON text by key. */
export type AddedMeta = Readonly<Record<string, string>>;

/** The message with it. The client's own members win, and what is no object is left to the server to refuse. */
export function withMeta(text: string, meta: AddedMeta): string {
  if (Object.keys(meta).length === 0) return text;
  return editMember(text, 'params', (params) =>
    params !== undefined && !isObject(params)
      ? params
      : editMember(params ?? '{}', '_meta', (own) => merged(own, meta)),
  );
}

function merged(own: string | undefined, meta: AddedMeta): string | undefined {
  if (own !== undefined && !isObject(own)) return own;
  return Object.entries(meta).reduce(
    (object, [key, value]) => editMember(object, key, (raw) => raw ?? value),
    own ?? '{}',
  );
}
