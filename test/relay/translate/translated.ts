/** A legacy client that has initialized with a server of the modern era only. */

import { type Negotiated, negotiated } from './negotiated.ts';
import type { Script } from './scripted-far.ts';

export interface TranslatedOptions {
  readonly streams?: boolean;
  readonly protocolVersion?: unknown;
  /** Raw text of the client's capabilities. */
  readonly clientCapabilities?: string;
  /** Raw text of the DiscoverResult, but for its versions. */
  readonly discovered?: string;
}

export interface Translated extends Negotiated {
  /** The answer to the client's `initialize`. */
  readonly welcome: string;
}

export async function translated(script: Script, options: TranslatedOptions = {}): Promise<Translated> {
  const { clientCapabilities = '{}', discovered = '"capabilities":{"tools":{}}' } = options;
  const { protocolVersion = '2025-11-25', streams = true } = options;
  const all = negotiated(
    {
      initialize: () => [{ error: { code: -32022, message: 'no', data: { supported: ['2026-07-28'] } } }],
      'server/discover': ({ json }) => [
        `{"jsonrpc":"2.0","id":${JSON.stringify(json.id)},"result":{"supportedVersions":["2026-07-28"],${discovered}}}`,
      ],
      ...script,
    },
    { streams },
  );
  const params = `"protocolVersion":${JSON.stringify(protocolVersion)},"capabilities":${clientCapabilities}`;
  const info = '"clientInfo":{"name":"legacy","version":"1.0","n":12345678901234567890}';
  const [welcome = ''] = await all.say(`{"jsonrpc":"2.0","id":0,"method":"initialize","params":{${params},${info}}}`);
  return { ...all, welcome };
}
