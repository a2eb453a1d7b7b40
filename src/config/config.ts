/** What a run of the bridge was told, resolved once from arguments and environment, and frozen. */
export interface Config {
  /** Name of the Unity Catalog connection. Absent only with `sandbox`. */
  readonly connection: string | undefined;
  /** Origin of the workspace as given by flag or environment; undefined where it is to come from the profile. */
  readonly host: string | undefined;
  /** Workspace id lifted from the query of the host (`?o=`), digits. */
  readonly workspaceId: string | undefined;
  /** Section of the configuration file; undefined where none was named. */
  readonly profile: string | undefined;
  /** Absolute path of the Databricks configuration file. It need not exist. */
  readonly configFile: string;
  /** Secret. */
  readonly token: string | undefined;
  /** Appended to the connection's base path; begins with a slash. */
  readonly path: string;
  /** For the MCP server, inside the envelope. */
  readonly headers: Readonly<Record<string, string>>;
  /** Longest silence of the far end, in milliseconds. */
  readonly requestTimeoutMs: number;
  readonly logLevel: LogLevel;
  /** Absolute path. */
  readonly logFile: string | undefined;
  readonly sandbox: boolean;
}

export type LogLevel = (typeof LOG_LEVELS)[number];
export const LOG_LEVELS = ['trace', 'debug', 'info', 'warn', 'error', 'fatal', 'silent'] as const;
