/** The ways that lead out of a workspace to MCP servers, and the option that chooses each. */

import type { WriteStream } from 'node:tty';
import { CONNECTION } from '../config/kinds/connection.ts';
import type { Kind } from '../config/kinds/kind.ts';
import { SERVICE } from '../config/kinds/service.ts';
import type { Asked } from '../config/read.ts';
import {
  type CatalogConnection,
  type CatalogService,
  connectionIn,
  connectionPath,
  type Known,
  listConnections,
  listServices,
  SYSTEM_SCHEMA,
  schemaOf,
} from '../databricks/catalog.ts';
import { connectionTarget, serviceTarget } from '../databricks/targets.ts';
import {
  type Ask,
  hasPrivilege,
  type LoginState,
  loginState,
  type Me,
  serviceLoginState,
} from '../databricks/user-access.ts';
import { createServices, type Services, secretsOf } from '../pipeline.ts';
import type { Clock } from '../ports.ts';
import { excerpt } from '../protocol/excerpt.ts';
import { Problem } from '../protocol/problem.ts';
import { EXIT, failed } from './failed.ts';
import { askMe, type Questions, questionsFor } from './questions.ts';
import { SILENT } from './silent.ts';
import { table } from './table.ts';
import { show } from './terminal.ts';
import { withinReason } from './within-reason.ts';

/** Questions about details that are under way at a time. */
const AT_A_TIME = 8;

const YES: Known = 'yes';

interface Entry {
  readonly kind: 'connection' | 'service';
  readonly name: string;
  /** Tells if an MCP server is behind it: `no` for a service whose connection was deleted. */
  readonly mcp: Known;
  readonly owner: string | undefined;
  readonly credentialType: string | undefined;
  /** `connection_type` of the connection. */
  readonly type: string | undefined;
  /** The connection behind a service. */
  readonly connection?: string | undefined;
  /** Whether the privilege that it takes is held. */
  readonly privilege: Known;
  readonly login: LoginState;
  /** Absent where its name is none that the option takes. */
  readonly option: string | undefined;
}

/** @returns 0 where the workspace could be asked, whatever it has */
export async function list({ config, own, sources }: Asked<'list'>): Promise<number> {
  const secrets = secretsOf(config);
  let services: Services | undefined;
  try {
    services = await createServices({ config, sources, secrets, log: SILENT, onSignIn: () => {} });
    const questions = questionsFor(services.wire);
    const { origin } = await services.wire.tokens.access();
    const configured = [
      config.service,
      config.connection,
      config.sandbox ? (await import('../sandbox/sandbox.ts')).SANDBOX_SERVICE : undefined,
    ];
    const schemas = configured.flatMap((name) => schemaOf(name ?? '') ?? []);
    const entries = await entriesOf(
      questions,
      new Set([SYSTEM_SCHEMA, ...own.schemas, ...schemas]),
      services.wire.clock,
    );
    const page = own.json ? `${JSON.stringify({ host: origin, entries }, undefined, 2)}\n` : asTable(origin, entries);
    show(process.stdout, page);
    return EXIT.ok;
  } catch (thrown) {
    return failed(thrown, { scrub: (text) => secrets.scrub(text), json: own.json });
  } finally {
    await services?.close();
  }
}

async function entriesOf(questions: Questions, schemas: Iterable<string>, clock: Clock): Promise<readonly Entry[]> {
  const { me } = await askMe(questions).catch((thrown) => {
    // Who somebody is only helps; whether the credential is good is seen by the list itself.
    if (thrown instanceof Problem && thrown.outcome === 'not_sent' && thrown.kind !== 'timeout') throw thrown;
    return { me: { id: undefined, userName: undefined } };
  });
  const ofMetastore = await listConnections(questions.get('the list of connections'));
  const inSchemas = await Promise.all([...schemas].map((schema) => foundIn(questions, schema)));
  const services = inSchemas.flatMap((found) => found.services);
  const connections = [...ofMetastore, ...inSchemas.flatMap((found) => found.connections)];
  const possible = connections.filter(({ isMcp }) => isMcp !== 'no');
  const { ask, stop } = withinReason(questions.ask, clock);
  const done = noteOn(process.stderr, `asking about ${possible.length} connections ...`);
  try {
    return [
      ...(await inTurns(services, (found) => serviceEntry(ask, found, connections, me))),
      ...(await inTurns(possible, (connection) => connectionEntry(ask, connection, me))),
    ];
  } finally {
    stop();
    done();
  }
}

