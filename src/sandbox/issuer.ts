/**
 * The workspace's OAuth: it says where its tokens are issued, and issues them, to service principals with their secret
 * and to whoever brings a token of an issuer that it trusts. [facts/databricks.md, section 4]
 */

import { randomBytes } from 'node:crypto';
import type { IncomingMessage } from 'node:http';
import type { Answer, CannedReply } from './answer.ts';
import type { Principal } from './door.ts';
import {
  AUTHORIZE,
  type IdentityProviderOptions,
  INTROSPECT,
  openIdentityProvider,
  REVOKE,
} from './identity-provider.ts';
import { readBody } from './read-body.ts';

export interface IssuerOptions extends IdentityProviderOptions {
  /** Secrets of service principals by their client id. */
  readonly clients?: Readonly<Record<string, string>> | undefined;
  /** Whether a token of another issuer is trusted. */
  readonly trusts?: ((idToken: string) => boolean) | undefined;
  /** Life of an issued token, in seconds. */
  readonly tokenLifeS?: number | undefined;
  /** Sees each request to the issuer before it is answered, and may answer it instead. */
  readonly onAuthorization?:
    | ((request: AuthorizationRequest) => Promise<CannedReply | undefined> | CannedReply | undefined)
    | undefined;
}

export interface AuthorizationRequest {
  readonly asks: 'discovery' | 'token' | 'authorize' | 'revoke' | 'introspect';
  /** What was posted. */
  readonly form: URLSearchParams;
  readonly authorization: string | undefined;
  /** How many of this kind have come, this one included. */
  readonly nth: number;
}

export interface Issuer {
  /** @returns undefined where the request is for somebody else */
  answer(request: IncomingMessage, origin: string): Promise<CannedReply | undefined>;
  /** Whom a token stands for at this moment. */
  holder(token: string): Principal | undefined;
  /** A token as a person's login brings it, for whoever plays a CLI. */
  issue(principal: Principal, lifeS?: number): string;
  /** Ends every access token that was issued so far; sign-ins stay. */
  revoke(): void;
  /** Ends every sign-in of a user: no refresh token is accepted any more. */
  endSignIns(): void;
  /** Requests of a kind so far. */
  requests(asks: AuthorizationRequest['asks']): number;
}

const DISCOVERY = '/oidc/.well-known/oauth-authorization-server';
const TOKEN = '/oidc/v1/token';
const EXCHANGE = 'urn:ietf:params:oauth:grant-type:token-exchange';
const HOUR_S = 3_600;

export function openIssuer(options: IssuerOptions): Issuer {
  const { clients = {}, onAuthorization, tokenLifeS = HOUR_S, trusts } = options;
  const issued = new Map<string, { readonly principal: Principal; readonly untilMs: number }>();
  const counts = { discovery: 0, token: 0, authorize: 0, revoke: 0, introspect: 0 };
  const signIns = openIdentityProvider(
    options,
    (principal) => ({ token: issue(principal), lifeS: tokenLifeS }),
    (token) => void issued.delete(token),
  );

  function issue(principal: Principal, lifeS: number = tokenLifeS): string {
    const token = `sandbox-oauth-${randomBytes(24).toString('hex')}`;
    issued.set(token, { principal, untilMs: performance.now() + lifeS * 1000 });
    return token;
  }

  function grant({ authorization, form }: AuthorizationRequest): Answer {
    const ofUser = signIns.grant(form);
    if (ofUser !== undefined) return ofUser;
    if (form.get('scope') !== 'all-apis') return refused(400, 'invalid_scope', 'The scope must be all-apis.');
    const type = form.get('grant_type');
    if (type === 'client_credentials') {
      const { id, secret } = basicOf(authorization);
      if (!Object.hasOwn(clients, id) || clients[id] !== secret) {
        return refused(401, 'invalid_client', 'Client authentication failed');
      }
      return granted(issue(servicePrincipal(id)), tokenLifeS);
    }
    if (type === EXCHANGE) {
      const trusted = trusts?.(form.get('subject_token') ?? '') === true;
      if (!trusted) return refused(400, 'invalid_grant', 'No federation policy matches the token.');
      return granted(issue(servicePrincipal(form.get('client_id') ?? 'federated')), tokenLifeS);
    }
    return refused(400, 'unsupported_grant_type', `${type} is not supported.`);
  }

  function holder(token: string): Principal | undefined {
    const entry = issued.get(token);
    return entry !== undefined && performance.now() < entry.untilMs ? entry.principal : undefined;
  }

  function introspect(token: string): object {
    const principal = holder(token);
    if (principal !== undefined) return { active: true, username: principal.userName, token_type: 'Bearer' };
    return { active: signIns.isActive(token) };
  }

  return {
    async answer(message, origin) {
      const asks = askedBy(message);
      if (asks === undefined) return undefined;
      const nth = ++counts[asks];
      const form = new URLSearchParams((await readBody(message)).toString('utf8'));
      const request = { asks, form, authorization: message.headers.authorization, nth };
      const instead = await onAuthorization?.(request);
      if (instead !== undefined) return instead;
      if (asks === 'discovery') return json(200, metadata(origin));
      if (asks === 'revoke') return signIns.revoke(form);
      if (asks === 'introspect') return json(200, introspect(form.get('token') ?? ''));
      return asks === 'token' ? grant(request) : signIns.page(message.method ?? '', message.url ?? '', form, origin);
    },
    holder,
    issue,
    revoke: () => issued.clear(),
    endSignIns: () => signIns.endSignIns(),
    requests: (asks) => counts[asks],
  };
}

function askedBy({ method, url }: IncomingMessage): AuthorizationRequest['asks'] | undefined {
  if (method === 'GET' && url === DISCOVERY) return 'discovery';
  if (url?.startsWith(AUTHORIZE)) return 'authorize';
  if (method !== 'POST') return undefined;
  if (url === INTROSPECT) return 'introspect';
  return url === TOKEN ? 'token' : url === REVOKE ? 'revoke' : undefined;
}

function metadata(origin: string): object {
  return {
    issuer: `${origin}/oidc`,
    authorization_endpoint: origin + AUTHORIZE,
    token_endpoint: origin + TOKEN,
    revocation_endpoint: origin + REVOKE,
    introspection_endpoint: origin + INTROSPECT,
    response_types_supported: ['code'],
    code_challenge_methods_supported: ['S256'],
    authorization_response_iss_parameter_supported: true,
  };
}

function servicePrincipal(clientId: string): Principal {
  return { id: '4712', userName: clientId, displayName: `service principal ${clientId}` };
}

function basicOf(authorization: string | undefined): { id: string; secret: string } {
  const [, encoded = ''] = /^Basic (.+)$/i.exec(authorization ?? '') ?? [];
  const [id = '', secret = ''] = Buffer.from(encoded, 'base64').toString('utf8').split(/:(.*)/s).map(decoded);
  return { id, secret };
}

/** As in a form. [RFC 6749, section 2.3.1] */
function decoded(text: string): string {
  return decodeURIComponent(text.replaceAll('+', ' '));
}

function granted(token: string, lifeS: number): Answer {
  return json(200, { access_token: token, token_type: 'Bearer', expires_in: lifeS, scope: 'all-apis' });
}

function refused(status: number, error: string, description: string): Answer {
  return json(status, { error, error_description: description });
}

function json(status: number, body: object): Answer {
  return { status, headers: { 'content-type': 'application/json' }, body: JSON.stringify(body) };
}
