/** MCP services of Unity Gateway: the configured one, and those that lead through the configured connection. */

import {
  type CatalogConnection,
  connectionIn,
  connectionPath,
  listServices,
  serviceIn,
  servicePath,
} from '../../databricks/catalog.ts';
import { serviceTarget } from '../../databricks/targets.ts';
import { serviceLoginState } from '../../databricks/user-access.ts';
import { excerpt } from '../../protocol/excerpt.ts';
import type { Questions } from '../questions.ts';
import { type Finding, failure, note, ok, skipped } from './finding.ts';
import type { Known } from './workspace.ts';

/** An MCP service in Unity Catalog, and the login of the user to it. */
export async function examineService(
  name: string,
  origin: string,
  { ask, refuse }: Questions,
  { me }: Known,
): Promise<Finding> {
  const path = servicePath(name);
  const reply = await ask(path);
  if (reply.status === 404 && !/ENDPOINT_NOT_FOUND/.test(reply.text)) {
    return failure(
      `There is no MCP service ${name} that you can see.`,
      'Check --service and the host; uc-mcp-bridge list shows what you can see.',
    );
  }
  if (reply.status === 404 || reply.status === 403)
    return skipped('cannot be read; the handshake will show whether it works');
  if (reply.status !== 200) throw refuse(reply, path);
  const service = serviceIn(reply.json);
  const { connection: behind, isConnectionDeleted = false } = service ?? {};
  if (isConnectionDeleted) {
    const sentence = `The connection ${excerpt(behind ?? '')} behind the MCP service ${name} was deleted.`;
    return failure(sentence, 'Ask the owner of the service to give it another connection.', 1, { ...service });
  }
  const connection = behind === undefined ? undefined : await connectionNamed(behind, ask);
  const login = await serviceLoginState(ask, name, connection, me);
  const data = { ...service, login };
  const through = behind === undefined ? '' : `, through the connection ${excerpt(behind)}`;
  if (login !== 'due') return ok(`${name} (Unity Gateway)${through}`, data);
  const url = `${origin}${serviceTarget(name).page}`;
  const hint = `Open ${url} and log in.`;
  // A service with one credential for all users may have no credential of this user, and still work.
  return connection === undefined
    ? note(`${name} (Unity Gateway)${through}: no login of yours is stored`, hint, { ...data, url })
    : failure(`You are not logged in to the MCP service ${name}.`, hint, 1, { ...data, url });
}

async function connectionNamed(name: string, ask: Questions['ask']): Promise<CatalogConnection | undefined> {
  const reply = await ask(connectionPath(name)).catch(() => undefined);
  return reply?.status === 200 ? connectionIn(reply.json) : undefined;
}

/**
 * MCP services of Unity Gateway that lead through the connection; if none is configured, all that the user can see.
 *
 * @param schemas - `catalog.schema` of each schema to look in
 */
export async function examineGateway(
  connection: string | undefined,
  schemas: Iterable<string>,
  { get }: Questions,
): Promise<Finding> {
  const lists = [...schemas].map((schema) =>
    listServices(get(`the MCP services of ${schema}`), schema).catch(() => []),
  );
  const services = (await Promise.all(lists)).flat();
  const names = services
    .filter((service) => connection === undefined || service.connection === connection)
    .map(({ name }) => excerpt(name));
  const data = { services: names };
  if (names.length === 0) {
    return skipped(connection === undefined ? 'no MCP service' : 'no MCP service leads through this connection', data);
  }
  const options = names.map((name) => `--service ${name}`).join(' or ');
  return ok(`Unity Gateway has ${connection === undefined ? '' : 'the same as '}${options}`, data);
}
