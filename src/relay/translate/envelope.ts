/** What a modern request says of its client in `_meta`, put into the text of a legacy one. [MCP 2026-07-28, basic, _meta] */

import { editMember, isObject } from '../../protocol/edit.ts';
import { rawAt } from '../../protocol/json.ts';
import { type Message, peek, type Request } from '../../protocol/message.ts';
import { Problem } from '../../protocol/problem.ts';
import { MODERN_VERSION } from '../../protocol/versions.ts';

/** Raw JSON texts, as the client wrote them. */
export interface Envelope {
  readonly clientCapabilities: string;
  readonly clientInfo: string | undefined;
  /** Least level of log messages that are wanted; undefined: none are. */
  readonly logLevel: string | undefined;
}

/** What the client said of itself in its `initialize`. */
export function envelopeOf({ text }: Request): Envelope {
  const capabilities = rawAt(text, 'params', 'capabilities');
  const clientInfo = rawAt(text, 'params', 'clientInfo');
  return {
    clientCapabilities: isObject(capabilities) ? capabilities : '{}',
    clientInfo: isObject(clientInfo) ? clientInfo : undefined,
    logLevel: undefined,
  };
}

/**
 * A message as the same client would send it in the modern era. What else it holds stays as it is, its own `_meta`
 * included.
 *
 * @throws Problem where `params` can hold no `_meta`
 */
export function stamp(text: string, { clientCapabilities, clientInfo, logLevel }: Envelope): Message {
  const fields = { protocolVersion: JSON.stringify(MODERN_VERSION), clientCapabilities, clientInfo, logLevel };
  const stamped = editMember(text, 'params', (params = '{}') =>
    editMember(objectOf(params, 'params'), '_meta', (meta = '{}') =>
      Object.entries(fields).reduce(
        (stamping, [name, value]) => editMember(stamping, `io.modelcontextprotocol/${name}`, (raw) => value ?? raw),
        objectOf(meta, '_meta'),
      ),
    ),
  );
  const message = peek(stamped);
  if (message.kind === 'refused') throw message.problem;
  if (message.kind === 'dropped') throw new Problem('internal', `A message was stamped in vain: ${message.because}.`);
  return message;
}

/** Some senders write null for what is absent. */
function objectOf(raw: string, name: string): string {
  if (raw === 'null') return '{}';
  if (isObject(raw)) return raw;
  throw new Problem('badMessage', `The member "${name}" has to be an object.`, { rpc: -32602 });
}
