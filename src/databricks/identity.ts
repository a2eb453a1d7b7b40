/** Who the workspace takes us for. */

import type { Access, TokenSource } from '../ports.ts';
import { Problem } from '../protocol/problem.ts';
import type { Tools } from './auth/mint.ts';
import { faultOf } from './faults/fault.ts';
import { WORKSPACE_ID } from './host.ts';
import { get, refusal } from './rest.ts';
import { endpointTarget } from './targets.ts';

export interface Identity {
  readonly kind: 'user' | 'service principal';
  readonly id: string | undefined;
  /** A mail address; of a service principal, its application id. */
  readonly userName: string;
  readonly displayName: string | undefined;
  /** Undefined if the workspace does not say. */
  readonly workspaceId: string | undefined;
}

type Asking = Pick<Tools, 'send' | 'secrets'>;

const ME = '/api/2.0/preview/scim/v2/Me';
const APPLICATION_ID = /^[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}$/i;

/**
 * Asks the workspace; once more with another token where it does not accept the first.
 *
 * @throws Problem that says why it does not tell
 */
export async function identify(tools: Asking, tokens: TokenSource, signal: AbortSignal): Promise<Identity> {
  const first = await tokens.access();
  const asked = await ask(tools, first, signal);
  if (!('tokenRefused' in asked)) return asked;
  const second = await tokens.access(first);
  const again = second === first ? asked : await ask(tools, second, signal);
  if ('tokenRefused' in again) throw again.problem;
  return again;
}

async function ask(
  { secrets, send }: Asking,
  access: Access,
  signal: AbortSignal,
): Promise<Identity | { readonly tokenRefused: true; readonly problem: Problem }> {
  const answer = await get(send, access, ME, signal);
  // It may be quoted, and loses what must not be shown while that is still in one piece.
  const reply = { ...answer, text: secrets.scrub(answer.text) };
  const { userName, id, displayName } = (reply.status === 200 ? (reply.json ?? {}) : {}) as Record<string, unknown>;
  if (typeof userName === 'string' && userName !== '') {
    const workspaceId = reply.header('x-databricks-org-id');
    return {
      kind: APPLICATION_ID.test(userName) ? 'service principal' : 'user',
      id: typeof id === 'string' ? id : undefined,
      userName,
      displayName: typeof displayName === 'string' ? displayName : undefined,
      workspaceId: WORKSPACE_ID.test(workspaceId ?? '') ? workspaceId : access.workspaceId,
    };
  }
  const fault = faultOf(reply, reply.text, { target: endpointTarget(ME), ...access });
  if (fault?.tokenRefused) return { tokenRefused: true, problem: fault.problem };
  if (fault) throw fault.problem;
  if (reply.status !== 200) throw refusal(reply, ME);
  throw new Problem('invalidUpstream', `${access.origin} does not say who you are: it answered with something else.`, {
    hint: 'Check that the host is the address of a workspace.',
  });
}
