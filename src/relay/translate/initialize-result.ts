/** The answer to a legacy `initialize`, made from what a modern server says of itself. Nothing in it is invented. */

import type { Discovery } from '../../protocol/discovery.ts';
import { editMember, isObject } from '../../protocol/edit.ts';
import { rawAt } from '../../protocol/json.ts';
import type { Request } from '../../protocol/message.ts';
import { legacyVersionFor } from '../../protocol/versions.ts';

/** Legacy clients insist on a name and a version; modern servers may have neither. */
const UNNAMED = '{"name":"unnamed MCP server","version":"unknown"}';

/** Capabilities that need a standing stream: they promise messages that belong to no request. */
const NEED_STREAM: readonly (readonly [capability: string, member: string])[] = [
  ['tools', 'listChanged'],
  ['prompts', 'listChanged'],
  ['resources', 'listChanged'],
  ['resources', 'subscribe'],
];

/**
 * @param streams - whether messages that belong to no request can reach the client; without, what needs them is not
 *   offered. `logging` is: the level that the client sets goes with each request.
 * @returns text of the result
 */
export function initializeResult(initialize: Request, discovery: Discovery, streams: boolean): string {
  const requested = rawAt(initialize.text, 'params', 'protocolVersion');
  const members = [
    `"protocolVersion":${JSON.stringify(legacyVersionFor(requested && JSON.parse(requested)))}`,
    `"capabilities":${capabilities(discovery, streams)}`,
    `"serverInfo":${isImplementation(discovery.serverInfo) ? discovery.serverInfo : UNNAMED}`,
  ];
  if (discovery.instructions?.startsWith('"')) members.push(`"instructions":${discovery.instructions}`);
  return `{${members.join(',')}}`;
}

function capabilities({ capabilities: raw }: Discovery, streams: boolean): string {
  if (!isObject(raw)) return '{}';
  if (streams) return raw;
  return NEED_STREAM.reduce(
    (offered, [capability, member]) =>
      editMember(offered, capability, (value) =>
        isObject(value) ? editMember(value, member, () => undefined) : value,
      ),
    raw,
  );
}

function isImplementation(raw: string | undefined): raw is string {
  return isObject(raw) && ['name', 'version'].every((key) => rawAt(raw, key)?.startsWith('"'));
}
