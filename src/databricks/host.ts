/**
 * Which addresses are taken for a workspace: the token goes there, so that what is used must be what was read.
 * [requirements.md, section 1, T167 and T172]
 */

export interface WorkspaceHost {
  /** Scheme, host and port as they go on the wire: ASCII, lower case, no default port, no slash at the end. */
  readonly origin: string;
  /** From the query that the workspace's own pages carry in their address (`?o=`, `?w=`). */
  readonly workspaceId: string | undefined;
  /** From `?a=` or `?account_id=`, which addresses of hosts with several workspaces may carry. */
  readonly accountId: string | undefined;
}

/**
 * [RFC 3986, appendix B] for an address whose scheme may be missing. Without the flag that makes no difference between
 * cases: of a class that is nearly everything, V8 then looks for the other case of each character, at every start.
 */
const ADDRESS = /^(?:([A-Za-z][A-Za-z0-9+.-]*):\/\/)?([^/?#]*)([^?#]*)(?:\?([^#]*))?(#.*)?$/s;

/**
 * How nearly every host is given: just as it goes on the wire. For that one expression is enough, where the judgement below
 * makes six of them ready, and `URL`, at every start. A name ends with letters, so that it is no address; names of other
 * scripts (`xn--`) are for `URL` to check.
 */
const USUAL =
  /^(?:https:\/\/(?:(?!xn--)[a-z0-9-]+\.)+[a-z]+|http:\/\/(?:localhost|127\.0\.0\.1))(?::(?:[1-9]\d{3}|[1-5]\d{4}|6[0-4]\d{3}))?$/;

/** Host and port. `%` is out: the URL standard decodes it, so that `%2e` would be a dot. */
const AUTHORITY = /^(\[[0-9A-Fa-f:.]+\]|[^:[\]%]+)(?::\d{1,5})?$/;

/** The classes of Unicode take a part of every start to be made ready, and hardly any host needs them. */
const VISIBLE_ASCII = /^[\x21-\x7e]*$/;

const IPV4 = /^\d+\.\d+\.\d+\.\d+$/;
const LOOPBACK = /^(?:localhost|127\.\d+\.\d+\.\d+|\[::1\])$/;

type Id = 'workspaceId' | 'accountId';

const PARAMETERS: ReadonlyMap<string, Id> = new Map([
  ['o', 'workspaceId'],
  ['w', 'workspaceId'],
  ['workspace_id', 'workspaceId'],
  ['a', 'accountId'],
  ['account_id', 'accountId'],
]);

/** Newer ids of workspaces are not numbers, and ids of accounts are UUIDs. [databricks/cli, hostparams.go] */
export const WORKSPACE_ID: RegExp = /^[A-Za-z0-9][A-Za-z0-9_-]{0,63}$/;

/**
 * Reads the host of a workspace. A bare name means https; a dot at the end is dropped, since certificates are not made
 * out to it; a name of another script becomes its `xn--` form.
 *
 * The text is judged before `URL` sees it, which repairs what should be refused: it drops tabs and line breaks, takes a
 * backslash for a slash, and reads `https:x` as `https://x`.
 *
 * @returns the host, or a sentence that says what would be right
 */
export function workspaceHost(text: string): WorkspaceHost | string {
  if (USUAL.test(text)) return { origin: text, workspaceId: undefined, accountId: undefined };
  if (!VISIBLE_ASCII.test(text) && /[\p{Cc}\p{Cf}\p{Z}]/u.test(text))
    return 'a workspace host has no white space and no invisible characters.';
  if (text.includes('\\')) return 'a workspace host has no backslash.';
  const [, scheme = 'https', authority = '', path = '', query, fragment] = ADDRESS.exec(text) ?? [];

  const lowerScheme = scheme.toLowerCase();
  if (lowerScheme !== 'https' && lowerScheme !== 'http') return 'a workspace host begins with "https://".';
  if (authority.includes('@')) return 'a workspace host has no user name and no password ("@").';
  const url = urlOf(lowerScheme, authority);
  if (url === undefined) {
    return 'a workspace host is a name or an IP address, as in "https://adb-1234567890123456.7.azuredatabricks.net".';
  }
  const { hostname, origin } = url;
  if (lowerScheme === 'http' && !LOOPBACK.test(hostname)) {
    return `http is for loopback only (localhost, 127.0.0.1, [::1]): write "${origin.replace('http:', 'https:')}".`;
  }
  if (path !== '' && path !== '/') return `a workspace host has no path: write "${origin}".`;
  if (fragment !== undefined) return `a workspace host has no fragment ("#"): write "${origin}".`;
  const ids = idsIn(query ?? '');
  if (ids === undefined) {
    return `the query of a workspace host may hold only a workspace id ("?o=ID") and an account id ("?a=ID"): write "${origin}".`;
  }
  return { origin, workspaceId: ids.get('workspaceId'), accountId: ids.get('accountId') };
}

function urlOf(scheme: string, authority: string): URL | undefined {
  const written = AUTHORITY.exec(authority)?.[1];
  if (written === undefined || !URL.canParse(`${scheme}://${authority}`)) return undefined;
  const url = new URL(`${scheme}://${authority}`);
  const name = withoutDot(url.hostname);
  if (name.split('.').includes('')) return undefined;
  // The URL standard reads 127.1, 0x7f.1 and 2130706433 as addresses too, which nobody means who types them here.
  if (IPV4.test(name) && name !== withoutDot(written)) return undefined;
  if (name !== url.hostname) url.hostname = name;
  return url;
}

function withoutDot(name: string): string {
  return name.endsWith('.') ? name.slice(0, -1) : name;
}

/** @returns undefined if the query has anything else, or two different ids of one kind */
function idsIn(query: string): ReadonlyMap<Id, string> | undefined {
  const ids = new Map<Id, string>();
  for (const parameter of query.split('&').filter((part) => part !== '')) {
    const [name = '', value = '', ...more] = parameter.split('=');
    const id = PARAMETERS.get(name);
    if (id === undefined || !WORKSPACE_ID.test(value) || more.length > 0) return undefined;
    if ((ids.get(id) ?? value) !== value) return undefined;
    ids.set(id, value);
  }
  return ids;
}
