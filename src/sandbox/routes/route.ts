import type { IncomingMessage } from 'node:http';
import type { Answer } from '../answer.ts';
import type { ExternalCall } from '../external-call.ts';
import type { Forward } from '../forward.ts';

/** One way through the workspace to a server behind it. */
export interface Route {
  /**
   * What a request asks for.
   *
   * @returns undefined where its address is none of this route's.
   * @throws PlatformError where the workspace refuses.
   */
  open(request: IncomingMessage, forward: Forward): Promise<ExternalCall | undefined>;
  /** What a client gets of an answer, be it the server's or a hook's. */
  shown(answer: Answer): Answer;
}
