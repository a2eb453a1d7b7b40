/** The workspace's REST API, as the commands ask it: with the credential that calls have, and a fresh one where it is refused. */

import type { Ask, Me } from '../databricks/catalog.ts';
import { get, type RestReply, refusal } from '../databricks/rest.ts';
import { isRecord } from '../protocol/json.ts';
import { Problem } from '../protocol/problem.ts';
import type { Wire } from '../relay/attempt.ts';

/** Longest wait for one answer, in milliseconds. */
const PATIENCE_MS = 15_000;

export const ME = '/api/2.0/preview/scim/v2/Me';

export interface Questions {
  readonly ask: Ask;
  /** What an answer that is no success says, in a person's words. */
  readonly refuse: (reply: RestReply, path: string) => Problem;
}

export function questionsFor({ clock, route, secrets, send, tokens }: Wire): Questions {
  async function once(path: string, refused?: Awaited<ReturnType<typeof tokens.access>>): Promise<RestReply> {
    const access = await tokens.access(refused);
    const life = new AbortController();
    const late = () => new Problem('timeout', `The workspace did not answer ${path} within ${PATIENCE_MS / 1000} s.`);
    const stop = clock.after(PATIENCE_MS, () => life.abort(late()));
    try {
      const reply = await get(send, access, path, life.signal);
      const isRefused = reply.status >= 300 && route.fault(reply, secrets.scrub(reply.text), access)?.tokenRefused;
      const other = isRefused && refused === undefined ? await tokens.access(access) : access;
      return other === access ? reply : await once(path, access);
    } finally {
      stop();
    }
  }

  return {
    ask: (path) => once(path),
    refuse: (reply, path) => {
      const said = secrets.scrub(reply.text);
      const fault = route.fault(reply, said, { origin: 'the workspace', token: '' });
      // What the table says of the token holds for every call; what it says of the connection does not.
      return fault?.problem.kind === 'auth' ? fault.problem : refusal({ ...reply, text: said }, path);
    },
  };
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