/** Where somebody waits and looks. @returns what takes it away again */
function noteOn(stream: WriteStream, text: string): () => void {
  if (!stream.isTTY) return () => {};
  stream.write(text);
  return () => void stream.write('\r\u001b[2K');
}

async function foundIn(
  { get }: Questions,
  schema: string,
): Promise<{ readonly services: readonly CatalogService[]; readonly connections: readonly CatalogConnection[] }> {
  const [services, connections] = await Promise.all([
    listServices(get(`the MCP services of ${schema}`), schema).catch(noneIfRefused),
    listConnections(get(`the connections of ${schema}`), { schema }).catch(noneIfRefused),
  ]);
  return { services, connections };
}

/** Workspaces may lack these lists, or hide them from the user. */
function noneIfRefused(error: unknown): [] {
  if (error instanceof Problem && error.details.httpStatus !== undefined) return [];
  throw error;
}

async function connectionEntry(ask: Ask, connection: CatalogConnection, me: Me): Promise<Entry> {
  const { credentialType, isMcp, name, owner, type } = connection;
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
    type,
    privilege,
    login,
    option: optionFor('--connection', CONNECTION, name),
  };
}

async function serviceEntry(
  ask: Ask,
  { connection, isConnectionDeleted, name, owner }: CatalogService,
  connections: readonly CatalogConnection[],
  me: Me,
): Promise<Entry> {
  const behind = connections.find((candidate) => candidate.name === connection) ?? (await seen(ask, connection));
  const isOwner = owner !== undefined && owner === me.userName;
  const [privilege, login] = await Promise.all([
    isOwner ? YES : hasPrivilege(ask, 'mcp_service', name, me),
    serviceLoginState(ask, name, behind, me),
  ]);
  return {
    kind: 'service',
    name,
    mcp: isConnectionDeleted ? 'no' : 'yes',
    owner,
    credentialType: behind?.credentialType,
    type: behind?.type,
    connection,
    privilege,
    login,
    option: optionFor('--service', SERVICE, name),
  };
}

/** A connection that is in none of the lists. @returns undefined if the user may not see it */
async function seen(ask: Ask, name: string | undefined): Promise<CatalogConnection | undefined> {
  if (name === undefined) return undefined;
  const reply = await ask(connectionPath(name)).catch(() => undefined);
  return reply?.status === 200 ? connectionIn(reply.json) : undefined;
}

/** Unity Catalog takes names that the option does not. */
function optionFor(flag: string, { read }: Pick<Kind<string>, 'read'>, name: string): string | undefined {
  return 'value' in read(name, NOWHERE) ? `${flag} ${name}` : undefined;
}

/** A name is read alike wherever one is. */
const NOWHERE = { home: '', cwd: '' };

/** At most so many at a time, in the order of the items. */
async function inTurns<T, R>(items: readonly T[], work: (item: T) => Promise<R>): Promise<R[]> {
  const results: R[] = [];
  const left = items.entries();
  const worker = async () => {
    for (const [index, item] of left) results[index] = await work(item);
  };
  await Promise.all(Array.from({ length: AT_A_TIME }, worker));
  return results;
}

const PRIVILEGES = { connection: 'USE CONNECTION', service: 'EXECUTE' } as const;

function asTable(origin: string, entries: readonly Entry[]): string {
  if (entries.length === 0) {
    return (
      `${origin} shows you no MCP service, and no HTTP connection that is or may be an MCP server.\n` +
      'Ask its administrators for one, and for EXECUTE on the service or USE CONNECTION on the connection.\n'
    );
  }
  const rows = entries.map(({ credentialType, kind, login, mcp, name, option, owner, privilege, type = 'HTTP' }) => [
    option ?? `(no option takes "${excerpt(name)}")`,
    `${{ yes: 'yes', no: 'no', unknown: 'not marked' }[mcp]}${type === 'HTTP' ? '' : ` (${excerpt(type)})`}`,
    excerpt(credentialType ?? '?'),
    excerpt(owner ?? '?'),
    { yes: PRIVILEGES[kind], no: `no ${PRIVILEGES[kind]}`, unknown: '?' }[privilege],
    login === 'unknown' ? '?' : login,
  ]);
  const shown = table(['option', 'MCP', 'credential', 'owner', 'you have', 'login'], rows);
  const due = entries.filter(({ login }) => login === 'due');
  const pages = due.map(({ kind, name }) => {
    const target = kind === 'service' ? serviceTarget(name) : connectionTarget(name);
    return `Log in to ${excerpt(target.id)}: ${origin}${target.page}\n`;
  });
  return `${origin}\n\n${shown}${pages.length === 0 ? '' : `\n${[...new Set(pages)].join('')}`}`;
}
