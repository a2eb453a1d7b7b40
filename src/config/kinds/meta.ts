import { USAGE } from '../problems.ts';
import type { Kind } from './kind.ts';

type Meta = Readonly<Record<string, string>>;

/** A name with an optional prefix. [MCP 2025-11-25, basic, _meta] */
const KEY = /^(?:[A-Za-z](?:[A-Za-z0-9.-]*[A-Za-z0-9])?\/)?[A-Za-z0-9](?:[A-Za-z0-9._-]*[A-Za-z0-9])?$/;
/** The specification keeps these prefixes for itself. */
const RESERVED = /^(?:[^/]*\.)?(?:modelcontextprotocol|mcp)\.[^/]*\//i;
/** A line break that was written as two characters, where the next key or the end follows it. */
const WRITTEN_BREAK = /(?:\\r)?\\n\s*(?:$|[\w./-]+=)/;

/** Members for `_meta`, each given as `key=value`. Of two with the same key the last wins. */
export const META: Kind<Meta> = {
  metavar: 'KEY=VALUE',
  exit: USAGE,
  valueIn: (text) => text.slice(text.indexOf('=') + 1),
  read: (text) => {
    const [, key, value] = /^([^=]*)=(.*)$/s.exec(text) ?? [];
    if (key === undefined || value === undefined) return { wrong: 'write it as key=value.' };
    if (!KEY.test(key))
      return { wrong: 'a key is a name of letters, digits, "-", "_" and ".", perhaps with a prefix and "/".' };
    if (RESERVED.test(key) || key === 'progressToken') return { wrong: 'this key belongs to the protocol.' };
    if (WRITTEN_BREAK.test(value)) return { wrong: 'it holds a written \\n: give each key on a line of its own.' };
    return { value: { [key]: value } };
  },
  join: (all) => {
    const last = new Map(all.flatMap((meta) => Object.entries(meta)));
    return Object.freeze(Object.fromEntries(last));
  },
};
