/** The way from here to the MCP server, the same for whoever walks it: `serve`, and the commands that try it out. */

import type { Config } from './config/config.ts';
import type { Tools } from './databricks/auth/mint.ts';
import type { SignInSource } from './databricks/auth/sign-in.ts';
import { enquirer } from './databricks/enquiry.ts';
import { chooseRoute, type Destination } from './databricks/routes/choose.ts';
import type { WorkspaceSettings } from './databricks/workspace.ts';
import { type EntryOptions, openEntry, refuseWithoutParser } from './entry.ts';
import { systemClock } from './node/clock.ts';
import { Echoes } from './relay/echoes.ts';
import type { Emit } from './relay/handler.ts';
import type { LegacyOptions } from './relay/legacy.ts';
import { Pacing } from './relay/pacing.ts';
import { Repeats } from './relay/repeats.ts';
import type { Wire } from './relay/wire.ts';
import { VERSION } from './version.ts';

export { secretsOf } from './entry.ts';

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
  readonly tools: Tools;
  readonly tokens: SignInSource;
  readonly wire: Wire;
  /** Closes every connection, and the sandbox with them. */
  close(): Promise<void>;
}

/**
 * Opens the way; nothing is connected yet.
 *
 * @throws FileRefused
 */
export async function openWay(options: Omit<EntryOptions, 'sandbox'>): Promise<Way> {
  const { config, log, secrets } = options;
  refuseWithoutParser();
  const sandbox = config.sandbox ? await (await import('./sandbox/sandbox.ts')).startSandbox() : undefined;
  const destination = sandbox
    ? { ...config, connection: sandbox.connection, url: undefined, service: undefined }
    : config;
  const { close, settings, tokens, tools } = await openEntry({ ...options, sandbox });
  return {
    workspace: settings,
    destination,
    tools,
    tokens,
    wire: {
      route: chooseRoute(destination, USER_AGENT),
      tokens,
      send: tools.send,
      enquire: enquirer(tools.send, systemClock),
      clock: systemClock,
      pacing: new Pacing(systemClock),
      echoes: new Echoes(log),
      log,
      secrets,
      responseLimitBytes: RESPONSE_LIMIT_BYTES,
    },
    async close() {
      await Promise.all([close(), sandbox?.close()]);
    },
  };
}

/** How messages are carried, as far as the configuration says it. */
export function carriageOf(
  { keepCapabilities, requestTimeoutMs, retry503, retryAnnotated }: Config,
  headers: Readonly<Record<string, string>>,
  emit: Emit,
): LegacyOptions {
  const limits = { silenceMs: requestTimeoutMs, totalMs: TOTAL_PER_SILENCE * requestTimeoutMs };
  const repeats = new Repeats({ annotated: retryAnnotated, after503: retry503 });
  return { headers, limits, keepCapabilities, emit, repeats };
}
