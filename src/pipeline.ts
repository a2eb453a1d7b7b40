/** The only wiring: from a Config to the services of a workspace, and to the handlers that a client message passes. */

import type { Config } from './config/config.ts';
import type { Tools } from './databricks/auth/mint.ts';
import type { SignInSource } from './databricks/auth/sign-in.ts';
import { enquirer } from './databricks/enquiry.ts';
import { chooseRoute, type Destination } from './databricks/routes/choose.ts';
import type { WorkspaceSettings } from './databricks/workspace.ts';
import { systemClock } from './node/clock.ts';
import { HELD_RESPONSES_BYTES, RESERVE_BYTES, RESPONSE_BYTES } from './protocol/limits.ts';
import { Budget } from './relay/budget.ts';
import { Echoes } from './relay/echoes.ts';
import type { Emit, MessageHandler } from './relay/handler.ts';
import type { LegacyOptions } from './relay/legacy.ts';
import { Negotiation } from './relay/negotiation.ts';
import { Pacing } from './relay/pacing.ts';
import type { Policed } from './relay/policy/policed.ts';
import { Repeats } from './relay/repeats.ts';
import { Upstream } from './relay/upstream.ts';
import type { Wire } from './relay/wire.ts';
import { VERSION } from './version.ts';
import { createWorkspaceClient, refuseWithoutParser, type WorkspaceClientOptions } from './workspace-client.ts';

export { secretsOf } from './workspace-client.ts';

/** A whole exchange may take this many times the longest silence. */
const TOTAL_PER_SILENCE = 6;

/** Product and version, for the audit trail of the workspace. */
export const USER_AGENT: string = `uc-mcp-bridge/${VERSION}`;

export interface Services {
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
 * Opens the services; nothing is connected yet.
 *
 * @throws FileRefused
 */
export async function createServices(options: Omit<WorkspaceClientOptions, 'sandbox'>): Promise<Services> {
  const { config, log, secrets } = options;
  refuseWithoutParser();
  const sandbox = config.sandbox ? await (await import('./sandbox/sandbox.ts')).startSandbox() : undefined;
  const destination = sandbox
    ? { ...config, connection: sandbox.connection, url: undefined, service: undefined }
    : config;
  const { close, settings, tokens, tools } = await createWorkspaceClient({ ...options, sandbox });
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
      budget: new Budget(systemClock, { sharedBytes: HELD_RESPONSES_BYTES, reserveBytes: RESERVE_BYTES }),
      pacing: new Pacing(systemClock),
      echoes: new Echoes(log),
      log,
      secrets,
      responseLimitBytes: RESPONSE_BYTES,
    },
    async close() {
      await Promise.all([close(), sandbox?.close()]);
    },
  };
}

/** The handlers that a client message passes, from the client connection down to the call. */
export interface Pipeline {
  /** The first of them. */
  readonly handler: MessageHandler;
  /** Undefined if no policy option is set, or if the policy is not enforced. */
  readonly policy: Policed | undefined;
}

export interface PipelineOptions {
  /** False for a command that shows all that the server lists: the policy goes out in headers only. */
  readonly enforcesPolicy?: boolean;
}

/**
 * Builds the handlers: tool policy, router, then legacy session or modern calls.
 *
 * @param emit - takes what the server sends outside of any call
 */
export async function createPipeline(
  config: Config,
  wire: Wire,
  emit: Emit,
  { enforcesPolicy = true }: PipelineOptions = {},
): Promise<Pipeline> {
  const options = hasToolPolicy(config)
    ? (await import('./relay/policy/tool-policy.ts')).openPolicy(config, config.headers)
    : undefined;
  const filtered: Emit = (delivery) => emit(policy?.screen(delivery) ?? delivery);
  const upstream = new Upstream(wire, requestDefaults(config, options?.headers ?? config.headers, filtered));
  const { clock, log, route } = wire;
  const router = new Negotiation({ next: upstream, protocol: config.protocol, route, emit: filtered, clock, log });
  const policy = enforcesPolicy ? options?.before(router, log) : undefined;
  return { handler: policy ?? router, policy };
}

/** True if any message has to be read for the policy. */
function hasToolPolicy({ excludeTools, meta, readOnly, tools, toolsets }: Config): boolean {
  return (
    readOnly || Object.keys(meta).length > 0 || [toolsets, tools, excludeTools].some((names) => names !== undefined)
  );
}

/** Defaults for every request to the server. */
function requestDefaults(
  { keepCapabilities, requestTimeoutMs, retry503, retryAnnotated }: Config,
  headers: Readonly<Record<string, string>>,
  emit: Emit,
): LegacyOptions {
  const limits = {
    silenceMs: requestTimeoutMs,
    silenceHint: 'Give the server more time with --request-timeout.',
    totalMs: TOTAL_PER_SILENCE * requestTimeoutMs,
    totalHint: `Give the server more time with --request-timeout: a call may take ${TOTAL_PER_SILENCE} times as long in all.`,
  };
  const repeats = new Repeats({ annotated: retryAnnotated, after503: retry503 });
  return { headers, limits, keepCapabilities, emit, repeats };
}
