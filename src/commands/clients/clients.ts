import { CLIENT_NAMES, type ClientName } from '../../config/kinds/client.ts';
import { AGENTS } from './agents.ts';
import type { Client, Clients } from './client.ts';
import { EDITORS } from './editors.ts';

const CLIENTS: Clients = { ...AGENTS, ...EDITORS };

/** In the order in which they are offered. */
export const ALL_CLIENTS: readonly { readonly name: ClientName; readonly client: Client }[] = CLIENT_NAMES.map(
  (name) => ({ name, client: CLIENTS[name] }),
);

export function clientOf(name: ClientName): Client {
  return CLIENTS[name];
}
