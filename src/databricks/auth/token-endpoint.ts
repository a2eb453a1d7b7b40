/** Token endpoints: who issues OAuth tokens for a workspace, and how it is asked. */

import { bareAddress, excerpt } from '../../protocol/excerpt.ts';
import { Problem } from '../../protocol/problem.ts';
import { soundRequestId } from '../../protocol/request-id.ts';
import { retryAfterMs } from '../../protocol/retry.ts';
import { faultOf } from '../faults/fault.ts';
import { ask, type RestReply, refusal } from '../rest.ts';
import { endpointTarget } from '../targets.ts';
import { lifetimeOfSeconds } from './lifetime.ts';
import type { Minted, Tools } from './mint.ts';

/** A token request changes nothing, so that it may be made again; all attempts are to fit into a client's patience. */
const ATTEMPTS = 3;
const FIRST_WAIT_MS = 300;
const LONGEST_WAIT_MS = 3_000;
/** Longest time for one answer, in milliseconds. */
const ANSWER_MS = 40_000;
const LONGEST_TOKEN_CHARS = 64 * 1024;

const DISCOVERY = '/oidc/.well-known/oauth-authorization-server';

export interface TokenEndpoint {
  readonly origin: string;
  readonly path: string;
}

/**
 * Asks the workspace where its token endpoint is. It may be anywhere on the workspace's own host, and nowhere else: what
 * a server says never names a place to which a credential goes. [T171]
 */
export async function discover(origin: string, tools: Tools, signal: AbortSignal): Promise<TokenEndpoint> {
  const reply = await patiently(tools, signal, origin, (limit) =>
    ask(tools.send, { origin, method: 'GET', path: DISCOVERY, headers: { accept: 'application/json' } }, limit),
  );
  const { token_endpoint: written } = objectIn(reply);
  if (reply.status !== 200 || typeof written !== 'string') {
    const cause = causeIn(reply, origin, DISCOVERY, tools);
    if (cause !== undefined) throw cause;
    throw new Problem('auth', `${origin} does not say where it issues OAuth tokens (HTTP status ${reply.status}).`, {
      hint: 'Check that the host is the address of a workspace.',
      httpStatus: reply.status,
    });
  }
  const url = URL.canParse(written) ? new URL(written) : undefined;
  if (url?.origin !== origin || url.username !== '' || url.password !== '') {
    throw new Problem('auth', `${origin} names a token endpoint on another host, to which no credential is sent.`, {
      hint: `Set the host to the workspace's own address.`,
    });
  }
  return { origin, path: `${url.pathname}${url.search}` };
}

/** Explains the refusal of a request that carried no token: a blocked network, a login page, or a temporary failure. */
function causeIn(reply: RestReply, origin: string, path: string, { secrets }: Tools): Problem | undefined {
  const { header, status } = reply;
  const said = secrets.scrub(reply.text);
  const details = { httpStatus: status, outcome: 'not_sent' } as const;
  const fault = faultOf(reply, said, { target: endpointTarget(path), origin });
  // No token was shown: what is said about one is said to those who showed theirs.
  const isRedirect = status >= 300 && status < 400;
  const isKnown = isRedirect ? fault?.problem.kind === 'auth' : status !== 404 && status !== 405;
  if (fault !== undefined && !fault.tokenRefused && isKnown) return fault.problem.with(details);
  if (isRedirect) {
    const place = bareAddress(secrets.scrub(header('location') ?? 'another place'));
    return new Problem('auth', `${origin} redirects the request for ${path} to ${place}, which is not followed.`, {
      ...details,
      hint: 'Check that the host is the address of the workspace itself, and that this network may reach it.',
    });
  }
  if (status === 200 || status === 404 || status === 405) return undefined;
  const passes = status === 429 || status >= 500;
  return refusal({ ...reply, text: said }, path)
    .as(status === 429 ? 'rateLimited' : 'auth')
    .with({
      ...details,
      hint: passes ? 'Wait a moment, then call again.' : 'Check the host, the network and the VPN.',
    });
}

export interface TokenRequest {
  readonly form: Readonly<Record<string, string>>;
  /** For HTTP Basic. Secret. */
  readonly basic?: { readonly id: string; readonly secret: string };
  /** Whose credential it is, as a sentence names it. */
  readonly who: string;
}

