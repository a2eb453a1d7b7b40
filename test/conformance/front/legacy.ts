/** A bridge behind HTTP, as the legacy era has it: each session has a bridge of its own, as a client of stdio does. */

import { StdioClientTransport } from '@modelcontextprotocol/client/stdio';
import type { NodeStreamableHTTPServerTransport } from '@modelcontextprotocol/node';
import { isJSONRPCRequest, isJSONRPCResponse, type RequestId } from '@modelcontextprotocol/server';
import type { Command } from '../bridge.ts';
import type { Endpoint } from '../http/endpoint.ts';
import { openSessions } from '../http/sessions.ts';

export function openLegacyFront(command: Command): Promise<Endpoint> {
  return openSessions((session) => join(session, new StdioClientTransport({ ...command, stderr: 'inherit' })));
}

async function join(session: NodeStreamableHTTPServerTransport, bridge: StdioClientTransport): Promise<void> {
  /** Requests that wait, oldest first. */
  const waiting: RequestId[] = [];
  session.onmessage = (message) => {
    if (isJSONRPCRequest(message)) waiting.push(message.id);
    bridge.send(message).catch(() => session.close());
  };
  bridge.onmessage = async (message) => {
    if (isJSONRPCResponse(message)) {
      if (message.id !== undefined) waiting.splice(waiting.indexOf(message.id), 1);
      await session.send(message);
    } else {
      // On stdio nothing says which request a message belongs to. The suite makes one at a time.
      const [relatedRequestId] = waiting;
      await session.send(message, relatedRequestId === undefined ? {} : { relatedRequestId });
    }
  };
  session.onclose = () => void bridge.close();
  await Promise.all([bridge.start(), session.start()]);
}
