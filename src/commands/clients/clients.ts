import { SCOPES, type Scope } from '../../config/commands.ts';
import { CLIENT_NAMES, type ClientName } from '../../config/kinds/client.ts';
import { AGENTS } from './agents.ts';
import type { Client, Clients } from './client.ts';
import { EDITORS } from './editors.ts';
import type { Machine } from './machine.ts';

const CLIENTS: Clients = { ...AGENTS, ...EDITORS };

/** In the order in which they are offered. */
export const ALL_CLIENTS: readonly { readonly name: ClientName; readonly client: Client }[] = CLIENT_NAMES.map(
  (name) => ({ name, client: CLIENTS[name] }),
);

export function clientOf(name: ClientName): Client {
  return CLIENTS[name];
}

/** A file that may hold a client's servers. */
export interface ClientFile {
  readonly client: Client;
  readonly file: string;
  readonly scope: Scope;
}

/**
 * Every place in a file once: some clients share a file, in one place of it or in two, and a project may be the home.
 *
 * @param names - of the clients; empty for all
 * @param scope - undefined for every scope
 */
export function clientFiles(names: readonly ClientName[], scope: Scope | undefined, machine: Machine): ClientFile[] {
  const places = new Map<string, ClientFile>();
  for (const { client } of ALL_CLIENTS.filter(({ name }) => names.length === 0 || names.includes(name))) {
    for (const one of scope === undefined ? SCOPES : [scope]) {
      for (const file of client.files(one, machine)) {
        const place = `${file} ${client.container({}).join('.')}`;
        if (!places.has(place)) places.set(place, { client, file, scope: one });
      }
    }
  }
  return [...places.values()];
}
