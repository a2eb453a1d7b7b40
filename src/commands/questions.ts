/** The workspace's REST API, as the commands ask it: with the credential that calls have, and a fresh one where it is refused. */

import type { AskForJson } from '../databricks/catalog.ts';
import { get, type RestReply, refusal } from '../databricks/rest.ts';
import type { Ask, Me } from '../databricks/user-access.ts';
import type { Access } from '../ports.ts';
import { isRecord } from '../protocol/json.ts';
import { Problem } from '../protocol/problem.ts';
import type { Wire } from '../relay/wire.ts';

/** Longest wait for one answer, in milliseconds. */
const PATIENCE_MS = 15_000;

export const ME = '/api/2.0/preview/scim/v2/Me';

export interface Questions {
  readonly ask: Ask;
  /** What an answer that is no success says, in a person's words. */
  readonly refuse: (reply: RestReply, path: string) => Problem;
  /** Asks for what only a success gives. @param what - what is asked for, in the words of a refusal */
  readonly get: (what: string) => AskForJson;
}

/** @param onDate - told what time it is at the workspace, with each of its answers */
export function questionsFor(
  { clock, route, secrets, send, tokens }: Wire,
  onDate: (date: string) => void = () => {},
): Questions {
  /** With which an answer was asked for. */
  const accesses = new WeakMap<RestReply, Access>();

  async function once(path: string, refused?: Access): Promise<RestReply> {
    const access = await tokens.access(refused);
    const life = new AbortController();
    const late = () =>
      new Problem('timeout', `The workspace did not answer ${path} within ${PATIENCE_MS / 1000} s.`, {
        hint: 'Check that the host is the workspace itself; then try again.',
      });
    const stop = clock.after(PATIENCE_MS, () => life.abort(late()));
    try {
      const reply = await get(send, access, path, life.signal);
      accesses.set(reply, access);
      const date = reply.header('date');
      if (date !== undefined) onDate(date);
      const isRefused = reply.status >= 300 && route.fault(reply, secrets.scrub(reply.text), access)?.tokenRefused;
      const other = isRefused && refused === undefined ? await tokens.access(access) : access;
      return other === access ? reply : await once(path, access);
    } finally {
      stop();
    }
  }

  function refuse(reply: RestReply, path: string): Problem {
    const said = secrets.scrub(reply.text);
    const fault = route.fault(reply, said, accesses.get(reply) ?? { origin: '', token: '' });
    // What the table says of the token holds for every call; what it says of the connection does not.
    // That it lacks a scope for this holds for this alone: the scope for calls may be all that it has.
    if (fault?.problem.kind === 'auth') return isOfScope(said) ? fault.problem.as('upstreamHttp') : fault.problem;
    const problem = refusal({ ...reply, text: said }, path);
    // The token is good: it is the person that may not see this.
    return reply.status === 403 && /PERMISSION_DENIED/.test(said)
      ? problem.as('upstreamHttp').with({ hint: 'Ask an administrator of the workspace for the right to see it.' })
      : problem;
  }

  return {
    ask: (path) => once(path),
    refuse,
    get: (what) => async (path) => {
      const reply = await once(path);
      if (reply.status !== 200 || !isRecord(reply.json)) throw refuse(reply, what);
      return reply.json;
    },
  };
}

function isOfScope(said: string): boolean {
  return /\brequired scopes?\b/i.test(said);
}

/** @throws Problem where the workspace does not say who it is */
export async function askMe({ ask, refuse }: Questions): Promise<{ readonly me: Me; readonly reply: RestReply }> {
  const reply = await ask(ME);
  if (reply.status !== 200 || !isRecord(reply.json)) throw refuse(reply, ME);
  const { id, userName } = reply.json;
  return { reply, me: { id: text(id), userName: text(userName) } };
}

function text(value: unknown): string | undefined {
  return typeof value === 'string' ? value : undefined;
}