/** Asks for a token. 429, 5xx and a network that fails are tried again within bounds. [T089] */
export async function requestToken(
  { origin, path }: TokenEndpoint,
  { basic, form, who }: TokenRequest,
  tools: Tools,
  signal: AbortSignal,
): Promise<Minted> {
  const headers: Record<string, string> = {
    accept: 'application/json',
    'accept-encoding': 'identity',
    'content-type': 'application/x-www-form-urlencoded',
  };
  if (basic !== undefined) {
    // Both parts are encoded as in a form before they are joined. [RFC 6749, section 2.3.1]
    const pair = [basic.id, basic.secret].map((part) => encodeURIComponent(part).replaceAll('%20', '+')).join(':');
    const credential = Buffer.from(pair).toString('base64');
    tools.secrets.add(credential);
    headers['authorization'] = `Basic ${credential}`;
  }
  const body = new URLSearchParams(form).toString();
  const reply = await patiently(tools, signal, origin, (limit) =>
    ask(tools.send, { origin, method: 'POST', path, headers, body }, limit),
  );
  return tokenIn(reply, { origin, path }, who, tools);
}

/** One question, asked again where that may help. */
async function patiently(
  { clock, log }: Tools,
  signal: AbortSignal,
  origin: string,
  once: (signal: AbortSignal) => Promise<RestReply>,
): Promise<RestReply> {
  for (let attempt = 1; ; attempt++) {
    const outcome = await timed(clock, signal, origin, once).catch((problem: unknown) => problem);
    if (signal.aborted) throw signal.reason;
    const reply = outcome instanceof Error ? undefined : (outcome as RestReply);
    const mayPass = reply === undefined ? isUnreachable(outcome) : reply.status === 429 || reply.status >= 500;
    const askedMs = reply && retryAfterMs(reply.header('retry-after'), clock.date());
    const waitMs = askedMs ?? FIRST_WAIT_MS * 2 ** (attempt - 1) * (0.5 + clock.roll());
    if (!mayPass || attempt === ATTEMPTS || waitMs > LONGEST_WAIT_MS) {
      if (reply === undefined) throw outcome;
      return reply;
    }
    log.debug({ waitMs, status: reply?.status }, 'asking for a token again');
    await clock.sleep(waitMs, signal);
  }
}

async function timed(
  clock: Tools['clock'],
  outer: AbortSignal,
  origin: string,
  once: (signal: AbortSignal) => Promise<RestReply>,
): Promise<RestReply> {
  const controller = new AbortController();
  const follow = () => controller.abort(outer.reason);
  outer.addEventListener('abort', follow, { once: true });
  const stop = clock.after(ANSWER_MS, () => {
    const sentence = `${origin} did not answer a request for a token within ${ANSWER_MS / 1000} s.`;
    controller.abort(new Problem('auth', sentence, { hint: 'Check the network, the VPN and the proxy.' }));
  });
  try {
    return await once(controller.signal);
  } finally {
    stop();
    outer.removeEventListener('abort', follow);
  }
}

function isUnreachable(outcome: unknown): boolean {
  return outcome instanceof Problem && outcome.kind === 'unreachable';
}

function tokenIn(reply: RestReply, { origin, path }: TokenEndpoint, who: string, tools: Tools): Minted {
  const { secrets } = tools;
  // What is quoted first of all loses what must not be shown, while that is still in one piece.
  const quoted = (text: string) => excerpt(secrets.scrub(text));
  const { access_token: token, error, error_description: description, expires_in: expiresIn } = objectIn(reply);
  const { status } = reply;
  if (status === 200 && typeof token === 'string' && token !== '' && token.length <= LONGEST_TOKEN_CHARS) {
    return { token, lifetimeMs: lifetimeOfSeconds(expiresIn) };
  }
  const cause = status === 200 || (status >= 300 && status < 400) ? causeIn(reply, origin, path, tools) : undefined;
  if (cause !== undefined) throw cause;
  const details = {
    httpStatus: status,
    requestId: soundRequestId(reply.header('x-request-id')),
    outcome: 'not_sent' as const,
  };
  if (status === 200) {
    const sentence = `${origin} answered a request for a token with something else.`;
    throw new Problem('auth', sentence, { ...details, hint: 'Check that the host is the address of a workspace.' });
  }
  if (status === 401 || error === 'invalid_client' || error === 'invalid_grant' || error === 'unauthorized_client') {
    const words =
      typeof description === 'string' ? quoted(description) : typeof error === 'string' ? quoted(error) : '';
    throw new Problem('auth', `${origin} does not accept ${who}${words === '' ? '.' : `: ${words}`}`, {
      ...details,
      hint: 'Check it, and that it may use this workspace; it may have expired or been replaced.',
    });
  }
  const said = quoted([error, description].filter((part) => typeof part === 'string').join(': ') || reply.text);
  const sentence = `${origin} refused a request for a token with HTTP status ${status}${said === '' ? '.' : ` and said: ${said}`}`;
  throw new Problem(status === 429 ? 'rateLimited' : 'auth', sentence, {
    ...details,
    hint: status === 429 || status >= 500 ? 'Wait a moment, then call again.' : 'Check the host and the credential.',
  });
}

function objectIn({ json }: RestReply): Readonly<Record<string, unknown>> {
  return typeof json === 'object' && json !== null ? (json as Record<string, unknown>) : {};
}
