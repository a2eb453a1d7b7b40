import { CONFIGURATION } from '../problems.ts';
import type { Kind, Parsed } from './kind.ts';

type Headers = Readonly<Record<string, string>>;

/** [RFC 9110, section 5.6.2] */
const TOKEN = /^[!#$%&'*+.^_`|~0-9A-Za-z-]+$/;

/** Visible ASCII with blanks between. RFC 9110 also knows obs-text, which no two programs decode alike. */
const FIELD_VALUE = /^[\x21-\x7e](?:[\t\x20-\x7e]*[\x21-\x7e])?$/;

/** A line break that was written as two characters, where the next header or the end follows it. */
const WRITTEN_BREAK = /(?:\\r)?\\n\s*(?:$|[\w-]+\s*:)/;

/** Headers that carry the protocol, the credential of the connection, or the framing of the request. [T176] */
const OWNED: ReadonlySet<string> = new Set([
  'accept',
  'accept-encoding',
  'authorization',
  'connection',
  'content-encoding',
  'content-length',
  'content-type',
  'cookie',
  'expect',
  'host',
  'keep-alive',
  'last-event-id',
  'te',
  'trailer',
  'transfer-encoding',
  'upgrade',
]);
const OWNED_PREFIXES = ['mcp-', 'proxy-'];

/** Headers for the MCP server, each given as `Name: value`. Of two with the same name, in any case, the last wins. */
export const HEADERS: Kind<Headers> = headersExcept(OWNED);

/** The same for a plain HTTP request, which says itself what it sends and takes. */
export const REQUEST_HEADERS: Kind<Headers> = headersExcept(
  new Set([...OWNED].filter((name) => name !== 'accept' && name !== 'content-type')),
);

function headersExcept(owned: ReadonlySet<string>): Kind<Headers> {
  const valueIn = (text: string) => text.slice(text.indexOf(':') + 1);
  return { metavar: "'Name: value'", exit: CONFIGURATION, valueIn, read: (text) => read(text, owned), join };
}

function read(text: string, owned: ReadonlySet<string>): Parsed<Headers> {
  const colon = text.indexOf(':');
  const name = text.slice(0, Math.max(colon, 0));
  if (!TOKEN.test(name)) return { wrong: 'a header is written "Name: value", the name without blanks.' };
  const lower = name.toLowerCase();
  if (owned.has(lower) || OWNED_PREFIXES.some((prefix) => lower.startsWith(prefix))) {
    return { wrong: `the header "${lower}" belongs to the bridge or to the connection, and cannot be configured.` };
  }
  // Only blanks are trimmed: a line break at the end must not slip through unseen.
  const value = text.slice(colon + 1).replace(/^[\t ]+|[\t ]+$/g, '');
  if (value === '') return { wrong: `the header "${lower}" has no value.` };
  if (!FIELD_VALUE.test(value)) return { wrong: `the value of the header "${lower}" is one line of printable ASCII.` };
  if (WRITTEN_BREAK.test(value)) {
    return { wrong: `the value of the header "${lower}" holds a written \\n: give each header on a line of its own.` };
  }
  return { value: { [name]: value } };
}

function join(all: readonly Headers[]): Headers {
  const last = new Map<string, readonly [name: string, value: string]>();
  for (const [name, value] of all.flatMap((headers) => Object.entries(headers))) {
    last.set(name.toLowerCase(), [name, value]);
  }
  return Object.freeze(Object.fromEntries(last.values()));
}
