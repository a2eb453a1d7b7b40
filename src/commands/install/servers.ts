/** The servers to write: one, or one for each connection. */

import type { Asked } from '../../config/read.ts';
import type { Entry } from '../clients/client.ts';
import type { Machine } from '../clients/machine.ts';
import { databricksFor } from './databricks-program.ts';
import { entryFor } from './entry.ts';
import { launchOf, PORTABLE } from './launch.ts';
import type { Program } from './program.ts';

export interface Server {
  readonly name: string;
  /** The command line, with one connection at most. */
  readonly asked: Asked<'install'>;
}

const USUAL = 'github';

/** Words that tell how a connection works, not where it leads. */
const NOISE = /[_.-](?:connection|conn|mcp|server|u2m|m2m|oauth|http|uc)$/i;
const LONGEST = 64;

export function serversOf(asked: Asked<'install'>): readonly Server[] {
  const connections = asked.texts.get('connection') ?? [];
  if (connections.length < 2) return [{ name: asked.own.name ?? USUAL, asked }];
  const names = namesFor(connections);
  return connections.map((connection, index) => ({
    name: names[index] ?? connection,
    asked: {
      ...asked,
      config: { ...asked.config, connection },
      texts: new Map(asked.texts).set('connection', [connection]),
    },
  }));
}

/** Short names where they differ, else the names of the connections. */
export function namesFor(connections: readonly string[]): readonly string[] {
  const short = connections.map(shortName);
  return connections.map((connection, index) => {
    const name = short[index] ?? '';
    const isUnique = short.filter((other) => other.toLowerCase() === name.toLowerCase()).length === 1;
    return isUnique ? name : safe(connection);
  });
}

/** `main.tools.jira_u2m_connection` is `jira`. */
function shortName(connection: string): string {
  let name = connection.split('.').at(-1) ?? connection;
  while (NOISE.test(name)) name = name.replace(NOISE, '');
  return safe(name === '' ? connection : name);
}

/** In the letters that every client takes. */
function safe(name: string): string {
  return name.replace(/[^A-Za-z0-9_-]/g, '_').slice(0, LONGEST);
}

export const NO_DESTINATION: string =
  '--connection is missing: name the Unity Catalog connection with it, or give --url, --service or --sandbox.';
export const ONE_NAME: string =
  '--name names one server: leave it out with several connections, or run install once for each.';

export interface Entries {
  readonly made: readonly { readonly name: string; readonly entry: Entry }[];
  readonly notes: readonly string[];
  readonly refusals: readonly string[];
}

/** @param program - undefined for entries that are shared with other machines */
export async function entriesFor(
  servers: readonly Server[],
  program: Program | undefined,
  machine: Machine,
): Promise<Entries> {
  const launch = program === undefined ? PORTABLE : launchOf(program);
  const made = await Promise.all(
    servers.map(async ({ asked, name }) => {
      const cli = program === undefined ? {} : await databricksFor(asked, machine);
      return { name, ...entryFor(asked, launch, { ...machine.env, ...cli }) };
    }),
  );
  const once = (sentences: readonly string[]) => [...new Set(sentences)];
  return {
    made: made.map(({ entry, name }) => ({ name, entry })),
    notes: once(made.flatMap(({ notes }) => notes)),
    refusals: once(made.flatMap(({ refusals }) => refusals)),
  };
}
