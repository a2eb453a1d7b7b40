/** The ways that lead out of a workspace to MCP servers, and the option that chooses each. */

import type { Asked } from '../config/read.ts';
import {
  type Ask,
  type CatalogConnection,
  type CatalogService,
  hasPrivilege,
  type Known,
  type LoginState,
  listConnections,
  listServices,
  loginState,
  type Me,
} from '../databricks/catalog.ts';
import { print } from '../node/stdio.ts';
import { Problem } from '../protocol/problem.ts';
import { openWay, secretsOf } from '../way.ts';
import { EXIT, failed } from './failed.ts';
import { askMe, type Questions, questionsFor } from './questions.ts';
import { SILENT } from './silent.ts';
import { table } from './table.ts';
import { shownOn } from './terminal.ts';

/** Databricks' own MCP services stand there. */
const SYSTEM_SCHEMA = 'system.ai';
/** Questions that are under way at a time. */
const AT_A_TIME = 8;

const YES: Known = 'yes';
const UNKNOWN: LoginState = 'unknown';

interface Entry {
  readonly kind: 'connection' | 'service';
  readonly name: string;
  /** Whether there is an MCP server behind it: of a service there is. */
  readonly mcp: Known;
  readonly owner: string | undefined;
  readonly credentialType: string | undefined;
  /** The connection behind a service. */
  readonly connection?: string | undefined;
  /** Whether the privilege that it takes is held. */
  readonly privilege: Known;
  readonly login: LoginState;
  readonly option: string;
}

/** @returns 0 where the workspace could be asked, whatever it has */
export async function list({ config, own, sources }: Asked<'list'>): Promise<number> {
  const secrets = secretsOf(config);
  const way = await openWay({ config, sources, secrets, log: SILENT, onSignIn: () => {} });
  try {
    const questions = questionsFor(way.wire);
    const { origin } = await way.wire.tokens.access();
    const services = [
      config.service,
      config.sandbox ? (await import('../sandbox/sandbox.ts')).SANDBOX_SERVICE : undefined,
    ];
    const schemas = services.flatMap((service) => (service === undefined ? [] : schemaOf(service)));
    const entries = await entriesOf(questions, new Set([SYSTEM_SCHEMA, ...own.schemas, ...schemas]));
    const page = own.json ? `${JSON.stringify({ host: origin, entries }, undefined, 2)}\n` : asTable(origin, entries);
    print(process.stdout, own.json ? page : shownOn(process.stdout, page));
    return EXIT.ok;
  } catch (thrown) {
    return failed(thrown, (text) => secrets.scrub(text));
  } finally {
    await way.close();
  }
}

async function entriesOf(questions: Questions, schemas: Iterable<string>): Promise<readonly Entry[]> {
  const { ask, refuse } = questions;
  const { me } = await askMe(questions).catch((thrown) => {
    // Who somebody is only helps; whether the credential is good is seen by the list itself.
    if (thrown instanceof Problem && thrown.outcome === 'not_sent') throw thrown;
    return { me: { id: undefined, userName: undefined } };
  });
  const connections = await listConnections(ask, (reply) => refuse(reply, 'the list of connections'));
  const services = await Promise.all([...schemas].map((schema) => servicesIn(questions, schema)));
  const possible = connections.filter(({ isMcp }) => isMcp !== 'no');
  return [
    ...(await inTurns(possible, (connection) => connectionEntry(ask, connection, me))),
    ...(await inTurns(services.flat(), (found) => serviceEntry(ask, found, connections, me))),
  ];
}

function schemaOf(service: string): string {
  return service.split('.').slice(0, 2).join('.');
}

/** Not every workspace has services, nor lets everybody see them. */
async function servicesIn({ ask, refuse }: Questions, schema: string): Promise<readonly CatalogService[]> {
  try {
    return await listServices(ask, schema, (reply) => refuse(reply, `the MCP services of ${schema}`));
  } catch (thrown) {
    if (thrown instanceof Problem && thrown.details.httpStatus !== undefined) return [];
    throw thrown;
  }
}

async function connectionEntry(ask: Ask, connection: CatalogConnection, me: Me): Promise<Entry> {
  const { credentialType, isMcp, name, owner } = connection;
  const isOwner = owner !== undefined && owner === me.userName;
  const [privilege, login] = await Promise.all([
    isOwner ? YES : hasPrivilege(ask, 'connection', name, me),
    loginState(ask, connection, me),
  ]);
  return {
    kind: 'connection',
    name,
    mcp: isMcp,
    owner,
    credentialType,
    privilege,
    login,
    option: `--connection ${name}`,
  };
}

async function serviceEntry(
  ask: Ask,
  { connection, name, owner }: CatalogService,
  connections: readonly CatalogConnection[],
  me: Me,
): Promise<Entry> {
  const behind = connections.find((candidate) => candidate.name === connection);
  const isOwner = owner !== undefined && owner === me.userName;
  const [privilege, login] = await Promise.all([
    isOwner ? YES : hasPrivilege(ask, 'mcp_service', name, me),
    behind === undefined ? UNKNOWN : loginState(ask, behind, me),
  ]);
  const { credentialType } = behind ?? { credentialType: undefined };
  return {
    kind: 'service',
    name,
    mcp: 'yes',
    owner,
    credentialType,
    connection,
    privilege,
    login,
    option: `--service ${name}`,
  };
}

/** At most so many at a time, in the order of the items. */
async function inTurns<T, R>(items: readonly T[], work: (item: T) => Promise<R>): Promise<R[]> {
  const results: R[] = [];
  for (let from = 0; from < items.length; from += AT_A_TIME) {
    results.push(...(await Promise.all(items.slice(from, from + AT_A_TIME).map(work))));
  }
  return results;
}

const PRIVILEGES = { connection: 'USE CONNECTION', service: 'EXECUTE' } as const;

function asTable(origin: string, entries: readonly Entry[]): string {
  if (entries.length === 0) {
    return (
      `${origin} shows you no HTTP connection that is or may be an MCP server, and no MCP service.\n` +
      'Ask its administrators for one, and for the privilege USE CONNECTION on it.\n'
    );
  }
  const rows = entries.map(({ credentialType, kind, login, mcp, option, owner, privilege }) => [
    option,
    { yes: 'yes', no: 'no', unknown: 'not marked' }[mcp],
    credentialType ?? '?',
    owner ?? '?',
    { yes: PRIVILEGES[kind], no: `no ${PRIVILEGES[kind]}`, unknown: '?' }[privilege],
    login === 'unknown' ? '?' : login,
  ]);
  const shown = table(['option', 'MCP', 'credential', 'owner', 'you have', 'login'], rows);
  const due = entries.filter(({ login }) => login === 'due');
  const pages = due.map(({ connection, name }) => {
    const page = `${origin}/explore/connections/${encodeURIComponent(connection ?? name)}`;
    return `Log in to ${connection ?? name}: ${page}\n`;
  });
  return `${origin}\n\n${shown}${pages.length === 0 ? '' : `\n${[...new Set(pages)].join('')}`}`;
}
