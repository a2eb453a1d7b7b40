import type { IncomingHttpHeaders } from 'node:http';
import type { Answer } from './answer.ts';

/** A call to a server behind the workspace that the workspace has let in, by whichever route it came. */
export interface ExternalCall {
  readonly route: 'external-function' | 'connection-proxy' | 'managed-mcp' | 'endpoint';
  /** Name of the connection; for an endpoint its path. */
  readonly connection: string;
  readonly method: string;
  /** What the call adds to the base path of the connection. */
  readonly path: string;
  /** Headers for the server, names as they were written. */
  readonly headers: Readonly<Record<string, string>>;
  readonly params: URLSearchParams;
  /** The text for the server, exactly as it came; undefined where there is none. */
  readonly text: string | undefined;
  /** The request as the client sent it. */
  readonly outer: { readonly headers: IncomingHttpHeaders; readonly body: string };
  /**
   * Sends the call on, once, and gives what the workspace would answer: to be late with, to change or to drop.
   *
   * @throws PlatformError where the workspace would refuse, or the server cannot be reached.
   */
  forward(): Promise<Answer>;
}
