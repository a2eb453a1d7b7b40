/** `install --print`: an entry for clients that take pasted text. JSON alone on stdout, notes on stderr. */

import { CONFIGURATION, USAGE } from '../../config/problems.ts';
import type { Asked } from '../../config/read.ts';
import { type Client, type Entry, plainValue } from '../clients/client.ts';
import { clientOf } from '../clients/clients.ts';
import { JSON_FORMAT } from '../clients/formats/json.ts';
import type { Machine } from '../clients/machine.ts';
import { pathOf } from './change.ts';
import { withDestination } from './destination.ts';
import { NEEDS_PACKAGE } from './launch.ts';
import { pageOn } from './page.ts';
import { programOf, runningScript } from './program.ts';
import { entriesFor, ONE_NAME, serversOf } from './servers.ts';

/** The form that most clients take. */
const USUAL: Pick<Client, 'format' | 'container' | 'value'> = {
  format: JSON_FORMAT,
  container: () => ['mcpServers'],
  value: plainValue,
};

/** All servers as the whole of a file. */
export function pasted(
  client: Client | undefined,
  servers: readonly { readonly name: string; readonly entry: Entry }[],
): string {
  const shape = client ?? USUAL;
  return servers.reduce(
    (text, { entry, name }) => shape.format.put(text, pathOf(shape, {}, name), shape.value(entry, name)),
    '',
  );
}

/** Prints the entry on stdout, and everything else on stderr. Writes no file. */
export async function print(first: Asked<'install'>, machine: Machine): Promise<number> {
  const page = pageOn(process.stderr);
  const [client, ...more] = first.own.clients;
  const asked = await withDestination(first, undefined, undefined);
  const servers = 'sentence' in asked ? [] : serversOf(asked);
  const problem =
    (more.length > 0 && '--print takes one --client: each has a form of its own.') ||
    ('sentence' in asked && asked.sentence) ||
    (servers.length > 1 && first.own.name !== undefined && ONE_NAME);
  if (problem) {
    page.say(problem);
    return USAGE;
  }
  const program = await programOf(await runningScript(), process.execPath, machine);
  // A copy would have to be written first.
  const isHere = first.own.scope === 'user' && program.copyFrom === undefined;
  const { made, notes, refusals } = await entriesFor(servers, isHere ? program : undefined, machine);
  for (const sentence of refusals) page.say(sentence);
  if (refusals.length > 0) return CONFIGURATION;
  process.stdout.write(pasted(client === undefined ? undefined : clientOf(client), made));
  for (const note of isHere ? notes : [NEEDS_PACKAGE, ...notes]) page.say(`Note: ${note}`);
  return 0;
}
