/** The way from here to the MCP server, the same for whoever walks it: `serve`, and the commands that try it out. */

import type { Config } from './config/config.ts';
import { patSource } from './databricks/auth/pat.ts';
import { enquirer } from './databricks/enquiry.ts';
import { chooseRoute, type Destination } from './databricks/routes/choose.ts';
import type { ResolvedAccess, WorkspaceSettings } from './databricks/workspace.ts';
import { systemClock } from './node/clock.ts';
import { openHttp } from './node/http.ts';
import type { Log } from './ports.ts';
import { Secrets } from './protocol/secrets.ts';
import type { Wire } from './relay/attempt.ts';
import type { Delivery } from './relay/correlation.ts';
import type { LegacyOptions } from './relay/legacy.ts';
import { VERSION } from './version.ts';

/** A whole exchange may take this many times the longest silence. */
const TOTAL_PER_SILENCE = 6;
/** Most that is held of one answer, in bytes. */
const RESPONSE_LIMIT_BYTES = 64 * 1024 * 1024;

/** Product and version, for the audit trail of the workspace. */
export const USER_AGENT: string = `uc-mcp-bridge/${VERSION}`;

export interface Way {
  /** Settings and destination in effect: those of the configuration, or the sandbox's. */
  readonly workspace: WorkspaceSettings;
  readonly destination: Destination;
  readonly wire: Wire;
  /** Closes every connection, and the sandbox with them. */
  close(): Promise<void>;
}

/** Every secret that is known before anything is read or asked. */
export function secretsOf({ headers, token }: Config): Secrets {
  const secrets = new Secrets();
  for (const value of Object.values(headers)) secrets.add(value);
  if (token !== undefined) secrets.add(token);
  return secrets;
}

/**
 * Opens the way; nothing is connected yet.
 *
 * @param onAccess - told of each credential before it is used for the first time
 */
export async function openWay(
  config: Config,
  secrets: Secrets,
  log: Log,
  onAccess: (resolved: ResolvedAccess) => void,
): Promise<Way> {
  const sandbox = config.sandbox ? await (await import('./sandbox/sandbox.ts')).startSandbox() : undefined;
  const workspace = sandbox ? { ...config, host: sandbox.host, token: sandbox.token } : config;
  const destination = sandbox
    ? { ...config, connection: sandbox.connection, url: undefined, service: undefined }
    : config;
  const http = openHttp();
  const tokens = patSource(workspace, (resolved) => {
    secrets.add(resolved.access.token);
    onAccess(resolved);
  });
  return {
    workspace,
    destination,
    wire: {
      route: chooseRoute(destination, USER_AGENT),
      tokens,
      send: http.send,
      enquire: enquirer(http.send, systemClock),
      clock: systemClock,
      log,
      secrets,
      responseLimitBytes: RESPONSE_LIMIT_BYTES,
    },
    async close() {
      await Promise.all([http.close(), sandbox?.close()]);
    },
  };
}

/** How messages are carried, as far as the configuration says it. */
export function carriageOf(
  { keepCapabilities, requestTimeoutMs }: Config,
  headers: Readonly<Record<string, string>>,
  deliver: (delivery: Delivery) => Promise<void>,
): LegacyOptions {
  const limits = { silenceMs: requestTimeoutMs, totalMs: TOTAL_PER_SILENCE * requestTimeoutMs };
  return { headers, limits, keepCapabilities, deliver };
}
