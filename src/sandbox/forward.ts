import { type Agent, type IncomingMessage, request, type ServerResponse } from 'node:http';
import { failedRequest } from './platform-error.ts';

/** A call as it goes to the server behind the workspace. */
export interface Onward {
  readonly url: URL;
  readonly method: string;
  readonly headers: Readonly<Record<string, string>>;
  /** A stream is passed on as it arrives. */
  readonly body: string | Uint8Array | IncomingMessage | undefined;
}

/**
 * Sends a call to the server behind the workspace. Resolves when the head of the answer is there.
 *
 * @throws PlatformError when none came.
 */
export type Forward = (call: Onward) => Promise<IncomingMessage>;

/** A way onward that gives up when the client is gone before it has its answer. */
export function forwarder(agent: Agent, client: ServerResponse): Forward {
  const gone = new AbortController();
  client.once('close', () => {
    if (!client.writableFinished) gone.abort();
  });
  return async ({ url, body, ...call }) => {
    try {
      return await new Promise((resolve, reject) => {
        const onward = request(url, { ...call, agent, signal: gone.signal });
        onward.once('response', resolve);
        // Stays for good: when the connection breaks later on, the body of the answer reports it.
        onward.on('error', reject);
        if (body === undefined || typeof body === 'string' || body instanceof Uint8Array) onward.end(body);
        else body.pipe(onward);
      });
    } catch (error) {
      throw failedRequest(url.href, error);
    }
  };
}
