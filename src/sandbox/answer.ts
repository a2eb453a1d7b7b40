import type { ServerResponse } from 'node:http';
import { pipeline } from 'node:stream/promises';

/** What the workspace answers a call with. */
export interface Answer {
  readonly status: number;
  /** Names as they are to be written. */
  readonly headers?: Readonly<Record<string, string | readonly string[]>> | undefined;
  /** All of it, or its parts, each of which is on its way before the next is asked for. */
  readonly body: string | Uint8Array | AsyncIterable<string | Uint8Array>;
}

/** What a hook has answered instead of the server: an answer, or a connection that breaks, perhaps amid an answer. */
export type CannedReply = Answer | { readonly cut: true; readonly after?: Answer | undefined };

/** Whether the body is there as a whole. */
export function isWhole(body: Answer['body']): body is string | Uint8Array {
  return typeof body === 'string' || body instanceof Uint8Array;
}

export async function send(response: ServerResponse, answer: Answer): Promise<void> {
  writeHead(response, answer);
  if (isWhole(answer.body)) {
    response.end(answer.body);
  } else {
    response.flushHeaders();
    await pipeline(answer.body, response);
  }
}

/** Breaks the connection: at once, or as soon as all of an answer but its end is out. */
export async function cut(response: ServerResponse, after: Answer | undefined): Promise<void> {
  if (after !== undefined) {
    writeHead(response, after);
    response.flushHeaders();
    for await (const part of isWhole(after.body) ? [after.body] : after.body) await written(response, part);
  }
  response.destroy();
}

function writeHead(response: ServerResponse, { body, headers = {}, status }: Answer): void {
  response.statusCode = status;
  for (const [name, value] of Object.entries(headers)) {
    // Of a whole body Node knows the length better than a hook that has changed it.
    if (!isWhole(body) || name.toLowerCase() !== 'content-length') response.setHeader(name, value);
  }
}

/** Resolves when a part was handed to the system, or cannot be any more. */
function written(response: ServerResponse, part: string | Uint8Array): Promise<void> {
  return new Promise((resolve) => void response.write(part, () => resolve()));
}
