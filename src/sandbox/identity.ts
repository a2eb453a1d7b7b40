import type { IncomingMessage } from 'node:http';
import type { Answer } from './answer.ts';
import type { Principal } from './door.ts';

export const SANDBOX_WORKSPACE_ID = '7405605519549535';

const ME = '/api/2.0/preview/scim/v2/Me';

/** Who somebody is by the token that was brought. @returns undefined where nobody asks that */
export function identityAnswer({ method, url }: IncomingMessage, principal: Principal): Answer | undefined {
  if (method !== 'GET' || url !== ME) return undefined;
  const body = JSON.stringify({
    schemas: ['urn:ietf:params:scim:schemas:core:2.0:User'],
    ...principal,
    active: true,
    groups: [{ display: 'users', type: 'direct', value: '1' }],
  });
  const headers = { 'content-type': 'application/scim+json', 'x-databricks-org-id': SANDBOX_WORKSPACE_ID };
  return { status: 200, headers, body };
}
