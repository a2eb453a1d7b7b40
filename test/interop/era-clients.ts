/** The official clients by how they come to an era. Each of them can be asked something by a form. */

import { Client as V2Client, type VersionNegotiationMode } from '@modelcontextprotocol/client';
import { Client as V1Client } from '@modelcontextprotocol/sdk/client/index.js';
import { ElicitRequestSchema } from '@modelcontextprotocol/sdk/types.js';
import { MODERN_VERSION } from '../../src/protocol/versions.ts';
import { IDENTITY, type OpenClient, openV1, openV2 } from './clients.ts';

const CAPABILITIES = { elicitation: {} };

export const LEGACY_CLIENTS: Readonly<Record<'v1' | 'v2 in legacy mode', OpenClient>> = {
  v1: (way) => {
    const client = new V1Client(IDENTITY, { capabilities: CAPABILITIES });
    client.setRequestHandler(ElicitRequestSchema, ({ params }) => answerTo(params));
    return openV1(client, way);
  },
  'v2 in legacy mode': v2('legacy'),
};

export const MODERN_CLIENTS: Readonly<Record<'v2 in auto mode' | 'v2 in modern mode', OpenClient>> = {
  'v2 in auto mode': v2('auto'),
  'v2 in modern mode': v2({ pin: MODERN_VERSION }),
};

function v2(mode: VersionNegotiationMode): OpenClient {
  return (way) => {
    const client = new V2Client(IDENTITY, { capabilities: CAPABILITIES, versionNegotiation: { mode } });
    client.setRequestHandler('elicitation/create', ({ params }) => answerTo(params));
    return openV2(client, way);
  };
}

function answerTo({ message }: { readonly message: string }) {
  return { action: 'accept' as const, content: { name: `whoever heard "${message}"` } };
}
