import type { Way } from '../databricks/auth/ways.ts';

/** What a run of the bridge was told, resolved once from arguments and environment, and frozen. */
export interface Config {
  /** Name of the Unity Catalog connection. Of this, `url`, `service` and `sandbox` one is given. */
  readonly connection: string | undefined;
  /** Address of an MCP endpoint of the workspace, or of a Databricks App. */
  readonly url: EndpointUrl | undefined;
  /** `catalog.schema.name` of an MCP service. */
  readonly service: string | undefined;
  /** The way through the connection. */
  readonly route: RouteName;
  /** Origin of the workspace as given by flag or environment; undefined where it is to come from the profile. */
  readonly host: string | undefined;
  /** Digits; may be lifted from the query of the host (`?o=`). */
  readonly workspaceId: string | undefined;
  /** Section of the configuration file; undefined where none was named. */
  readonly profile: string | undefined;
  /** Absolute path of the Databricks configuration file. It need not exist. */
  readonly configFile: string;
  /** The way of signing in, where one is forced. */
  readonly authType: Way | undefined;
  /** Secret. */
  readonly token: string | undefined;
  readonly clientId: string | undefined;
  /** Secret. */
  readonly clientSecret: string | undefined;
  /** The `databricks` CLI: an absolute path, or a name to be found on PATH. */
  readonly cliPath: string | undefined;
  /** Name of the variable that holds an OIDC token. */
  readonly oidcTokenEnv: string | undefined;
  /** Absolute path. */
  readonly oidcTokenFile: string | undefined;
  readonly tokenAudience: string | undefined;
  readonly actionsUrl: string | undefined;
  /** Secret. */
  readonly actionsToken: string | undefined;
  readonly azureClientId: string | undefined;
  /** Secret. */
  readonly azureClientSecret: string | undefined;
  readonly azureTenantId: string | undefined;
  readonly azureEnvironment: string | undefined;
  readonly azureResourceId: string | undefined;
  /** OAuth client of the browser sign-in. */
  readonly browserClientId: string | undefined;
  /** Separated by blanks. */
  readonly scopes: string | undefined;
  readonly noBrowser: boolean;
  /** A program with its arguments, which prints a token. */
  readonly tokenCommand: string | undefined;
  /** Appended to the connection's base path; begins with a slash. */
  readonly path: string;
  /** For the MCP server, inside the envelope. */
  readonly headers: Readonly<Record<string, string>>;
  /** Longest silence of the far end, in milliseconds. */
  readonly requestTimeoutMs: number;
  /** How long answers may still arrive after the client has closed its end, in milliseconds. */
  readonly drainTimeoutMs: number;
  /** Address of the proxy for every call, or `none`; undefined where the environment decides. Secret. */
  readonly proxy: string | undefined;
  /** Absolute path of a file with certificate authorities, in PEM form. */
  readonly caFile: string | undefined;
  readonly logLevel: LogLevel;
  /** Whether the text of messages is logged too. */
  readonly logBodies: boolean;
  /** Absolute path. */
  readonly logFile: string | undefined;
  /** Absolute path of a file in which every message and exchange is noted. */
  readonly record: string | undefined;
  /** Whether the messages themselves are noted, too. */
  readonly recordBodies: boolean;
  readonly sandbox: boolean;
  /** Whether `initialize` is forwarded whole on a route on which the server cannot ask the client for anything. */
  readonly keepCapabilities: boolean;
  /** Whether a tool that says of itself that it may run again is called again when its answer was lost. */
  readonly retryAnnotated: boolean;
  /** Whether a `tools/call` that met 503 is made again. */
  readonly retry503: boolean;
  /** `legacy` answers `server/discover` without asking anybody. */
  readonly protocol: Protocol;
  /** The tool policy: only what reads, GitHub's toolsets, names or globs of tools that are allowed, and that are not. */
  readonly readOnly: boolean;
  readonly toolsets: readonly string[] | undefined;
  readonly tools: readonly string[] | undefined;
  readonly excludeTools: readonly string[] | undefined;
  /** For `params._meta` of every tool call. */
  readonly meta: Readonly<Record<string, string>>;
}

/** An address as it was given: a path of the workspace, with an origin where one was written. */
export interface EndpointUrl {
  readonly origin: string | undefined;
  readonly path: string;
}

export type RouteName = (typeof ROUTES)[number];
export const ROUTES = ['external-function', 'connection-proxy', 'managed-mcp'] as const;

export type Protocol = (typeof PROTOCOLS)[number];
export const PROTOCOLS = ['auto', 'legacy'] as const;

export type LogLevel = (typeof LOG_LEVELS)[number];
export const LOG_LEVELS = ['trace', 'debug', 'info', 'warn', 'error', 'fatal', 'silent'] as const;
