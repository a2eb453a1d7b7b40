/** What modern servers write, as legacy clients know it: the members that only the modern era has are taken out. */

import { editMember, isObject } from '../../protocol/edit.ts';

const SUBSCRIPTION_ID = 'io.modelcontextprotocol/subscriptionId';

/**
 * An answer without the `resultType` that says that it is one. Other types mean something, and stay; so do hints for
 * caches, since unknown members are ignored.
 */
export function legacyAnswer(text: string): string {
  return editMember(text, 'result', (result) =>
    isObject(result)
      ? editMember(result, 'resultType', (type) =>
          type !== undefined && JSON.parse(type) === 'complete' ? undefined : type,
        )
      : result,
  );
}

/** A notification of a subscription, without the mark that says which subscription it belongs to. */
export function legacyNotification(text: string): string {
  return editMember(text, 'params', (params) =>
    isObject(params)
      ? editMember(params, '_meta', (meta) => {
          if (!isObject(meta)) return meta;
          const rest = editMember(meta, SUBSCRIPTION_ID, () => undefined);
          return /^\{\s*\}$/.test(rest) ? undefined : rest;
        })
      : params,
  );
}
