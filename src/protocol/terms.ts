/**
 * What a server promises with its answer to `initialize`, as far as a client goes by it later: a server that comes back
 * after a restart may promise something else.
 */

import { isRecord, rawAt } from './json.ts';
import { isLegacyVersion } from './versions.ts';

export interface Terms {
  /** Absent where the answer holds none that a header can carry. */
  readonly version: string | undefined;
  /** Names of those capabilities that a client relies on. */
  readonly capabilities: readonly string[];
  /** Whether it says when its list of tools has changed. */
  readonly announcesTools: boolean;
}

export function termsOf(answer: string): Terms {
  const version = parsed(answer, 'protocolVersion');
  const capabilities = parsed(answer, 'capabilities');
  const offered = isRecord(capabilities) ? capabilities : {};
  const tools = Object.hasOwn(offered, 'tools') ? offered['tools'] : undefined;
  return {
    version: typeof version === 'string' && /^[\x21-\x7e]{1,64}$/.test(version) ? version : undefined,
    capabilities: RELIED_UPON.filter((name) => Object.hasOwn(offered, name)),
    announcesTools: isRecord(tools) && tools['listChanged'] === true,
  };
}

/** Capabilities whose methods a client calls because it was told of them. */
const RELIED_UPON: readonly string[] = ['tools', 'resources', 'prompts', 'completions'];

/**
 * Why a client that was told the first terms cannot go on under the second.
 *
 * @returns undefined where it can: the revisions with a handshake differ in little that a message shows
 */
export function breachOf(told: Terms, now: Terms): string | undefined {
  if (now.version !== undefined && now.version !== told.version && !isLegacyVersion(now.version)) {
    return `it speaks protocol version ${now.version} now`;
  }
  const lost = RELIED_UPON.filter((name) => told.capabilities.includes(name) && !now.capabilities.includes(name));
  return lost.length === 0 ? undefined : `it offers no ${lost.join(', ')} any more`;
}

function parsed(answer: string, member: string): unknown {
  const raw = rawAt(answer, 'result', member);
  return raw === undefined ? undefined : JSON.parse(raw);
}
