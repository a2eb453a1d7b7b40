import { randomUUID } from 'node:crypto';
import { Agent, type IncomingMessage, type ServerResponse } from 'node:http';
import { type Answer, type CannedReply, cut, send } from './answer.ts';
import { type CatalogOptions, catalogAnswer } from './catalog.ts';
import { checkToken, SANDBOX_USER } from './door.ts';
import type { ExternalCall } from './external-call.ts';
import { faultNamed, faultOfUse } from './faults.ts';
import { type Forward, forwarder } from './forward.ts';
import { identityAnswer } from './identity.ts';
import { type Issuer, type IssuerOptions, openIssuer } from './issuer.ts';
import { listenOnLoopback } from './loopback.ts';
import { endpointNotFound, PlatformError } from './platform-error.ts';
import { connectionProxy } from './routes/connection-proxy.ts';
import { type EndpointOptions, endpoint } from './routes/endpoint.ts';
import { type ExternalFunctionOptions, externalFunction } from './routes/external-function.ts';
import { type ManagedMcpOptions, managedMcp } from './routes/managed-mcp.ts';
import type { PassThroughOptions } from './routes/pass-through.ts';
import type { Route } from './routes/route.ts';

export type { CannedReply } from './answer.ts';
export type { ExternalCall } from './external-call.ts';

/** Shorter than the 5 s after which Node's own servers close an idle connection: it must not be used at that moment. */
const UPSTREAM_IDLE_MS = 3_000;

/** What the workspace has, and how it behaves. Each route says which of its traits can be chosen. */
export interface WorkspaceOptions
  extends ExternalFunctionOptions,
    Omit<PassThroughOptions, 'watched'>,
    Pick<ManagedMcpOptions, 'managedGet'>,
    Pick<EndpointOptions, 'endpoints'>,
    Pick<CatalogOptions, 'onQuestion'>,
    IssuerOptions {
  /** Port on 127.0.0.1. @defaultValue a free one */
  readonly port?: number | undefined;
  /** The personal access token that opens the door, beside the tokens that are issued. */
  readonly token: string;
  /** Sees each call before it is sent on, by whichever route, and may answer it instead. */
  readonly onCall?: ((call: ExternalCall) => Promise<CannedReply | undefined> | CannedReply | undefined) | undefined;
  /** Names the refusal, of those in `faults.ts`, that a call meets, by whichever route it came. */
  readonly fault?: ((call: ExternalCall) => string | undefined) | undefined;
}

/** A Databricks workspace on loopback, as far as the ways go that lead to servers behind it. */
export interface Workspace {
  /** `http://127.0.0.1:PORT` */
  readonly host: string;
  readonly issuer: Issuer;
  /** Calls that were let in so far. */
  calls(): number;
  /** Connections that clients hold to the workspace at this moment, idle ones included. */
  openSockets(): number;
  /** Breaks every connection, on both sides, and resolves when the last client is gone. */
  close(): Promise<void>;
}

export async function startWorkspace(options: WorkspaceOptions): Promise<Workspace> {
  const agent = new Agent({ keepAlive: true, timeout: UPSTREAM_IDLE_MS });
  const targets = Object.values({ ...options.connections, ...options.endpoints });
  const isLookedAt = options.onCall !== undefined || options.fault !== undefined;
  const passing = { ...options, watched: isLookedAt || targets.some(({ login }) => login !== undefined) };
  const routes = [externalFunction(options), connectionProxy(passing), managedMcp(passing), endpoint(passing)];
  const issuer = openIssuer(options);
  const holder = (token: string) => (token === options.token ? SANDBOX_USER : issuer.holder(token));
  let calls = 0;

  async function answer(request: IncomingMessage, response: ServerResponse, requestId: string): Promise<void> {
    // Whoever asks for a token has none yet.
    const issued = await issuer.answer(request, origin);
    if (issued !== undefined) return 'cut' in issued ? cut(response, issued.after) : send(response, issued);
    const principal = checkToken(request.headers.authorization, holder, requestId);
    const told = identityAnswer(request, principal) ?? (await catalogAnswer(request, options, principal));
    if (told !== undefined) return send(response, told);
    const { call, route } = await open(routes, request, forwarder(agent, response));
    calls++;
    const reply = (await options.onCall?.(call)) ?? refusal(call) ?? (await call.forward());
    if ('cut' in reply) await cut(response, reply.after && route.shown(reply.after));
    else await send(response, route.shown(reply));
  }

  function refusal(call: ExternalCall): Answer | undefined {
    const target = (call.route === 'endpoint' ? options.endpoints : options.connections)?.[call.connection];
    const fault = options.fault?.(call) ?? faultOfUse(call.route, target);
    if (fault === undefined) return undefined;
    // A route shows a copy of it: that takes over what an object has, and not what its class computes.
    const { body, headers, status } = faultNamed(fault).reply(call);
    return { body, headers, status };
  }

  const { close, openSockets, origin } = await listenOnLoopback(async (request, response) => {
    const requestId = randomUUID();
    response.setHeader('x-request-id', requestId);
    try {
      await answer(request, response, requestId);
    } catch (error) {
      if (error instanceof PlatformError) await send(response, error);
      else response.destroy();
    }
  }, options.port);
  return {
    host: origin,
    issuer,
    calls: () => calls,
    openSockets,
    async close() {
      agent.destroy();
      await close();
    },
  };
}

/** @throws PlatformError where no route leads on, or the one that does refuses. */
async function open(
  routes: readonly Route[],
  request: IncomingMessage,
  forward: Forward,
): Promise<{ call: ExternalCall; route: Route }> {
  for (const route of routes) {
    const call = await route.open(request, forward);
    if (call !== undefined) return { call, route };
  }
  throw endpointNotFound(request.method ?? '', request.url ?? '');
}
