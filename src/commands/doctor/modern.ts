/** Probes that show if messages of 2026-07-28 get through a route with their headers. */

import { HEADER_MISMATCH, readDiscovery } from '../../protocol/discovery.ts';
import { isRecord } from '../../protocol/json.ts';
import { toolHeaders } from '../../protocol/tool-headers.ts';
import { MODERN_VERSION } from '../../protocol/versions.ts';
import { RpcRefusal, type Talk, toolsOf } from '../talk.ts';

export const DISCOVER: string = `{"_meta":{"io.modelcontextprotocol/protocolVersion":"${MODERN_VERSION}","io.modelcontextprotocol/clientCapabilities":{}}}`;

/** Stands for a name that no server has. */
const PROBE = 'uc-mcp-bridge-probe';

/** Asks in the modern era what the server speaks. */
export async function modernOf(talk: Talk): Promise<'yes' | 'no' | 'not spoken'> {
  try {
    const result = await talk.request('server/discover', DISCOVER);
    const discovery = readDiscovery({ kind: 'answer', id: undefined, text: `{"result":${result}}`, error: undefined });
    if (!discovery?.versions.includes(MODERN_VERSION)) return 'not spoken';
    return (await losesName(talk)) || (await losesParam(talk)) ? 'no' : 'yes';
  } catch (thrown) {
    // A server that misses one of these headers is a modern one, behind a way that drops it; legacy ones miss others.
    const words = thrown instanceof Error ? thrown.message : '';
    return /mcp-(?:method|name|protocol-version)\b|header ?mismatch/i.test(words) ? 'no' : 'not spoken';
  }
}

/** Asks for a prompt that no server has: it runs nothing, and shows whether `Mcp-Name` arrives. */
async function losesName(talk: Talk): Promise<boolean> {
  return isMismatch(talk.request('prompts/get', withMeta({ name: PROBE })));
}

/**
 * Calls a tool that only reads, without an argument that it requires: it runs nothing, and shows whether `Mcp-Param-*`
 * arrives.
 */
async function losesParam(talk: Talk): Promise<boolean> {
  const tools = await talk.request('tools/list', DISCOVER).then(toolsOf, () => []);
  for (const { annotations, name, text } of tools) {
    if (annotations['readOnlyHint'] !== true) continue;
    const { inputSchema } = JSON.parse(text);
    const key = probedKey(inputSchema);
    if (key === undefined) continue;
    return isMismatch(talk.request('tools/call', withMeta({ name, arguments: { [key]: PROBE } })));
  }
  return false;
}

/** A string argument that is also sent as a header, of a tool that requires another argument too. */
function probedKey(schema: unknown): string | undefined {
  const asked = toolHeaders(schema);
  if (!isRecord(schema) || asked.is === 'unsound') return undefined;
  const { properties, required } = schema;
  const key = asked.headers.find(({ path }) => path.length === 1)?.path[0];
  if (key === undefined || !isRecord(properties) || !isRecord(properties[key]) || !Array.isArray(required))
    return undefined;
  return properties[key]['type'] === 'string' && required.some((other) => other !== key) ? key : undefined;
}

function withMeta(params: object): string {
  return JSON.stringify({ ...params, ...JSON.parse(DISCOVER) });
}

async function isMismatch(response: Promise<string>): Promise<boolean> {
  try {
    await response;
    return false;
  } catch (error) {
    return error instanceof RpcRefusal && error.code === HEADER_MISMATCH;
  }
}
