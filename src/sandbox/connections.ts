import { connectionMissing, invalidPath } from './platform-error.ts';

/** An HTTP connection of the workspace. */
export interface Connection {
  /** Host and base path of the server behind it: `http://127.0.0.1:1234/mcp`. */
  readonly url: string;
  /** There where every person logs in for themselves: whether whoever calls has still to do so. */
  readonly login?: { readonly due: boolean } | undefined;
  /**
   * Its `connection_type`.
   *
   * @defaultValue 'HTTP'
   */
  readonly type?: string | undefined;
  /**
   * Whether whoever calls may use it.
   *
   * @defaultValue true
   */
  readonly granted?: boolean | undefined;
}

/** By name: `catalog.schema.name` for a connection in a schema. */
export type Connections = Readonly<Record<string, Connection>>;

/** @throws PlatformError if there is none of that name. */
export function connectionNamed(connections: Connections, name: string): Connection {
  const connection = Object.hasOwn(connections, name) ? connections[name] : undefined;
  if (connection === undefined) throw connectionMissing(name);
  return connection;
}

/**
 * Address of a call: the path is appended to the base, and `/` or nothing adds nothing to a base that has a path.
 *
 * @param path - a question mark in it is part of the path
 * @throws PlatformError for a path that would lead upwards.
 */
export function upstreamUrl({ url: base }: Connection, path: string, params: Iterable<[string, string]> = []): URL {
  if (withDots(path).includes('..')) throw invalidPath(path);
  const url = new URL(base);
  if (path !== '' && (path !== '/' || url.pathname === '/')) url.pathname = url.pathname.replace(/\/$/, '') + path;
  for (const [name, value] of params) url.searchParams.append(name, value);
  return url;
}

/** A dot written as `%2e` is a dot to whoever resolves the path. */
function withDots(path: string): string {
  return path.replace(/%2e/gi, '.');
}
